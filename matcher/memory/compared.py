"""Pairs as the model of one's own sees them: numbers only, no texts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.embed import Embedder
from matcher.fit import Fit
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.scoring import Pair, Seen, look_at
from matcher.types import Record
from matcher.weight_file import Weights
from models.base import FloatMatrix

Places = NDArray[np.int64]
SHIPPED = "shipped"
"""The log-odds that the shipped weights give; one number that means the same for every offer."""
CHUNK = 256


@dataclass(frozen=True, slots=True)
class Compared:
    """Pairs with their features and the vectors of their records.

    Attributes:
        needs: float32[m, dim], unit rows; of equal texts one row.
        achievements: float32[a, dim], likewise.
        need_at: int64[n], each pair's row in `needs`.
        achievement_at: int64[n], each pair's row in `achievements`.
        offers: what each pair offers (`matcher.features.offer_of`).
        values: each pair's features, with `SHIPPED`.
    """

    needs: FloatMatrix
    achievements: FloatMatrix
    need_at: Places
    achievement_at: Places
    offers: tuple[str, ...]
    values: tuple[Mapping[str, float], ...]

    def __len__(self) -> int:
        return len(self.offers)

    def some(self, pairs: Places) -> "Compared":
        """Only these pairs, in this order."""
        return replace(
            self,
            need_at=self.need_at[pairs],
            achievement_at=self.achievement_at[pairs],
            offers=tuple(self.offers[at] for at in pairs),
            values=tuple(self.values[at] for at in pairs),
        )


@dataclass(frozen=True)
class Comparer:
    """Makes the numbers of pairs, the way that `matcher.scoring` does."""

    embedder: Embedder
    segmenter: Segmenter
    weights: Weights
    reader: CloseReader | None = None

    def __call__(
        self, pairs: Sequence[Pair], progress: Callable[[float], None] = lambda share: None
    ) -> Compared:
        """Compare pairs; they should stand need by need, so that a need is encoded once.

        Raises:
            EmptyQueryError: a record has neither title nor text.
        """
        rows: dict[str, dict[Record, int]] = {"need": {}, "achievement": {}}
        vectors: dict[str, list[FloatMatrix]] = {"need": [], "achievement": []}
        places: dict[str, list[int]] = {"need": [], "achievement": []}
        offers: list[str] = []
        values: list[Mapping[str, float]] = []
        for start in range(0, len(pairs), CHUNK):
            some = pairs[start : start + CHUNK]
            for pair, one in zip(some, self._look(some), strict=True):
                for side, record, profile in (
                    ("need", pair[0], one.pair.need),
                    ("achievement", pair[1], one.pair.achievement),
                ):
                    at = rows[side].setdefault(record, len(rows[side]))
                    if at == len(vectors[side]):
                        vectors[side].append(profile.vector)
                    places[side].append(at)
                offers.append(one.pair.offer)
                values.append(self._values(one))
            progress(len(offers) / len(pairs))
        return Compared(
            np.array(vectors["need"], dtype=np.float32),
            np.array(vectors["achievement"], dtype=np.float32),
            np.array(places["need"], dtype=np.int64),
            np.array(places["achievement"], dtype=np.int64),
            tuple(offers),
            tuple(values),
        )

    @property
    def fingerprints(self) -> dict[str, str]:
        """Everything that the numbers depend on, by name."""
        return {
            "encoder": self.embedder.fingerprint,
            "reader": self.reader.reader.fingerprint if self.reader else "unread",
            "segmenter": self.segmenter.fingerprint,
            "weights": self.weights.fingerprint,
        }

    def shipped(self, offer: str, values: Mapping[str, float]) -> Fit:
        """What the shipped weights say about a pair."""
        return self.weights.judge(offer, values)

    def _look(self, pairs: Sequence[Pair]) -> list[Seen]:
        return look_at(pairs, self.embedder, self.segmenter, self.reader)

    def _values(self, one: Seen) -> Mapping[str, float]:
        return {**one.values, SHIPPED: self.shipped(one.pair.offer, one.values).log_odds}
