"""Writes a plan as TOML, and puts other weights into one that people have written."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from service.roadshow.plan_file import PlanFile
from service.roadshow.plan_shapes import Section
from service.roadshow.toml_text import read_toml

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LISTED = {"breaks": "break"}
_ORDER = (
    "event", "candidates", "audience", "worth", "caps", "quota", "conflict", "barred",
    "invitations", "broker", "agenda", "room", "breaks", "absent",
)  # fmt: skip


def document_of(plan: PlanFile) -> dict[str, Any]:
    """A plan as a document again: what is not as it is without being written."""
    found: dict[str, Any] = {}
    for name in _ORDER:
        part = getattr(plan, name)
        key = _LISTED.get(name, name)
        if isinstance(part, Section):
            written = part.model_dump(exclude_unset=True, exclude_none=True)
            if written or name == "agenda":
                found[key] = written
        elif part:
            found[key] = [one.model_dump(exclude_unset=True, exclude_none=True) for one in part]
    return found


def plan_text(document: Mapping[str, Any]) -> str:
    """Write a document as TOML: tables, lists of tables, and plain values in them."""
    parts = []
    for key, value in document.items():
        if isinstance(value, Mapping):
            parts.append("\n".join((f"[{key}]", *_lines(value))))
        else:
            parts += ["\n".join((f"[[{key}]]", *_lines(one))) for one in value]
    return "\n\n".join(parts) + "\n"


def with_worth(text: str, worth: Mapping[str, Any]) -> str:
    """Put weights into a plan that people have written; all else stays as they wrote it.

    Comments are lost only in the section itself, or where it is none (`worth = { … }`).

    Raises:
        PlanFileError: it is no TOML.
    """
    toml = read_toml(text.encode(), "plan.toml")
    section = "\n".join(("[worth]", *_lines(worth)))
    if "worth" not in toml.document:
        return f"{toml.text.rstrip()}\n\n{section}\n"
    lines = toml.text.split("\n")
    begins = toml.lines["worth",] - 1
    if not lines[begins].lstrip().startswith("["):
        return plan_text({**toml.document, "worth": worth})
    below = range(begins + 1, len(lines))
    end = next((at for at in below if lines[at].lstrip().startswith("[")), len(lines))
    while lines[end - 1].strip() == "" or lines[end - 1].lstrip().startswith("#"):
        end -= 1  # what stands right above the next section tells of that one
    return "\n".join((*lines[:begins], section, *lines[end:]))


def _lines(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        yield f"{_key(key)} = {_value(value)}"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, datetime.time):
        return f'"{value:%H:%M}"'
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_lines(value)) + " }" if value else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return repr(value)


def _quoted(text: str) -> str:
    """A basic string; JSON escapes all that TOML wants escaped but DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
