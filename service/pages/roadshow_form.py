"""The form of a plan: what was filled in becomes a document like that of a plan file, and back.

What cannot be read is left as it was typed, so `read_plan` tells what is wrong with it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from service.roadshow.plan_file import PlanFile
from service.roadshow.plan_text import document_of

Document = dict[str, Any]
QUOTA_ROWS = 4
"""Empty rows for quotas below the filled ones."""
WORTH = ("strong", "fairly_strong", "weak", "quality", "freshness", "diversity", "fairness")
PICKED: Mapping[str, tuple[str, ...]] = {
    "candidates": ("industry_section", "province", "trl"),
    "audience": ("industry_section", "province"),
}
"""Filters that the form has a field of their own for."""
_BETWEEN = re.compile(r"[\s,，、;；]+")
_SIGNS = {"trl": ">="}


@dataclass(frozen=True, slots=True)
class _Field:
    """A field that holds one value of a section; `read` turns its words into the value."""

    section: str
    key: str
    read: Callable[[str], Any]

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"


def _whole(words: str) -> int | str:
    return int(words) if re.fullmatch(r"[+-]?\d{1,9}", words) else words


def _number(words: str) -> float | str:
    try:
        return float(words)
    except ValueError:
        return words


def _day(words: str) -> date | str:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return words


def _ids(words: str) -> list[str]:
    return [one for one in _BETWEEN.split(words) if one]


def _numbers(words: str) -> list[float | str]:
    return [_number(one) for one in _ids(words)]


FIELDS = (
    _Field("event", "title", str),
    _Field("event", "size", _whole),
    _Field("event", "date", _day),
    _Field("event", "seconds", _number),
    _Field("candidates", "query", str),
    _Field("candidates", "issued_list", _whole),
    _Field("candidates", "must", _ids),
    _Field("candidates", "must_not", _ids),
    _Field("candidates", "industries", str),
    _Field("candidates", "regions", str),
    _Field("audience", "compare", _whole),
    _Field("audience", "read", _whole),
    *(_Field("worth", name, _number) for name in WORTH),
    _Field("worth", "repeats", _numbers),
    _Field("caps", "shown", _whole),
    _Field("caps", "industry", _whole),
    _Field("caps", "region", _whole),
    _Field("caps", "institution", _whole),
    _Field("invitations", "least_per_talk", _whole),
    _Field("invitations", "most_per_talk", _whole),
    _Field("invitations", "most_per_guest", _whole),
    _Field("invitations", "least_score", _number),
)
AGENDA = (
    _Field("agenda", "place", str),
    _Field("agenda", "talks_from", str),
    _Field("agenda", "talk_minutes", _whole),
    _Field("agenda", "meetings_from", str),
    _Field("agenda", "meetings_to", str),
    _Field("agenda", "meeting_minutes", _whole),
    _Field("agenda", "tables", _whole),
)


def document(form: FormData, before: PlanFile | None = None) -> Document:
    """Make the document of a plan from what was filled in.

    Args:
        form: the fields.
        before: the plan that is changed: what the form has no field for stays as it is there.
    """
    found: Document = document_of(before) if before else {}
    has_agenda = bool(form.get("agenda"))
    if not has_agenda:
        found.pop("agenda", None)
    for field in (*FIELDS, *(AGENDA if has_agenda else ())):
        section = found.setdefault(field.section, {})
        words = _words(form, field.name)
        section.pop(field.key, None)
        if words:
            section[field.key] = field.read(words)
    for section, picked in PICKED.items():
        _set(found[section], "filters", _filters(form, section, picked))
    _set(found["audience"], "weights", _weights(_words(form, "audience.weights")))
    found["quota"] = _quotas(form)
    found["conflict"] = _conflicts(_words(form, "conflict"))
    found["room"] = _rooms(_words(form, "room"))
    found["break"] = _breaks(_words(form, "break"))
    return {key: part for key, part in found.items() if part or key == "agenda"}


def values(written: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in each field of the form for a document; `quota` is a list of rows."""
    shown: dict[str, Any] = {
        field.name: _shown(written.get(field.section, {}).get(field.key))
        for field in (*FIELDS, *AGENDA)
    }
    shown["agenda"] = "agenda" in written
    for section, picked in PICKED.items():
        rest = [str(one) for one in written.get(section, {}).get("filters", ())]
        for name in picked:
            sign = _SIGNS.get(name, "=")
            own = [one for one in rest if one.startswith(name + sign) and ";" not in one]
            shown[f"{section}.{name}"] = own[0].partition(sign)[2] if own else ""
            rest = [one for one in rest if one not in own[:1]]
        shown[f"{section}.filters"] = "\n".join(rest)
    weights = written.get("audience", {}).get("weights", {})
    shown["audience.weights"] = "\n".join(
        f"{id_} {_shown(value)}" for id_, value in weights.items()
    )
    shown["quota"] = [
        {key: _shown(row.get(key)) for key in ("dimension", "value", "least", "most")}
        for row in (*written.get("quota", ()), *[{}] * QUOTA_ROWS)
    ]
    shown["conflict"] = "\n".join(
        "、".join(one["between"]) + (f"：{one['reason']}" if one.get("reason") else "")
        for one in written.get("conflict", ())
    )
    shown["room"] = "\n".join(
        f"{one.get('name', '')} {one.get('seats', '')}".strip() for one in written.get("room", ())
    )
    shown["break"] = "\n".join(
        f"{_shown(one.get('begins'))}-{_shown(one.get('ends'))} {one.get('title', '')}".strip()
        for one in written.get("break", ())
    )
    return shown


def _words(form: FormData, name: str) -> str:
    given = form.get(name)
    return given.strip() if isinstance(given, str) else ""


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    if hasattr(value, "hour"):
        return f"{value:%H:%M}"
    return str(value)


def _set(section: Document, key: str, value: Any) -> None:
    section.pop(key, None)
    if value:
        section[key] = value


def _filters(form: FormData, section: str, picked: Iterable[str]) -> list[str]:
    chosen = [(name, _words(form, f"{section}.{name}")) for name in picked]
    own = [f"{name}{_SIGNS.get(name, '=')}{value}" for name, value in chosen if value]
    lines = _words(form, f"{section}.filters").splitlines()
    return [*own, *(line.strip() for line in lines if line.strip())]


def _weights(words: str) -> dict[str, float | str]:
    found = {}
    for line in words.splitlines():
        id_, _, weight = line.strip().replace("=", " ").replace("＝", " ").rpartition(" ")
        if line.strip():
            found[id_.strip() or line.strip()] = _number(weight.strip()) if id_ else "没有写权重"
    return found


def _quotas(form: FormData) -> list[Document]:
    columns = [
        [str(one).strip() for one in form.getlist(f"quota.{key}")]
        for key in ("dimension", "value", "least", "most")
    ]
    found = []
    for dimension, value, least, most in zip(*columns, strict=False):
        if not (value or least or most):
            continue
        row: Document = {"dimension": dimension, "value": value}
        row |= {"least": _whole(least)} if least else {}
        row |= {"most": _whole(most)} if most else {}
        found.append(row)
    return found


def _conflicts(words: str) -> list[Document]:
    found = []
    for line in filter(None, map(str.strip, words.splitlines())):
        ids, _, reason = line.partition("：")
        found.append({"between": _ids(ids), **({"reason": reason.strip()} if reason else {})})
    return found


def _rooms(words: str) -> list[Document]:
    found: list[Document] = []
    for line in filter(None, map(str.strip, words.splitlines())):
        name, _, seats = line.rpartition(" ")
        found.append({"name": name.strip(), "seats": _whole(seats)} if name else {"name": line})
    return found


def _breaks(words: str) -> list[Document]:
    found: list[Document] = []
    for line in filter(None, map(str.strip, words.splitlines())):
        times, _, title = line.partition(" ")
        begins, _, ends = times.replace("—", "-").replace("–", "-").partition("-")
        row: Document = {"begins": begins, "ends": ends}
        found.append(row | ({"title": title.strip()} if title.strip() else {}))
    return found
