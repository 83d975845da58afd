"""How words and signs around a value bound it: 不低于, 控制在…以内, 达到, 左右."""

import re
from functools import cache
from typing import NamedTuple

from matcher.quantities.types import Comparator
from matcher.quantities.wording import lines_of

# What may stand between a comparator and its number: 缩短到原来的一半, ≥HRC50.
_BETWEEN = re.compile(
    r"(?:(?:原来|原先|原有|现有|现在|目前|以前)的|原|Ra|Rz|HR[ABC]|HBW?|HV|[φΦ])$"
)
_DENIED = re.compile(r"(?:不[会要能得应宜许再准可]?|别|勿|莫|没有?|未|绝不|从不|并不|无)\s?$")
_LONGEST = 8
_MOST_WORDS = 4


class Words(NamedTuple):
    """Word to (side, what it says)."""

    left: dict[str, tuple[str, str]]
    right: dict[str, str]


class Bound(NamedTuple):
    """What stands to the left of a value.

    Attributes:
        start: where the words begin.
        strong, weak: what they say; empty for nothing. `good` and `bad` depend on the quantity.
        about: an approximate value.
        plain: a colon, 为 or the like stands between name and value.
    """

    start: int
    strong: str = ""
    weak: str = ""
    about: bool = False
    plain: bool = False

    @property
    def says(self) -> bool:
        """Whether the words say more than that here is a value."""
        return bool(self.strong or self.weak or self.about)


@cache
def words() -> Words:
    """Return the words that ship with the package."""
    left: dict[str, tuple[str, str]] = {}
    right: dict[str, str] = {}
    for line in lines_of("comparators.txt"):
        side, says, *listed = line.split()
        if side == "right":
            right.update(dict.fromkeys(listed, says))
        else:
            left.update(dict.fromkeys(listed, (side, says)))
    return Words(left, right)


@cache
def strong_word() -> re.Pattern[str]:
    """A comparator of two characters or more that leaves no doubt."""
    strong = [
        word
        for word, (side, _) in words().left.items()
        if side == "left" and (len(word) > 1 or word in "≥≤<>")
    ]
    return re.compile("|".join(re.escape(word) for word in sorted(strong, key=len, reverse=True)))


def bound_before(text: str, start: int, value: int) -> Bound:
    """Read the words that end where a value begins, not beyond `start`."""
    bound = Bound(value)
    for _ in range(_MOST_WORDS):
        at = _skip(text, start, bound.start)
        word = _suffix(text, start, at)
        if word is None:
            return bound
        side, says = words().left[word]
        if side == "stop":
            return bound
        begin = at - len(word)
        denied = _DENIED.search(text, max(start, begin - 4), begin) if says in "><" else None
        if denied:  # 别超过, 不会低于
            begin, says = denied.start(), "<=" if says == ">" else ">="
        if side == "left":
            bound = bound._replace(start=begin, strong=says if not bound.strong else bound.strong)
        elif side == "weak":
            bound = bound._replace(start=begin, weak=bound.weak or says)
        else:
            bound = bound._replace(
                start=begin, about=bound.about or says == "~", plain=bound.plain or says == "="
            )
    return bound


def _skip(text: str, start: int, at: int) -> int:
    while at > start and text[at - 1] in " (":
        at -= 1
    found = _BETWEEN.search(text, max(start, at - 4), at)
    return found.start() if found else at


def _suffix(text: str, start: int, end: int) -> str | None:
    known = words().left
    for length in range(min(_LONGEST, end - start), 0, -1):
        if text[end - length : end] in known:
            return text[end - length : end]
    return None


def bound_after(text: str, end: int) -> tuple[int, str]:
    """Read the word right after a value: where it ends, and what it says (empty for nothing)."""
    begin = end
    while begin < len(text) and begin - end < 2 and text[begin] == " ":
        begin += 1
    for length in range(_LONGEST, 0, -1):
        word = text[begin : begin + length]
        if len(word) == length and word in words().right:
            if word == "内" and text[begin + 1 : begin + 2] in tuple(
                "部径外容置存燃壁衬胆嵌蒙层腔侧"
            ):
                break
            return begin + length, words().right[word]
    return end, ""


def settle(bound: Bound, after: str, form: str, *, better_is_lower: bool) -> Comparator:
    """Settle what the words on both sides and the form of the value say together."""
    if form == "pm":  # 不大于±0.1 says no more than ±0.1
        return "pm"
    strong = bound.strong
    if strong in ("good", "bad"):
        strong = "<=" if (strong == "good") == better_is_lower else ">="
    elif not strong and after in (">=", "<=", "<"):
        strong = after
    said: dict[str, Comparator] = {">=": ">=", "<=": "<=", ">": ">", "<": "<"}
    if strong in said:
        return said[strong]
    if form == "range":
        return "range"
    if bound.about or after == "~":
        return "~"
    reached: Comparator = "<=" if better_is_lower else ">="
    return reached if bound.weak == "reach" else said.get(bound.weak, "=")
