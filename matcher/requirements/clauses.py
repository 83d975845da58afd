"""Clauses (分句): what of a sentence says one thing."""

import re
from collections.abc import Sequence

Place = tuple[int, int]
LONGEST = 36
"""Characters of clauses that are quoted together: what a line of a list has room for."""
_CUT = re.compile(r"[，；;。！!？?\n]+|,(?!\d)")


def clauses(text: str, start: int = 0, end: int | None = None) -> list[Place]:
    """Part a text at commas, semicolons and full stops.

    Returns:
        Places of the clauses, without the marks around them, in order and never empty.
    """
    end = len(text) if end is None else end
    found, at = [], start
    for cut in [*_CUT.finditer(text, start, end), None]:
        last = cut.start() if cut else end
        words = text[at:last]
        left = at + len(words) - len(words.lstrip())
        right = last - (len(words) - len(words.rstrip()))
        if left < right:
            found.append((left, right))
        at = cut.end() if cut else end
    return found


def widened(places: Sequence[Place], at: int, worth: Sequence[float]) -> Place:
    """Join a clause with those beside it, the worthier first, as long as the whole is short.

    Args:
        places: the clauses of one sentence.
        at: which one.
        worth: a number each.
    """
    first = last = at
    while True:
        wider = [(first - 1, last)] if first else []
        wider += [(first, last + 1)] if last + 1 < len(places) else []
        fitting = [
            (worth[a] if a < first else worth[b], a, b)
            for a, b in wider
            if places[b][1] - places[a][0] <= LONGEST
        ]
        if not fitting:
            return places[first][0], places[last][1]
        _, first, last = max(fitting)
