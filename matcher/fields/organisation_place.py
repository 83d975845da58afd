"""Where an organisation is, told from its name: a known seat, a branch, brackets, the beginning.

Chinese companies' names begin with their place; universities' names often name a larger one, so the
seats of many institutions are listed.
"""

import re
from functools import cache, lru_cache
from typing import Any

from matcher.fields.places import common, gazetteer, is_within
from matcher.fields.resources import read_json
from matcher.fields.writing import usual_writing

_BLANK = re.compile(r"\s+")
_BRACKETS = re.compile(r"\(([^()]{2,12})\)")
_SEAT, _FULL, _SHORT, _PART = 0.98, 0.97, 0.9, 0.9
"""Confidences, by what the place was told from."""


@lru_cache(maxsize=8192)
def place_of_organisation(raw: str) -> tuple[str, float]:
    """Give the code of the place and a confidence; an empty code where the name tells nothing."""
    name = _BLANK.sub("", usual_writing(raw))
    seat, rest = _seat(name)
    if not seat:
        rest = name.partition("大学")[2] or name
    branch = _bracketed(rest) or (_branch(rest) if rest != name else "")
    if branch:
        return branch, _PART
    return (seat, _SEAT) if seat else _begins(name)


def _seat(name: str) -> tuple[str, str]:
    """Code of the seat of a known institution, and what follows its name."""
    seats = _seats()
    for end in range(len(name), 3, -1):
        if name[:end] in seats:
            return seats[name[:end]], name[end:]
    return "", name


def _bracketed(name: str) -> str:
    """A place in brackets: 某某(苏州)有限公司."""
    for inside in _BRACKETS.findall(name):
        found = common(gazetteer().meanings(inside, alone=True))
        if found:
            return found
    return ""


def _branch(rest: str) -> str:
    """The place of a branch: what follows the mother's name begins with it."""
    place = gazetteer().longest_at(rest, 0) if len(rest) > 3 else ""
    return common(gazetteer().meanings(place, alone=True))


def _begins(name: str) -> tuple[str, float]:
    """The place that an organisation's name begins with, as companies' names must."""
    listed = _organisations()
    for leading in listed["leading"]:
        if name.startswith(leading):
            name = name[len(leading) :]
            break
    first = gazetteer().longest_at(name, 0)
    if not first or name.startswith(tuple(listed["not_places"])):
        return "", 0.0
    codes = gazetteer().meanings(first, alone=True)
    if not codes:
        return "", 0.0
    second = gazetteer().longest_at(name, len(first))
    inside = gazetteer().meanings(second, alone=False) if second else frozenset()
    narrowed = frozenset(c for c in inside if any(is_within(c, outer) for outer in codes))
    return common(narrowed or codes), _FULL if first[-1] in "省市区县州盟旗" else _SHORT


@cache
def _organisations() -> Any:
    return read_json("organisations.json")


@cache
def _seats() -> dict[str, str]:
    return {name: code for code, names in _organisations()["seats"].items() for name in names}
