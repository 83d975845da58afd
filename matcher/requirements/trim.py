"""Cuts from a requirement what does not state it: verbs of wishing before, marks around."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from matcher.quantities.types import Indicator
from matcher.requirements.clauses import Place, clauses

_BEFORE = re.compile(
    r"[\s,，;；:：、。.\-—·•*（(【\[]*"
    r"(?:(?:并且|同时|另外|此外|还)?(?:要求|希望|需要|必须|应当)(?:能够|具有|具备)?[:：]?)?\s*"
)
_ITEM = re.compile(r"(?:[（(]?\d{1,2}[)）.、．]|[①-⑳]|[一二三四五六七八九十][、.])\s*(?!\d)")
_AFTER = re.compile(r"[\s,，;；:：、。.！!？?(（\[【]+$")
_GAP = r"(?<=[\u4e00-\u9fff])[ \u3000]{2,}(?=[\u4e00-\u9fff])"
"""A wide gap between Chinese characters: where somebody typed no mark, two things end and begin."""
_PARTS = re.compile(rf"[;；。！!？?\n]+|{_GAP}")
SHORTEST = 2
"""Characters of a requirement."""
ALIKE = 0.9
"""From this likeness on two wordings say the same (Ratcliff and Obershelp 1988)."""
_SAID = re.compile(r"[^\W_]+")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Part a span where a sentence ends in it, and trim the parts; those without words go."""
    cuts = [found.span() for found in _PARTS.finditer(text, start, end)]
    starts = [start, *(last for _, last in cuts)]
    ends = [*(first for first, _ in cuts), end]
    spans = (trimmed(text, *one) for one in zip(starts, ends, strict=True) if one[0] < one[1])
    return [
        (left, right)
        for left, right in spans
        if sum(char.isalnum() for char in text[left:right]) >= SHORTEST
    ]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without what only leads in or closes; never empty if it was not."""
    left = start
    item = _ITEM.match(text, left, end)
    if item:
        left = item.end()
    before = _BEFORE.match(text, left, end)
    if before and before.end() < end - 1:
        left = before.end()
    after = _AFTER.search(text[left:end])
    right = left + after.start() if after else end
    return (left, right) if left < right else (start, end)


def whole(start: int, end: int, words: Sequence[Place], numbers: Sequence[Indicator]) -> Place:
    """Widen a span so that it cuts neither a word nor a number from its unit, nor is only that.

    Args:
        start: where the span begins.
        end: where it ends.
        words: places of all words, the shorter ones within longer ones too.
        numbers: of the text.
    """
    for one in numbers:
        first, last = one.value_span
        if first <= start and end <= last and start < end:  # 0级, of 附着力0级
            start = min(start, one.span[0])
        elif first < start < last:
            start = first
        if first < end < last:
            end = last
    near = [(first, last) for first, last in words if first <= end and last >= start]
    edges = {edge for place in near for edge in place}
    if start not in edges:
        start = max((first for first, last in near if first < start < last), default=start)
    if end not in edges:
        end = min((last for first, last in near if first < end < last), default=end)
    return start, end


def once(text: str, start: int, end: int) -> int:
    """Where a span ends that says a clause again at its end: 温度不超过80℃，温度不超过80℃."""
    said: list[str] = []
    last, repeats = start, False
    for left, right in clauses(text, start, end):
        repeats = bool(said) and is_repeated(text[left:right], said)
        if not repeats:
            said.append(text[left:right])
            last = right
    return last if repeats else end


def is_repeated(words: str, before: Sequence[str]) -> bool:
    """Whether earlier requirements say the same, but for a mark or a particle."""
    said = "".join(_SAID.findall(words))
    return any(_says_alike(said, "".join(_SAID.findall(one))) for one in before)


def _says_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
