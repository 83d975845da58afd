"""What kind of organisation an owner is, by the stated type or the name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from matcher.fields.resources import read_json
from matcher.fields.states import LONGEST_VALUE
from matcher.fields.writing import usual_writing

_BLANK = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ParsedOwner:
    """What kind of organisation an owner is.

    One of 高校, 科研院所, 企业, 医院, 个人, 政府机构, 社会组织, 其他.

    Attributes:
        raw: The stated type, or the name that it was inferred from (never a person's).
        kind: One of the list.
        how: `stated` or `inferred`.
        confidence: In (0, 1].
    """

    raw: str
    kind: str
    how: Literal["stated", "inferred"]
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        return {name: getattr(self, name) for name in ("raw", "kind", "how", "confidence")}


def read_owner(stated: str, owner: str) -> ParsedOwner | None:
    """Read the stated type of an owner; failing that, infer it from the owner's name."""
    stated, owner = stated[:LONGEST_VALUE], owner[:LONGEST_VALUE]
    return (_stated(stated) if stated else None) or (_inferred(owner) if owner else None)


@lru_cache(maxsize=1024)
def _stated(raw: str) -> ParsedOwner | None:
    text = _BLANK.sub("", usual_writing(raw))
    kinds: Mapping[str, list[str]] = _organisations()["owner_type_words"]
    for kind, words in kinds.items():
        if text in words:
            return ParsedOwner(raw, kind, "stated", 1.0)
    within = [kind for kind, words in kinds.items() if any(w in text for w in words if len(w) > 1)]
    return ParsedOwner(raw, within[0], "stated", 0.9) if len(within) == 1 else None


@lru_cache(maxsize=8192)
def _inferred(raw: str) -> ParsedOwner | None:
    # Of several owners the first counts.
    name = _BLANK.sub("", usual_writing(raw))
    name = re.split(r"[;、,，；]", name)[0]
    for kind, confidence, pattern in _owner_patterns():
        if pattern.search(name):
            return ParsedOwner(raw, kind, "inferred", confidence)
    if re.fullmatch(rf"[{_organisations()['surnames']}][一-龥]{{1,2}}", name):
        # A person's name is not repeated.
        return ParsedOwner("", "个人", "inferred", 0.7)
    return None


@cache
def _owner_patterns() -> list[tuple[str, float, re.Pattern[str]]]:
    listed = _organisations()["owner_types"]
    return [(kind, sure, re.compile("|".join(forms))) for kind, sure, forms in listed]


@cache
def _organisations() -> Any:
    return read_json("organisations.json")
