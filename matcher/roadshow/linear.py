"""A linear programme in 0/1 variables, built row by row and solved by HiGHS.

Columns and rows keep the order in which they are added, and HiGHS gives the same answer to the
same programme; so whoever adds them in the order of ids gets an answer that no input order moves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matcher.errors import InfeasibleError, UnsolvedError
from matcher.roadshow.selection import gap_between

HIGHS_IN_SCIPY = f"HiGHS (scipy {scipy.__version__})"
_SOLVED_TO = 1e-9
"""Relative gap at which a programme counts as solved."""
_OPTIMAL, _TIME_OUT, _INFEASIBLE = 0, 1, 2
_NO_TIME = "求解时限内没有求得任何方案，请延长时限或缩小范围。"


@dataclass(frozen=True, slots=True)
class Solved:
    """An answer.

    Attributes:
        values: float64[columns].
        status: `optimal`, or `feasible` where the time ran out.
        value: of the aim; no answer has more than `bound`.
    """

    values: NDArray[np.float64]
    status: Literal["optimal", "feasible"]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How much better it could be, relative to the bound."""
        return gap_between(self.value, self.bound)

    def taken(self, columns: Iterable[int]) -> list[int]:
        """Columns that are 1."""
        return [one for one in columns if self.values[one] > 0.5]


class Programme:
    """Maximise the sum of `worth` times column, with rows low <= sum <= high."""

    def __init__(self) -> None:
        self._worth: list[float] = []
        self._whole: list[bool] = []
        self._starts: list[float] = []
        self._ends: list[float] = []
        self._entries: list[tuple[int, int, float]] = []
        self._low: list[float] = []
        self._high: list[float] = []

    def column(
        self, worth: float, *, whole: bool = True, low: float = 0.0, high: float = 1.0
    ) -> int:
        """Add a variable in [low, high], a whole one unless said; gives its number."""
        self._worth.append(worth)
        self._whole.append(whole)
        self._starts.append(low)
        self._ends.append(high)
        return len(self._worth) - 1

    def row(
        self,
        terms: Iterable[tuple[int, float]],
        *,
        low: float = -np.inf,
        high: float = np.inf,
    ) -> None:
        """Add bounds on a sum of (column, factor)."""
        place = len(self._low)
        self._entries.extend((place, column, factor) for column, factor in terms)
        self._low.append(low)
        self._high.append(high)

    def between(self, columns: Iterable[int], low: float, high: float) -> None:
        """Add bounds on how many of some columns are taken."""
        self.row(((int(one), 1.0) for one in columns), low=float(low), high=float(high))

    def solve(self, seconds: float) -> Solved:
        """Solve it.

        Raises:
            InfeasibleError: no values keep all rows.
            UnsolvedError: none were found in time.
        """
        count = len(self._worth)
        if not count:
            if any(low > 0 for low in self._low) or any(high < 0 for high in self._high):
                raise InfeasibleError("没有任何候选，却有必须满足的下限，请放宽条件。")
            return Solved(np.zeros(0), "optimal", 0.0, 0.0)
        if seconds <= 0:
            raise UnsolvedError(_NO_TIME)
        worth = np.array(self._worth)
        found = milp(
            -worth,
            integrality=np.array(self._whole, dtype=int),
            bounds=Bounds(np.array(self._starts), np.array(self._ends)),
            constraints=self._constraints(count),
            options={"time_limit": seconds, "mip_rel_gap": _SOLVED_TO},
        )
        if found.status == _INFEASIBLE:
            raise InfeasibleError("各项限制不能同时满足，请放宽其中一项后重试。")
        if found.x is None:
            raise UnsolvedError(_NO_TIME)
        value = float(worth @ found.x)
        if found.status == _OPTIMAL:
            return Solved(found.x, "optimal", value, value)
        told = found.mip_dual_bound
        known = told is not None and np.isfinite(told)
        # Nothing is worth more than all columns that are worth anything.
        bound = -float(told) if known else float(worth[worth > 0].sum())
        return Solved(found.x, "feasible", value, max(value, bound))

    def _constraints(self, count: int) -> list[LinearConstraint]:
        if not self._low:
            return []
        rows, columns, factors = zip(*self._entries, strict=True) if self._entries else ((),) * 3
        shape = (len(self._low), count)
        matrix = csr_array((np.array(factors, float), (rows, columns)), shape=shape)
        return [LinearConstraint(matrix, np.array(self._low), np.array(self._high))]
