"""A character trigram model of clean technical Chinese: how likely each next character is.

Interpolated absolute discounting (Ney, Essen & Kneser 1994), stored with back-off weights as in
ARPA files: P(c|ab) = p(abc) where the trigram is kept, else w(ab) · P(c|b), and so on down. Digits
are one symbol and Latin letters another, since their values tell nothing about the words around.
`python -m matcher.text.repair.ngrams_training` makes the shipped counts.
"""

from bisect import bisect_left
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from matcher.errors import ResourceError

TABLE = "ngrams.npz"
STEP = 1 / 16
"""Nats of one unit of the stored bytes."""
LATIN, DIGIT, UNKNOWN, EDGE = "a", "0", "\ufffd", "\n"
_SAME = str.maketrans("，；：！？（）“”‘’．", ",;:!?()\"\"''.")


def symbols(text: str) -> str:
    """Write a text in the model's alphabet: one symbol a character."""
    return "".join(map(_symbol, text))


def _symbol(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff":
        return char
    if char.isdigit():
        return DIGIT
    if char.isascii() and char.isalpha():
        return LATIN
    if char.isspace():
        return EDGE if char == "\n" else " "
    return char.translate(_SAME)


class NgramModel:
    """log P(c | a b), natural logarithms.

    Args:
        alphabet: Every known symbol; the place is its number.
        one: log P(c) of each, bytes[len(alphabet)] in steps of -STEP; likewise the others.
        one_backoff: log w(c) of each.
        two: Sorted keys a·V + b of the kept bigrams, with their `two_p` and `two_backoff`.
        three: Sorted keys (a·V + b)·V + c of the kept trigrams, with their `three_p`.
    """

    def __init__(
        self,
        alphabet: str,
        one: NDArray[np.uint8],
        one_backoff: NDArray[np.uint8],
        two: NDArray[np.uint32],
        two_p: NDArray[np.uint8],
        two_backoff: NDArray[np.uint8],
        three: NDArray[np.uint64],
        three_p: NDArray[np.uint8],
    ) -> None:
        self._number = {char: at for at, char in enumerate(alphabet)}
        self._size = len(alphabet)
        self._unknown = self._number[UNKNOWN]
        self._one, self._one_backoff = one.tobytes(), one_backoff.tobytes()
        # Plain memory views: a scalar look-up in a NumPy array costs ten times as much.
        self._two, self._three = memoryview(two.data), memoryview(three.data)
        self._two_p, self._two_backoff = two_p.tobytes(), two_backoff.tobytes()
        self._three_p = three_p.tobytes()

    @classmethod
    def load(cls, file: Path | IO[bytes]) -> "NgramModel":
        """Read a table that `ngrams_training` wrote."""
        with np.load(file, allow_pickle=False) as held:
            parts: dict[str, Any] = {name: held[name] for name in held.files}
        alphabet = parts.pop("alphabet").tobytes().decode()
        # Keys are stored as differences, which pack to a third.
        for name in ("two", "three"):
            parts[name] = np.ascontiguousarray(np.cumsum(parts[name], dtype=parts[name].dtype))
        return cls(alphabet, **parts)

    def knows(self, char: str) -> bool:
        """Tell whether a character occurs in the clean texts at all."""
        return _symbol(char) in self._number

    def pairs_with(self, chars: frozenset[str]) -> frozenset[str]:
        """Give the kept pairs of which one character is among `chars`."""
        alphabet = [*self._number]
        keys = np.asarray(self._two)
        wanted = np.array([char in chars for char in alphabet])
        a, b = np.divmod(keys, self._size)
        kept = wanted[a] | wanted[b]
        return frozenset(
            alphabet[i] + alphabet[j]
            for i, j in zip(a[kept].tolist(), b[kept].tolist(), strict=True)
        )

    def rarity(self, char: str) -> float:
        """Return -log P of a character by itself."""
        return STEP * self._one[self._number.get(_symbol(char), self._unknown)]

    def score(self, text: str, start: int, end: int) -> float:
        """Sum log P of the characters [start, end) of a text, each after its two predecessors."""
        first = max(0, start - 2)
        ids = [self._number.get(_symbol(c), self._unknown) for c in text[first:end]]
        edge = self._number[EDGE]
        ids = [edge] * (2 - (start - first)) + ids
        return -STEP * sum(self._cost(*ids[at - 2 : at + 1]) for at in range(2, len(ids)))

    def tiling(self, text: str) -> float:
        """Log P of the best way to lay a text with single symbols and known pairs, as a word would.

        Unlike `score`, no tile leans on its neighbour: 中国|X says nothing of 国家.
        """
        ids = [self._number.get(_symbol(c), self._unknown) for c in text]
        best = [0]
        for at, b in enumerate(ids):
            cost = best[at] + self._one[b]
            if at:
                a = ids[at - 1]
                found = self._find(self._two, a * self._size + b)
                if found >= 0:
                    cost = min(cost, best[at - 1] + self._one[a] + self._two_p[found])
            best.append(cost)
        return -STEP * best[-1]

    def _cost(self, a: int, b: int, c: int) -> int:
        context = a * self._size + b
        found = self._find(self._three, context * self._size + c)
        if found >= 0:
            return self._three_p[found]
        held = self._find(self._two, context)
        spent = self._two_backoff[held] if held >= 0 else 0
        found = self._find(self._two, b * self._size + c)
        if found >= 0:
            return spent + self._two_p[found]
        return spent + self._one_backoff[b] + self._one[c]

    @staticmethod
    def _find(keys: memoryview, key: int) -> int:
        at = bisect_left(keys, key)
        return at if at < len(keys) and keys[at] == key else -1


@cache
def background_ngrams() -> NgramModel:
    """Load the shipped model; once a process.

    Raises:
        ResourceError: it is missing or damaged.
    """
    file = resources.files("matcher.text.repair") / "data" / TABLE
    try:
        with file.open("rb") as stream:
            return NgramModel.load(stream)
    except (OSError, ValueError, KeyError) as error:
        raise ResourceError(
            f"程序自带的字频表 {TABLE} 缺失或已损坏；请重新安装 duijie。"
        ) from error
