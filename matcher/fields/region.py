"""Where a record is from: province, city and district of a region column or an organisation.

Precision comes first: a name that several places bear is read as far as they agree (吉林 is the
province, 鼓楼区 alone is nothing), and what is not understood stays raw.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from matcher.fields.organisation_place import place_of_organisation
from matcher.fields.places import MUNICIPALITIES, Place, common, gazetteer, is_within
from matcher.fields.resources import read_json
from matcher.fields.states import LONGEST_VALUE, NOTHING
from matcher.fields.writing import usual_writing

How = Literal["stated", "inferred"]

_BLANK = re.compile(r"\s+")
_SEVERAL = re.compile(r"[,，、;；/|+&]|以及")
_AND = "[和及或与]"
_CODE = re.compile(r"(\d{2})(?:(\d{2})(\d{2})?)?(?:\.0|0{6})?")
_WHOLE, _NAMED = 1.0, 0.97
"""Confidences of a full name and of any other writing."""


@dataclass(frozen=True, slots=True)
class ParsedRegion:
    """A region with its origin.

    Attributes:
        raw: What was written, in the region column or as the organisation's name.
        place: What was understood.
        how: `stated` in the region column, or `inferred` from the organisation's name.
        confidence: In (0, 1].
    """

    raw: str
    place: Place
    how: How
    confidence: float

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        place = self.place
        names = {"province": place.province, "city": place.city, "district": place.district}
        codes = {"province_code": place.province_code, "city_code": place.city_code}
        found = {**names, **codes, "code": place.code}
        return {
            "raw": self.raw,
            **{key: value for key, value in found.items() if value},
            "how": self.how,
            "confidence": self.confidence,
        }


def read_region(region: str, organisation: str = "") -> ParsedRegion | None:
    """Read the region column; failing that, the organisation's name. None where neither tells."""
    region, organisation = region[:LONGEST_VALUE], organisation[:LONGEST_VALUE]
    if region and region.strip().lower() not in NOTHING:
        return _stated(region)
    return _inferred(organisation) if organisation else None


@lru_cache(maxsize=8192)
def _stated(raw: str) -> ParsedRegion | None:
    text = _BLANK.sub("", usual_writing(raw))
    lone = _listed()["letters"].get(text)
    found = lone or _code(text) or _told(text.removeprefix("中国"))
    place = gazetteer().place(found) if found else None
    if place is None:
        return None
    steps = (place.province, place.city, place.district)
    whole = {place.province + place.district, place.province + place.city, "".join(steps), *steps}
    exact = text in whole or text.isdecimal()
    return ParsedRegion(raw, place, "stated", _WHOLE if exact else _NAMED)


def _inferred(raw: str) -> ParsedRegion | None:
    code, confidence = place_of_organisation(raw)
    place = gazetteer().place(code) if code else None
    return None if place is None else ParsedRegion(raw, place, "inferred", confidence)


def _code(text: str) -> str:
    found = _CODE.fullmatch(text)
    return "".join(part or "00" for part in found.groups()) if found else ""


def _told(text: str) -> str:
    """Follow the places that a text names, from large to small; empty for none or several."""
    if text.startswith(tuple(_listed()["abroad"])):
        return ""
    told: list[frozenset[str]] = []
    for part in _several().split(text):
        here = _follow(part, told[-1] if told else frozenset())
        if here and told and all(_narrows(code, told[-1]) for code in here):
            told[-1] = here
        elif here:
            told.append(here)
    return common(code for codes in told for code in codes)


@cache
def _several() -> re.Pattern[str]:
    """What stands between two regions; 和 only before a province or city (呼和浩特, 和田)."""
    places = gazetteer()
    after = [name for name in places.names if any(c.endswith("00") for c in places.names[name])]
    return re.compile(f"{_SEVERAL.pattern}|{_AND}(?={'|'.join(map(re.escape, after))})")


def _narrows(code: str, outer: frozenset[str]) -> bool:
    return any(is_within(code, one) for one in outer)


def _follow(text: str, outer: frozenset[str]) -> frozenset[str]:
    """Codes of the smallest place that a text names, beginning within `outer` where it can."""
    names, current, at = gazetteer(), outer, 0
    moved = False
    while at < len(text) - 1:
        name = names.longest_at(text, at)
        if not name:
            at += 1
            continue
        at += len(name)
        codes = names.meanings(name, alone=False)
        inside = frozenset(code for code in codes - current if _narrows(code, current))
        around = frozenset(c for c in current if any(is_within(c, code) for code in codes))
        alone = names.meanings(name, alone=True)
        if inside or around:
            current, moved = inside or around, True
        elif moved and _contradicts(current, alone):
            return frozenset()
        elif not moved and alone:
            # A place elsewhere begins a new region; later ones are streets (上海市南京东路).
            current, moved = alone, True
    return current if moved else frozenset()


def _contradicts(current: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether a province is followed by a city of another one (山西西安)."""
    is_province = all(c.endswith("0000") and c[:2] not in MUNICIPALITIES for c in current)
    return is_province and bool(other) and all(c.endswith("00") for c in other)


@cache
def _listed() -> Any:
    return read_json("place_names.json")
