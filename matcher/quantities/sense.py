"""What a quantity's name means: which names are alike, and whether more or less is better."""

import re
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from matcher.quantities.wording import lines_of, pattern

Sense = Literal["+", "-", "0", "*"]
"""More is better, less is better, neither, a range that must cover the required one."""

_LONGEST = 10
_BETTER = pattern("@better@")
_WORSE = pattern("@worse@")
_DENSITY = re.compile(r"(?:dpi|ppi|DPI|PPI|[万亿]?像素)$")
_GRADED_DOWN = re.compile(r"附着|划格|气味|毒|评级|夹杂|霉|起泡|粉化")
"""Of these grade 0 or 1 is the best."""
_MOST = 80.0
_SMALL = ("精度", "精准度")


class Group(NamedTuple):
    """Names of one quantity.

    Attributes:
        number: of the group; -1 where the name belongs to none.
        sense: whether more is better.
        word: the part of the name that belongs to the group.
    """

    number: int
    sense: Sense
    word: str


_NONE = Group(-1, "0", "")


@cache
def _groups() -> dict[str, Group]:
    groups: dict[str, Group] = {}
    senses: dict[str, Sense] = {"+": "+", "-": "-", "*": "*"}
    for number, line in enumerate(lines_of("names.txt")):
        sign, *names = line.split()
        for name in names:
            groups.setdefault(name.lower(), Group(number, senses.get(sign, "0"), name.lower()))
    return groups


@lru_cache(maxsize=8192)
def group_of(name: str) -> Group:
    """Return the group of the longest known word that a name ends with, else that it holds."""
    known = _groups()
    name = name.lower()
    places = [len(name), *range(len(name) - 1, 0, -1)][:24]
    for end in places:
        for begin in range(max(0, end - _LONGEST), end):
            found = known.get(name[begin:end])
            if found is not None and (len(found.word) > 1 or found.word == name):
                return found
    return _NONE


def sense_of(name: str, unit: str, value: float | None) -> Sense:
    """Tell whether more of a quantity is better; an accuracy of 0.1 mm or 0.02 % is an error.

    A rate near 100 % is one to be reached, whatever it is of.
    """
    sense = group_of(name).sense
    if unit == "%" and value is not None and value >= _MOST and name.endswith("率"):
        return "+"
    if unit == "级" and _GRADED_DOWN.search(name):
        return "-"
    if _DENSITY.match(unit):
        return "+"
    if name.endswith("灵敏度") and unit and unit != "%":  # of what is just detected
        return "-"
    if name.endswith(_SMALL) or group_of(name).word.endswith(_SMALL):
        return "+" if unit == "%" and value is not None and value >= 50 else "-"
    if group_of(name).number >= 0:
        return sense
    return "-" if _WORSE.search(name) else "+" if _BETTER.search(name) else "0"


def is_lower_better(name: str, unit: str, value: float | None) -> bool:
    """Whether a lower value is the better one."""
    return sense_of(name, unit, value) == "-"
