"""Where two texts differ, so that a reviewer need not read both in full."""

from dataclasses import dataclass
from difflib import SequenceMatcher

MOST = 3_000
"""Characters of a text that are compared: the time grows with their product."""
_SHORTEST = 3
"""Characters in common below which a piece counts as part of a difference."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and whether the other text lacks it."""

    text: str
    differs: bool


def differences(left: str, right: str) -> tuple[list[Piece], list[Piece]]:
    """Cut two texts into pieces; what one has and the other lacks is marked.

    Beyond `MOST` characters nothing is compared and nothing marked.
    """
    one, other = left[:MOST], right[:MOST]
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    same = [block for block in blocks if block.size >= _SHORTEST]
    spans_one = [(block.a, block.a + block.size) for block in same]
    spans_other = [(block.b, block.b + block.size) for block in same]
    return _pieces(left, len(one), spans_one), _pieces(right, len(other), spans_other)


def _pieces(text: str, compared: int, same: list[tuple[int, int]]) -> list[Piece]:
    found, at = [], 0
    for start, end in [*same, (compared, len(text))]:
        if start > at:
            found.append(Piece(text[at:start], differs=True))
        if end > start:
            found.append(Piece(text[start:end], differs=False))
        at = end
    return found
