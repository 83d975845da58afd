"""The linear relaxation of a selection, tightened by planes; HiGHS keeps its basis between runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from highspy._core import _Highs
from numpy.typing import NDArray

from matcher.roadshow.board import Board, Reals
from matcher.roadshow.cover import Cover
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.rules import Frame

HIGHS = (
    f"HiGHS {highspy.HIGHS_VERSION_MAJOR}.{highspy.HIGHS_VERSION_MINOR}"
    f".{highspy.HIGHS_VERSION_PATCH}"
)
_OPEN = highspy.kHighsInf
_BELOW = 1e-7
"""A plane that a point exceeds by less cuts nothing off."""
_ROWS_A_GUEST = 8
"""So many planes a guest are kept before those that do not bind are dropped."""


class OutOfTimeError(Exception):
    """The time is used up, or HiGHS gave up; what was proved before stays proved."""


@dataclass(frozen=True, slots=True)
class Point:
    """An optimum of the relaxation.

    Attributes:
        chosen: float64[entrants], 0 to 1.
        ceilings: float64[guests], what the planes allow each guest.
        costs: float64[entrants], by how much the bound falls, at the least, if an entrant at 0 is
            chosen, or (below 0) one at 1 is not.
        bound: no set within the bounds of the run is worth more.
    """

    chosen: Reals
    ceilings: Reals
    costs: Reals
    bound: float


class Relaxation:
    """Maximise own worth, ceilings and variety under the rules and the planes so far."""

    def __init__(self, board: Board, frame: Frame, deadline: Deadline) -> None:
        self.board, self.frame, self.deadline = board, frame, deadline
        self.cover = Cover(board.worth, board.repeats)
        self._guests, self._entrants = board.worth.shape
        # `highspy.Highs` prints a banner to stdout as soon as it is made; its base can be silenced.
        self._highs = _Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("presolve", "off")
        self._highs.setOptionValue("threads", 1)
        self._columns()
        self._rules()
        self._fixed_rows = int(self._highs.getNumRow())

    def run(self, low: Reals, high: Reals) -> Point | None:
        """Solve for entrants between `low` and `high`; None if no set within keeps the rules.

        Raises:
            OutOfTimeError: the time is used up.
        """
        left = self.deadline.left
        if left <= 0:
            raise OutOfTimeError
        places = np.arange(self._entrants, dtype=np.int32)
        self._highs.changeColsBounds(self._entrants, places, low, high)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + left)
        self._highs.run()
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise OutOfTimeError
        solution = self._highs.getSolution()
        values = np.array(solution.col_value)
        return Point(
            values[: self._entrants],
            values[self._entrants : self._entrants + self._guests],
            np.array(solution.col_dual)[: self._entrants],
            -self._highs.getInfo().objective_function_value,
        )

    def cut(self, at: Reals, point: Point | None = None) -> int:
        """Add the planes that touch coverage at `at`: all, or those that cut a point off."""
        covered, slopes = self.cover.tangents(at)
        heights = covered - slopes @ at
        guests = np.arange(self._guests)
        if point is not None:
            over = point.ceilings - heights - slopes @ point.chosen
            guests = guests[over > _BELOW]
        if len(guests):
            self._add(guests, heights[guests], slopes[guests])
        return len(guests)

    def slack(self, point: Point) -> float:
        """By how much the planes promise a point more coverage than there is."""
        covered, _ = self.cover.tangents(point.chosen)
        return float((point.ceilings - covered).sum())

    def drop_loose(self) -> None:
        """Forget planes that do not bind, once there are many."""
        count = int(self._highs.getNumRow())
        if count - self._fixed_rows <= _ROWS_A_GUEST * max(self._guests, 1):
            return
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return  # without prices nothing tells which planes bind
        prices = np.abs(np.array(self._highs.getSolution().row_dual))
        loose = np.flatnonzero(prices[self._fixed_rows :] < _BELOW) + self._fixed_rows
        self._highs.deleteRows(len(loose), loose.astype(np.int32))

    def _columns(self) -> None:
        industries = len(self.board.industries)
        costs = np.concatenate(
            [-self.board.own, -np.ones(self._guests), np.full(industries, -self.board.variety)]
        )
        high = np.concatenate(
            [np.ones(self._entrants), np.full(self._guests, _OPEN), np.ones(industries)]
        )
        self._highs.addVars(len(costs), np.zeros(len(costs)), high)
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def _rules(self) -> None:
        for counted, least, most in self.frame.bounds():
            self._row(counted, float(least), float(most))
        for number, members in enumerate(self.board.industries):
            there = np.flatnonzero(members)
            column = self._entrants + self._guests + number
            self._row(np.append(there, column), 0.0, _OPEN, [1.0] * len(there) + [-1.0])

    def _row(
        self,
        columns: NDArray[np.intp],
        low: float,
        high: float,
        factors: Sequence[float] | None = None,
    ) -> None:
        given = np.ones(len(columns)) if factors is None else np.array(factors)
        self._highs.addRow(low, high, len(columns), columns.astype(np.int32), given)

    def _add(self, guests: NDArray[np.intp], heights: Reals, slopes: Reals) -> None:
        """Rows ceiling - slopes @ chosen <= height."""
        rows = np.hstack([-slopes, np.zeros((len(guests), self._guests))])
        rows[np.arange(len(guests)), self._entrants + guests] = 1.0
        there = rows != 0
        starts = np.append(0, np.cumsum(there.sum(axis=1)))[:-1]
        columns = np.nonzero(there)[1]
        self._highs.addRows(
            len(guests),
            np.full(len(guests), -_OPEN),
            heights,
            len(columns),
            starts.astype(np.int32),
            columns.astype(np.int32),
            rows[there],
        )
