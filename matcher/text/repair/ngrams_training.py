"""Counts a trigram model: `python -m matcher.text.repair.ngrams_training OUT FILE[:WEIGHT] …`.

Each FILE is a text, one passage a line, or (ending in `.dict`) a list `word count` whose words are
counted inside only. Passages are counted WEIGHT times.
"""

import argparse
import io
import math
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matcher.text.repair.ngrams import EDGE, STEP, UNKNOWN, symbols

Keys = NDArray[np.uint64]
Counts = NDArray[np.int64]

_DISCOUNT = 0.75
_PART = 20_000
_WORD_SHARE = 50
"""Occurrences of a listed word that count as one; lists are of far larger corpora."""
_WORD_LEAST, _WORD_MOST = 3, 100


class Tally:
    """Counts of numbered n-grams that grow part by part."""

    def __init__(self) -> None:
        self._keys: Keys = np.empty(0, np.uint64)
        self._counts: Counts = np.empty(0, np.int64)

    def add(self, keys: Keys, weights: Counts) -> None:
        """Count keys, each as often as its weight says."""
        every = np.concatenate([self._keys, keys])
        counts = np.concatenate([self._counts, weights])
        order = np.argsort(every, kind="stable")
        every, counts = every[order], counts[order]
        first = np.flatnonzero(np.r_[True, every[1:] != every[:-1]])
        self._keys, self._counts = every[first], np.add.reduceat(counts, first)

    def result(self) -> tuple[Keys, Counts]:
        """Give the sorted keys and their counts."""
        return self._keys, self._counts


def train(passages: Iterable[tuple[str, int, bool]], fewest: tuple[int, int, int]) -> bytes:
    """Count passages and write the model.

    Args:
        passages: Text, weight, and whether it is a word without surroundings.
        fewest: A symbol, bigram, trigram seen less often than this is not kept.

    Returns:
        The bytes of an npz that `NgramModel.load` reads; the same input gives the same bytes.
    """
    known = {EDGE: 0, UNKNOWN: 1}
    tallies = [Tally() for _ in range(3)]
    source = iter(passages)
    while part := list(islice(source, _PART)):
        _count(part, known, tallies)
    return _write(known, [tally.result() for tally in tallies], fewest)


_BASE = 1 << 16


def _count(part: list[tuple[str, int, bool]], known: dict[str, int], tallies: list[Tally]) -> None:
    ids, weights, breaks = [], [], []
    for text, weight, is_word in part:
        written = symbols(text) if is_word else f"{EDGE}{EDGE}{symbols(text)}{EDGE}"
        ids += [known.setdefault(c, len(known)) for c in written]
        weights += [weight] * len(written)
        # n-grams must not reach back over the start of a passage
        breaks += [0, 1, *[2] * (len(written) - 2)][: len(written)]
    a = np.array(ids, np.uint64)
    w, depth = np.array(weights, np.int64), np.array(breaks)
    keys = a
    tallies[0].add(keys, w)
    for order in (1, 2):
        keys = keys[:-1] * np.uint64(_BASE) + a[order:]
        whole = depth[order:] >= order
        tallies[order].add(keys[whole], w[order:][whole])


def _write(
    known: dict[str, int], counted: list[tuple[Keys, Counts]], fewest: tuple[int, int, int]
) -> bytes:
    (k1, n1), (k2, n2), (k3, n3) = counted
    base = np.uint64(_BASE)
    # P(c), smoothed towards all symbols alike
    p1 = np.zeros(len(known))
    p1[k1.astype(int)] = n1 / n1.sum()
    b2 = (k2 % base).astype(int)
    a2 = (k2 // base).astype(int)
    total2, kinds2 = _by(a2, n2, len(known))
    rest1 = np.divide(_DISCOUNT * kinds2, total2, out=np.ones(len(known)), where=total2 > 0)
    p2 = np.maximum(n2 - _DISCOUNT, 0) / total2[a2] + rest1[a2] * p1[b2]
    context = np.searchsorted(k2, k3 // base)
    last = np.searchsorted(k2, k3 % (base * base))
    held = np.minimum(context, len(k2) - 1)
    total3, kinds3 = _by(held, n3, len(k2))
    rest2 = np.divide(_DISCOUNT * kinds3, total3, out=np.ones(len(k2)), where=total3 > 0)
    p3 = (
        np.maximum(n3 - _DISCOUNT, 0) / total3[held]
        + rest2[held] * p2[np.minimum(last, len(k2) - 1)]
    )

    common = np.zeros(len(known), bool)
    common[k1[n1 >= fewest[0]].astype(int)] = True
    common[:2] = True
    number = np.cumsum(common) - 1
    size = int(common.sum())
    p1[1] = p1[~common].sum() + 1e-7
    alphabet = "".join(char for char, at in known.items() if common[at])
    keep2 = (n2 >= fewest[1]) & common[a2] & common[b2]
    a3, b3, c3 = a2[held], b2[held], (k3 % base).astype(int)
    keep3 = (n3 >= fewest[2]) & common[a3] & common[b3] & common[c3]
    two = (number[a2] * size + number[b2])[keep2]
    three = ((number[a3].astype(np.int64) * size + number[b3]) * size + number[c3])[keep3]
    by2, by3 = np.argsort(two), np.argsort(three)
    return _packed(
        alphabet=np.frombuffer(alphabet.encode(), np.uint8),
        one=_bytes(p1[common]),
        one_backoff=_bytes(rest1[common]),
        two=np.diff(two[by2], prepend=0).astype(np.uint32),
        two_p=_bytes(p2[keep2][by2]),
        two_backoff=_bytes(rest2[keep2][by2]),
        three=np.diff(three[by3], prepend=0).astype(np.uint64),
        three_p=_bytes(p3[keep3][by3]),
    )


def _by(group: NDArray[np.intp], counts: Counts, size: int) -> tuple[Counts, Counts]:
    total = np.bincount(group, weights=counts, minlength=size)
    return total, np.bincount(group, minlength=size).astype(np.int64)


def _bytes(p: NDArray[np.float64]) -> NDArray[np.uint8]:
    cost = -np.log(np.maximum(p, math.exp(-255 * STEP))) / STEP
    return np.clip(np.rint(cost), 0, 255).astype(np.uint8)


def _packed(**arrays: NDArray[np.generic]) -> bytes:
    """Write an npz with fixed times, so that the same arrays give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.save(member, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, member.getvalue())
    return out.getvalue()


def _passages(named: str) -> Iterator[tuple[str, int, bool]]:
    name, _, weight = named.rpartition(":")
    file, times = (Path(name), int(weight)) if weight.isdigit() else (Path(named), 1)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if file.suffix != ".dict":
                yield line.rstrip("\n"), times, False
                continue
            word, _, rest = line.strip().partition(" ")
            seen = int(rest.split()[0]) if rest else 1
            yield word, times * min(_WORD_MOST, _WORD_LEAST + seen // _WORD_SHARE), True


def main() -> None:
    """Count the named files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", nargs="+", metavar="FILE[:WEIGHT]")
    parser.add_argument("--fewest", type=int, nargs=3, default=(3, 2, 4))
    options = parser.parse_args()
    every = (one for named in options.files for one in _passages(named))
    options.out.write_bytes(train(every, tuple(options.fewest)))


if __name__ == "__main__":
    main()
