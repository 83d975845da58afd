"""The form of a plan: what was filled in becomes a document like that of a plan file, and back.

What cannot be read is left as it was typed, so `read_plan` tells what is wrong with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from service.pages.roadshow_lines import LISTS, ids, shown, whole
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


def _numbers(words: str) -> list[float | str]:
    return [_number(one) for one in ids(words)]


FIELDS = (
    _Field("event", "title", str),
    _Field("event", "size", whole),
    _Field("event", "date", _day),
    _Field("event", "seconds", _number),
    _Field("candidates", "query", str),
    _Field("candidates", "issued_list", whole),
    _Field("candidates", "must", ids),
    _Field("candidates", "must_not", ids),
    _Field("candidates", "industries", str),
    _Field("candidates", "regions", str),
    _Field("audience", "compare", whole),
    _Field("audience", "read", whole),
    *(_Field("worth", name, _number) for name in WORTH),
    _Field("worth", "repeats", _numbers),
    _Field("caps", "shown", whole),
    _Field("caps", "industry", whole),
    _Field("caps", "region", whole),
    _Field("caps", "institution", whole),
    _Field("invitations", "least_per_talk", whole),
    _Field("invitations", "most_per_talk", whole),
    _Field("invitations", "most_per_guest", whole),
    _Field("invitations", "least_score", _number),
)
AGENDA = (
    _Field("agenda", "place", str),
    _Field("agenda", "talks_from", str),
    _Field("agenda", "talk_minutes", whole),
    _Field("agenda", "meetings_from", str),
    _Field("agenda", "meetings_to", str),
    _Field("agenda", "meeting_minutes", whole),
    _Field("agenda", "tables", whole),
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
    for lines in LISTS:
        found[lines.key] = lines.rows(_words(form, lines.key), found)
    return {key: part for key, part in found.items() if part or key == "agenda"}


def values(written: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in each field of the form for a document; `quota` is a list of rows."""
    told: dict[str, Any] = {
        field.name: shown(written.get(field.section, {}).get(field.key))
        for field in (*FIELDS, *AGENDA)
    }
    told["agenda"] = "agenda" in written
    for section, picked in PICKED.items():
        rest = [str(one) for one in written.get(section, {}).get("filters", ())]
        for name in picked:
            sign = _SIGNS.get(name, "=")
            own = [one for one in rest if one.startswith(name + sign) and ";" not in one]
            told[f"{section}.{name}"] = own[0].partition(sign)[2] if own else ""
            rest = [one for one in rest if one not in own[:1]]
        told[f"{section}.filters"] = "\n".join(rest)
    weights = written.get("audience", {}).get("weights", {})
    told["audience.weights"] = "\n".join(f"{id_} {shown(value)}" for id_, value in weights.items())
    told["quota"] = [
        {key: shown(row.get(key)) for key in ("dimension", "value", "least", "most")}
        for row in (*written.get("quota", ()), *[{}] * QUOTA_ROWS)
    ]
    told |= {lines.key: lines.shown(written) for lines in LISTS}
    return told


def _words(form: FormData, name: str) -> str:
    given = form.get(name)
    return given.strip() if isinstance(given, str) else ""


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
        row |= {"least": whole(least)} if least else {}
        row |= {"most": whole(most)} if most else {}
        found.append(row)
    return found
