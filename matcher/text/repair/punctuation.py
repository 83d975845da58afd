"""Mark `punctuation`: where a long stretch without any most likely lost a comma or a full stop.

The model of clean texts is asked at each place whether it would rather see a mark there. The text
is not changed: the places are where the splitter into sentences cuts, when a stretch is too long.
"""

import re
from collections.abc import Iterator

from matcher.text.repair.ngrams import background_ngrams

LONGEST_STRETCH = 50
"""Characters without punctuation up to which nothing is looked for."""
_STRETCH = re.compile(rf"[^\s，,。.；;：:、！!？?（）()“”\"《》<>—…]{{{LONGEST_STRETCH},}}")
_MARGIN = 6
_LEAST_ODDS = 1.0
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")


def find_lost_punctuation(text: str) -> list[tuple[int, int]]:
    """Find the places, as empty spans, in order."""
    return [
        (at, at) for stretch in _STRETCH.finditer(text) for at in _breaks(text, *stretch.span())
    ]


def likely_break(text: str, start: int, end: int) -> int | None:
    """Return the likeliest place of a lost mark within [start, end); None where none is likely."""
    best = max(((_odds(text, at), at) for at in range(start, end)), default=(0.0, 0))
    return best[1] if best[0] >= _LEAST_ODDS else None


def _breaks(text: str, start: int, end: int) -> Iterator[int]:
    """Go through a stretch: a clause ends at the likeliest place of the next fifty characters."""
    while end - start >= LONGEST_STRETCH:
        at = likely_break(text, start + _MARGIN, min(start + LONGEST_STRETCH, end - _MARGIN))
        if at is not None:
            yield at
        start = at or start + LONGEST_STRETCH - _MARGIN


def _odds(text: str, at: int) -> float:
    """Log P(text with a mark at a place) - log P(text as it is)."""
    if _HAN.fullmatch(text, at - 1, at + 1) is None:
        return float("-inf")
    model = background_ngrams()
    before, behind = text[max(0, at - 2) : at], text[at : at + 2]
    start = len(before)
    plain = model.score(before + behind, start, start + len(behind))
    marked = max(
        model.score(f"{before}{mark}{behind}", start, start + 1 + len(behind)) for mark in ",。"
    )
    return marked - plain
