"""A group of records shown as one: the kept record's id, the fullest text, no field left empty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from matcher.types import Record

_ONE_VALUE = "visibility"
_VISIBILITY = ("受限", "本机构", "公开")
"""From the narrowest; a merged record is never seen by more people than each of its sources."""


@dataclass(frozen=True, slots=True)
class MergedRecord:
    """A merged record.

    Attributes:
        record: under the kept record's id.
        conflicts: field -> (id, value) of each record whose value differs from the one shown.
    """

    record: Record
    conflicts: Mapping[str, tuple[tuple[str, Any], ...]]


def merge_records(kept: Record, absorbed: Sequence[Record]) -> MergedRecord:
    """Show records as one.

    The title is the kept record's, or else the first one's that has one; the text is the longest;
    every other field is the kept record's, or else the first one that is filled; visibility is the
    narrowest.
    """
    everyone = [kept, *absorbed]
    shown: dict[str, Any] = {}
    conflicts: dict[str, tuple[tuple[str, Any], ...]] = {}
    for name in (one.name for one in fields(kept) if one.name != "id"):
        values = [(one.id, getattr(one, name)) for one in everyone]
        filled = [(id_, value) for id_, value in values if value not in (None, "", ())]
        if not filled:
            continue
        shown[name] = _chosen(name, [value for _, value in filled])
        others = tuple((id_, value) for id_, value in filled if value != shown[name])
        if others and name != "text":
            conflicts[name] = others
    return MergedRecord(replace(kept, **shown), conflicts)


def _chosen(name: str, values: Sequence[Any]) -> Any:
    if name == "text":
        return max(values, key=len)  # of equally long ones the first
    if name == _ONE_VALUE:
        return min(values, key=_VISIBILITY.index)
    return values[0]
