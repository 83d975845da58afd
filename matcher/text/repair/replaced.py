"""Rule `replaced`: a string that a site has put in the place of another, all over a text.

Rewriting for search engines replaces one string by a longer one that holds it, wherever it
occurs, and so breaks the words around it: with 科技成果转 → 我国高校科技成果转化, the words
科技成果转移转化 become 我国高校科技成果转化移转化. Nothing is known of the strings beforehand.
A string that occurs often and is followed, nearly each time, by something that clean texts never
have there, is suspected; and it is taken back to that part of it which best joins what stands
before and behind, if that mends nearly all the places.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.text.offsets import Edit
from matcher.text.repair.ngrams import background_ngrams

FEWEST = 5
"""Places at which a string must stand."""
_SHORTEST_TEXT = 120
_TAIL = 4
_MOST_TAILS = 100
"""Repeated strings that are looked at; a text with more has a replaced one among the commonest."""
_LONGEST = 24
_STRANGE = 5.5
"""Mean -log P of the two characters behind a string from which on they do not belong there."""
_STRANGE_SHARE = 0.5
_SAME_SHARE = 0.9
_SMOOTH = 6.5
"""Mean -log P at both joints, up to which a mended place reads well."""
_GAIN = 2.0
_MENDED_SHARE = 0.9
_SAMPLE = 40
# How the start of the original part is found; chosen on documents in which strings were replaced.
_ELSEWHERE = 0.5
"""Nats for each e-fold of places at which the text has the part's beginning elsewhere."""
_SEAM = 0.8
"""How much an unnatural seam inside the string counts beside the joint before it."""
_NO_SEAM = 4.5
"""What the seam counts where nothing was put before the part."""
_SHORTEST_PART = 3
_FEWEST_ADDED = 2
"""Characters that a rewriting adds at least: it adds words."""
_SAME_FOLLOWER = 0.85
"""Share of places with the same character behind them from which on it is one word."""


def find_replaced(text: str) -> list[Edit]:
    """Find the places of replaced strings; each becomes the string that was there."""
    if len(text) < _SHORTEST_TEXT or not _repeats(text):
        return []
    edits: list[Edit] = []
    taken: set[int] = set()
    for string in _suspects(text):
        # Two suspected strings may overlap; edits must not.
        spans = (range(at, at + len(string)) for at in _places(text, string))
        places = [span.start for span in spans if taken.isdisjoint(span)]
        original = _original(text, string, places)
        if original is None:
            continue
        mended = [at for at in places if _Place.of(text, string, at).gain(string, original) > 0]
        sure = round(len(mended) / len(places), 3)
        edits += [Edit(at, at + len(string), original, sure) for at in mended]
        for at in mended:
            taken.update(range(at, at + len(string)))
    return sorted(edits, key=lambda one: one.start)


def _repeats(text: str) -> bool:
    """Tell at once whether any four characters occur often: in most texts none do."""
    units = text.encode("utf-16-le", "surrogatepass")
    # Every window of four 16-bit units, as one number; nothing is copied before the sort.
    windows = np.ndarray((len(units) // 2 - _TAIL + 1,), "<u8", units, strides=(2,))
    ordered = np.sort(windows)
    last = FEWEST - 1
    return bool((ordered[last:] == ordered[:-last]).any())


def _suspects(text: str) -> list[str]:
    """Strings that occur often and are mostly followed by what does not belong there."""
    found: Counter[str] = Counter()
    for tail in _repeated(text):
        places = list(_places(text, tail))
        if not _is_torn(Counter(text[at + _TAIL] for at in places if at + _TAIL < len(text)), tail):
            continue  # cheap, and true of nearly every term of art
        strange = [at for at in places if _cost(text, at + _TAIL, at + _TAIL + 2) > _STRANGE]
        if len(strange) >= max(FEWEST, _STRANGE_SHARE * len(places)):
            found[_grown(text, tail, strange)] += len(strange)
    return [string for string, _ in sorted(found.items(), key=lambda one: (-one[1], one[0]))[:8]]


def _repeated(text: str) -> list[str]:
    """Give the strings of four Chinese characters that occur often, in the order of the text."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    is_han = (codes >= 0x4E00) & (codes <= 0x9FFF)
    keys = codes[:-3] << 48 | codes[1:-2] << 32 | codes[2:-1] << 16 | codes[3:]
    keys[~(is_han[:-3] & is_han[1:-2] & is_han[2:-1] & is_han[3:])] = 0
    kinds, first, counts = np.unique(keys, return_index=True, return_counts=True)
    often = np.flatnonzero((counts >= FEWEST) & (kinds > 0))
    commonest = often[np.argsort(-counts[often], kind="stable")[:_MOST_TAILS]]
    often = np.sort(first[commonest])
    return [text[at : at + _TAIL] for at in often.tolist()]


def _grown(text: str, tail: str, places: list[int]) -> str:
    """Let a string grow to the left as long as nearly all its places agree."""
    grown = tail
    for back in range(1, _LONGEST - _TAIL):
        before = Counter(text[at - back] for at in places if at >= back)
        char, count = before.most_common(1)[0] if before else ("", 0)
        if count < _SAME_SHARE * len(places) or not "\u4e00" <= char <= "\u9fff":
            break
        grown = char + grown
    return grown


def _original(text: str, string: str, places: list[int]) -> str | None:
    """Find the part of a string that was there before, None where no part mends its places."""
    if len(places) < FEWEST:
        return None
    sample = [_Place.of(text, string, at) for at in places[:: max(1, len(places) // _SAMPLE)]]
    # The two joints hardly depend on each other: first the end of the part, then its start.
    end = min(
        range(1, len(string) + 1), key=lambda end: _mean(p.right(string[:end]) for p in sample)
    )
    if _mean(one.right(string) - one.right(string[:end]) for one in sample) < _GAIN:
        return None
    part = min(
        (string[start:end] for start in range(end)),
        key=lambda part: (
            _mean(p.left(part) for p in sample)
            - _familiar(text, string, part)
            - _SEAM * _seam(string, end - len(part))
        ),
    )
    too_short = len(part) < _SHORTEST_PART or len(string) - len(part) < _FEWEST_ADDED
    if too_short or not _torn(sample, string[end:]):
        return None
    mended = sum(one.gain(string, part) > 0 for one in sample)
    reads_well = _mean((one.left(part) + one.right(part)) / 2 for one in sample) <= _SMOOTH
    return part if mended >= _MENDED_SHARE * len(sample) and reads_well else None


def _seam(string: str, start: int) -> float:
    """Mean -log P of two characters after those before them: high where two strings were joined."""
    return _cost(string, start, start + 2) if start else _NO_SEAM


def _familiar(text: str, string: str, part: str) -> float:
    """Nats for a beginning that the text has elsewhere too; what was added stands nowhere else."""
    beginning = part[:_TAIL]
    elsewhere = text.count(beginning) - text.count(string) * string.count(beginning)
    return _ELSEWHERE * math.log1p(max(0, elsewhere))


def _torn(places: Sequence["_Place"], removed: str) -> bool:
    """Tell a replaced string from a term of art that clean texts do not know.

    What follows the term is always the same word; a replaced string is followed by the torn ends
    of different words (移转化, 化), or by the very character that it ends with (转化化).
    """
    return _is_torn(Counter(place.behind[:1] for place in places), removed)


def _is_torn(followers: Counter[str], ending: str) -> bool:
    commonest, count = max(followers.items(), key=lambda one: one[1], default=("", 0))
    return count <= _SAME_FOLLOWER * followers.total() or (ending != "" and ending[-1] == commonest)


@dataclass(frozen=True, slots=True)
class _Place:
    """What stands before and behind a string, two characters each."""

    before: str
    behind: str

    @classmethod
    def of(cls, text: str, string: str, at: int) -> "_Place":
        after = at + len(string)
        return cls(text[max(0, at - 2) : at], text[after : after + 2])

    def left(self, part: str) -> float:
        """Mean -log P of the first two characters of a part in this place."""
        start = len(self.before)
        return _cost(self.before + part, start, start + 2)

    def right(self, part: str) -> float:
        """Mean -log P of the two characters behind a part in this place."""
        start = len(self.before) + len(part)
        return _cost(self.before + part + self.behind, start, start + 2)

    def gain(self, string: str, part: str) -> float:
        """How much better the joints are with the part than with the string."""
        return self.left(string) + self.right(string) - self.left(part) - self.right(part)


def _cost(text: str, start: int, end: int) -> float:
    """Mean -log P of characters; 0 behind the end of the text."""
    end = min(end, len(text))
    return -background_ngrams().score(text, start, end) / (end - start) if end > start else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _places(text: str, string: str) -> Iterator[int]:
    at = text.find(string)
    while at >= 0:
        yield at
        at = text.find(string, at + len(string))
