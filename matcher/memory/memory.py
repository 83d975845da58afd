"""What was said before about pairs like a new one.

Each labelled pair is kept as a *surprise*: by how much its level differed from what the features
of the pair alone let expect. A new pair recalls the surprises of pairs like it, weighted by how
near the needs and the achievements are (a shrunk Nadaraya-Watson mean, as in neighbourhood models
of recommender systems: Bell & Koren 2007, "Scalable Collaborative Filtering with Jointly Derived
Neighborhood Interpolation Weights"; offsets and shrinkage as there). Labels for the need itself
are recalled apart from those for other needs: they tell far more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.memory.compared import Compared, Places
from models.base import FloatMatrix

Floats = NDArray[np.float64]
SAME = 0.999
"""Cosine from which on two needs are one; the same text in another batch gives 0.9999."""

AT_ONCE = 512
"""Pairs that are recalled for together."""


class Nearness(NamedTuple):
    """How fast the weight exp((cosine - 1) / width) falls, and how much the prior weighs.

    A pair whose need and achievement are the same weighs 1.
    """

    needs: float
    achievements: float
    prior: float


OTHERS: Mapping[str, Nearness] = {"memory": Nearness(0.2, 0.2, 0.1)}
"""Recalled of other needs."""
OWN: Mapping[str, Nearness] = {"memory_own": Nearness(float("inf"), 0.08, 0.002)}
"""Recalled of the need itself; all its labels are equally near."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Labelled pairs.

    Attributes:
        needs: float32[m, dim], unit rows.
        achievements: float32[a, dim], unit rows.
        need_at: int64[p], each pair's row in `needs`.
        achievement_at: int64[p], each pair's row in `achievements`.
        surprises: float64[p], level minus the level that the features let expect.
    """

    needs: FloatMatrix
    achievements: FloatMatrix
    need_at: Places
    achievement_at: Places
    surprises: Floats

    def recall(self, pairs: Compared, *, own: bool = False) -> tuple[dict[str, Floats], Floats]:
        """Recall what was said about pairs like these.

        Args:
            pairs: what to judge.
            own: the pairs are those of this memory, in its order: each is left out for itself.

        Returns:
            The features of `OTHERS` and `OWN`, float64[n] each, 0 where nothing is recalled; and
            how many labels the pair's own need has, float64[n].
        """
        found = {name: np.zeros(len(pairs)) for name in (*OTHERS, *OWN)}
        known = np.zeros(len(pairs))
        for rows in _pieces(pairs.need_at):
            near = self.needs @ pairs.needs[pairs.need_at[rows[0]]]
            of_pair = near[self.need_at]
            like = pairs.achievements[pairs.achievement_at[rows]] @ self.achievements.T
            same = of_pair >= SAME
            for name, how in OTHERS.items():
                weights = np.where(same, 0.0, _weights(of_pair, how.needs))
                found[name][rows] = self._mean(weights, like, how)
            if not same.any():
                continue
            known[rows] = np.count_nonzero(same) - bool(own)
            for name, how in OWN.items():
                itself = rows if own else None
                found[name][rows] = self._mean(same.astype(np.float64), like, how, itself)
        return found, known

    def _mean(
        self, weights: Floats, like: FloatMatrix, how: Nearness, itself: Places | None = None
    ) -> Floats:
        """Weighted mean of the surprises, drawn towards 0; `itself`: each leaves this pair out."""
        count = len(self.achievements)
        total = np.bincount(self.achievement_at, weights * self.surprises, count)
        weight = np.bincount(self.achievement_at, weights, count)
        there = np.flatnonzero(weight)
        shares = _weights(like[:, there], how.achievements)
        above, below = shares @ total[there], shares @ weight[there]
        if itself is not None:
            place = like[np.arange(len(itself)), self.achievement_at[itself]]
            weight_of_itself = _weights(place, how.achievements)
            above = above - weight_of_itself * self.surprises[itself]
            below = np.maximum(below - weight_of_itself, 0.0)
        return np.asarray(above / (below + how.prior), dtype=np.float64)


def _pieces(need_at: Places) -> Iterator[Places]:
    """Pairs need by need, not too many at once: each takes a row as long as the memory."""
    order = np.argsort(need_at, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(need_at[order])) + 1):
        for start in range(0, len(rows), AT_ONCE):
            yield rows[start : start + AT_ONCE]


def _weights(cosines: NDArray[np.floating], width: float) -> Floats:
    fall = (np.minimum(cosines, 1.0).astype(np.float64) - 1.0) / width
    return np.asarray(np.exp(fall), dtype=np.float64)
