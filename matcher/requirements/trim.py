"""Cuts from a requirement what does not state it: verbs of wishing before, marks around."""

import re

_BEFORE = re.compile(
    r"[\s,，;；:：、。.\-—·•*（(【\[]*"
    r"(?:(?:并且|同时|另外|此外|还)?(?:要求|希望|需要|必须|应当)(?:能够|具有|具备)?[:：]?)?\s*"
)
_ITEM = re.compile(r"(?:[（(]?\d{1,2}[)）.、．]|[①-⑳]|[一二三四五六七八九十][、.])\s*(?!\d)")
_AFTER = re.compile(r"[\s,，;；:：、。.！!？?(（\[【]+$")
_PARTS = re.compile(r"[;；。！!？?\n]+")
SHORTEST = 2
"""Characters of a requirement."""


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
