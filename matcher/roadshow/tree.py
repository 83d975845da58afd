"""Branch and cut: proves which set is best by ruling out all others."""

import heapq
from collections.abc import Sequence

import numpy as np

from matcher.roadshow.board import Reals
from matcher.roadshow.greedy import best_liked, swap
from matcher.roadshow.relaxation import OutOfTimeError, Point, Relaxation

NO_BETTER = 1e-7
"""Sets that are worth more by less than this share of the best count as no better; together with
what HiGHS tolerates a proof holds to a millionth."""
_WHOLE = 1e-6
_ROUNDS = 3
"""Rounds of planes at a node, before it is divided."""
_SETTLED = 0.02
"""Planes stop when what they could still gain is this share of the node's gap."""
_LOOK_EVERY = 16
"""A set is made of the relaxation's at every so many-th node."""


class Tree:
    """The search among the sets that a relaxation allows.

    Attributes:
        chosen, value: the best set so far.
        bound: no set is worth more than this, or the best.
        nodes: how many were looked at.
    """

    def __init__(self, relaxation: Relaxation, start: Sequence[int], bound: float) -> None:
        self._relaxation = relaxation
        self._board, self._frame = relaxation.board, relaxation.frame
        self.chosen, self.value = list(start), self._board.value(start)
        self.bound, self.nodes = bound, 0
        self._open: list[tuple[float, int, Reals, Reals]] = []
        self._born = 0
        self._reach = np.abs(self._board.gains([])) + _WHOLE

    @property
    def enough(self) -> float:
        """What a set must exceed to count as better."""
        return self.value + NO_BETTER * max(abs(self.value), 1.0)

    def search(self) -> bool:
        """Look until nothing better is possible; False if the time ran out first."""
        low = self._frame.forced.astype(float)
        high = self._frame.allowed.astype(float)
        self._push(self.bound, low, high)
        while self._open and -self._open[0][0] > self.enough:
            self.bound = -self._open[0][0]
            node = heapq.heappop(self._open)
            try:
                self._dive(-node[0], node[2], node[3])
            except OutOfTimeError:
                return False
            self._relaxation.drop_loose()
        self.bound = self.value
        return True

    def offer(self, chosen: Sequence[int]) -> None:
        """Remember a set if it is the best so far."""
        value = self._board.value(chosen)
        if value > self.value:
            self.chosen, self.value = list(chosen), value

    def _push(self, bound: float, low: Reals, high: Reals) -> None:
        self._born += 1
        heapq.heappush(self._open, (-bound, self._born, low, high))

    def _dive(self, bound: float, low: Reals, high: Reals) -> None:
        """Go down from a node, always to the side that the relaxation leans to."""
        while True:
            self.nodes += 1
            point = self._tightened(low, high)
            if point is None:
                return
            bound = min(bound, point.bound)
            if (self.nodes - 1) % _LOOK_EVERY == 0:
                self._look(point)
            split = np.abs(point.chosen - np.round(point.chosen))
            if split.max() < _WHOLE:
                if self._settled(point):
                    return
                continue
            low, high = self._narrowed(point, low, high)
            at = int((split * self._reach).argmax())
            there, gone = (low.copy(), high), (low, high.copy())
            there[0][at], gone[1][at] = 1.0, 0.0
            (low, high), other = (there, gone) if point.chosen[at] >= 0.5 else (gone, there)
            self._push(bound, *other)

    def _tightened(self, low: Reals, high: Reals) -> Point | None:
        """Solve and cut until cutting pays no more; None if nothing better lies within."""
        for _ in range(_ROUNDS):
            point = self._relaxation.run(low, high)
            if point is None or point.bound <= self.enough:
                return None
            covered = point.bound - self._relaxation.slack(point)
            if point.bound - covered <= _SETTLED * (point.bound - self.value):
                break
            if not self._relaxation.cut(point.chosen, point):
                break
        return point

    def _settled(self, point: Point) -> bool:
        """Take the set that a whole point is; False if the planes still promised it too much."""
        self.offer([int(one) for one in np.flatnonzero(point.chosen > 0.5)])
        return point.bound <= self.enough or not self._relaxation.cut(np.round(point.chosen), point)

    def _look(self, point: Point) -> None:
        made = best_liked(self._frame, point.chosen)
        if made is not None:
            self.offer(swap(self._board, self._frame, made))

    def _narrowed(self, point: Point, low: Reals, high: Reals) -> tuple[Reals, Reals]:
        """Settle who cannot change sides in anything better (reduced cost fixing)."""
        room = point.bound - self.enough
        out = (point.chosen < _WHOLE) & (point.costs > room)
        sure = (point.chosen > 1 - _WHOLE) & (-point.costs > room)
        return np.where(sure, 1.0, low), np.where(out, 0.0, high)
