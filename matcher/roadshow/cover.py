"""How well needs are covered, as a concave function of who is chosen, and planes above it.

For a guest with worths v_1 >= v_2 >= … let c_k be how much of the k best is chosen. Then
sum_r repeats_r * v_(r) = sum_k (v_k - v_{k+1}) * h(c_k) with h(c) the sum of the first c repeats,
and with h read linearly between whole numbers this is the tightest concave function above it.
Its tangents are the cuts of Benders' decomposition for facility location, in closed form
(Fischetti, Ljubić, Sinnl: Management Science 63, 2017).
"""

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.board import Reals

_SAME = 1e-9


class Cover:
    """The coverage of each guest, for entrants chosen whole or in part.

    Args:
        worth: float64[guests, entrants], not below 0.
        repeats: float64[R], not rising.
    """

    def __init__(self, worth: Reals, repeats: Reals) -> None:
        self._order: NDArray[np.intp] = np.argsort(-worth, axis=1, kind="stable")
        falling = np.take_along_axis(worth, self._order, axis=1)
        self._steps = falling - np.pad(falling[:, 1:], ((0, 0), (0, 1)))
        self._slopes = np.append(repeats, 0.0)
        self._heights = np.append(0.0, np.cumsum(repeats))

    def tangents(self, chosen: Reals) -> tuple[Reals, Reals]:
        """Give coverage and slopes at a point.

        Args:
            chosen: float64[entrants], each from 0 to 1.

        Returns:
            float64[guests], and float64[guests, entrants]: for every other point y,
            coverage(y) <= coverage + slopes @ (y - chosen).
        """
        reached = np.cumsum(chosen[self._order], axis=1)
        ranks = np.arange(len(self._heights))
        covered = (self._steps * np.interp(reached, ranks, self._heights)).sum(axis=1)
        rank = np.minimum((reached + _SAME).astype(np.intp), len(self._slopes) - 1)
        falling = np.cumsum((self._steps * self._slopes[rank])[:, ::-1], axis=1)[:, ::-1]
        slopes = np.empty_like(falling)
        np.put_along_axis(slopes, self._order, falling, axis=1)
        return covered, slopes
