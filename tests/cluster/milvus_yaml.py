"""The configuration of a Milvus 2.3 server, from the template that comes with it."""

import re
from collections.abc import Mapping

PLACE = re.compile(r"\{\{\s*(\w+)(?:\(\w+\))?\s*(?::\s*([^}]*?))?\s*\}\}")
LINE = re.compile(r"^( *)([A-Za-z0-9_]+):(.*)$")


def rendered(template: str, places: Mapping[str, str], settings: Mapping[str, str]) -> str:
    """Fill the template's places and set values by their path, `etcd.use.embed`.

    Args:
        template: `config.yaml.template` of the wheel.
        places: values for `{{ name }}`; one that is not named has its default.
        settings: values by path; `*.ip` stands for the address of every component.
    """
    filled = PLACE.sub(lambda found: places.get(found[1], found[2] or ""), template)
    path: list[str] = []
    lines = []
    unset = set(settings) - {"*.ip"}
    for line in filled.splitlines():
        found = LINE.match(line)
        if found and not line.lstrip().startswith("#"):
            depth = len(found[1]) // 2
            path = [*path[:depth], found[2]]
            name = ".".join(path)
            value = settings.get(name, settings.get("*.ip") if path[-1] == "ip" else None)
            unset.discard(name)
            if value is not None:
                line = f"{found[1]}{found[2]}: {value}"
        lines.append(line)
    if unset:
        raise KeyError(f"not in the template: {sorted(unset)}")
    return "\n".join(lines) + "\n"
