"""The 0/1 programme of a selection: root relaxation, who is out for sure, branch and cut."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.board import Board
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.greedy import best_liked, greedy, swap
from matcher.roadshow.relaxation import OutOfTimeError, Point, Relaxation
from matcher.roadshow.rules import Frame
from matcher.roadshow.selection import Status
from matcher.roadshow.tree import NO_BETTER, Tree

_USUAL = 10.0
"""Values are scaled so that the best single entrant is worth this: HiGHS works to 1e-7."""
_ROUNDS = 200
_INNER = 0.5
"""Planes touch between the optimum and a point within, which needs fewer rounds (in-out)."""
_PROMISING = 200
"""Swaps at the root look at so many entrants."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the programme says.

    Attributes:
        chosen: the best set found, rising.
        status: `optimal` if no set is worth more by over a millionth.
        bound: no set is worth more.
        nodes: of the tree.
    """

    chosen: tuple[int, ...]
    status: Status
    bound: float
    nodes: int


def best_set(board: Board, frame: Frame, deadline: Deadline) -> Proof:
    """Find the best set, from a greedy start.

    Raises:
        InfeasibleError: no set keeps the rules; `matcher.roadshow.clash` says why.
        UnsolvedError: no set was found in time.
    """
    return prove(board, frame, greedy(board, frame, deadline), deadline)


def prove(board: Board, frame: Frame, start: Sequence[int], deadline: Deadline) -> Proof:
    """Find the best set, and prove it as far as the time allows.

    Args:
        board: the aim.
        frame: the rules.
        start: a set that keeps them; the answer is never worse.
        deadline: when to stop.
    """
    able = np.flatnonzero(frame.allowed)
    # Whoever may not be chosen has no say, be it worth a thousand times as much.
    alone = board.gains([])[able]
    ceiling = float(np.sort(alone)[-frame.size :].sum())
    scale = _USUAL / max(float(np.abs(alone).max(initial=0.0)), 1e-12)
    scaled, within = board.narrow(able, scale), frame.narrow(able)
    begin = [int(one) for one in np.searchsorted(able, sorted(start))]
    root = _Root(scaled, within, begin, ceiling * scale)
    try:
        root.tighten(deadline)
    except OutOfTimeError:
        return Proof(_back(able, root.start), "feasible", root.bound / scale, 0)
    keep = root.survivors()
    relaxation = Relaxation(scaled.narrow(keep), within.narrow(keep), deadline)
    relaxation.cut(root.point.chosen[keep])
    begin = [int(one) for one in np.searchsorted(keep, sorted(root.start))]
    tree = Tree(relaxation, begin, root.bound)
    done = tree.search()
    chosen = _back(able[keep], tree.chosen)
    return Proof(chosen, "optimal" if done else "feasible", tree.bound / scale, tree.nodes)


def _back(places: NDArray[np.intp], chosen: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted(int(places[one]) for one in chosen))


class _Root:
    """The relaxation before anything is divided; improves the start on the way."""

    def __init__(self, board: Board, frame: Frame, start: Sequence[int], ceiling: float) -> None:
        self.board, self.frame = board, frame
        self.start, self.bound = list(start), ceiling
        self.point = Point(np.zeros(0), np.zeros(0), np.zeros(0), ceiling)

    def tighten(self, deadline: Deadline) -> None:
        """Cut until the relaxation is exact.

        Raises:
            OutOfTimeError: `bound` and `start` then say what is known.
        """
        board, frame = self.board, self.frame
        relaxation = Relaxation(board, frame, deadline)
        low, high = frame.forced.astype(float), frame.allowed.astype(float)
        inner = np.zeros(len(low))
        inner[self.start] = 1.0
        relaxation.cut(np.zeros(len(low)))
        relaxation.cut(inner)
        inner = (inner + frame.size / len(low)) / 2
        for _ in range(_ROUNDS):
            point = relaxation.run(low, high)
            if point is None:
                break
            self.point, self.bound = point, min(self.bound, point.bound)
            if relaxation.slack(point) <= NO_BETTER * max(abs(point.bound), 1.0):
                break
            inner = 0.7 * inner + 0.3 * point.chosen
            cut = relaxation.cut(_INNER * point.chosen + (1 - _INNER) * inner, point)
            if not cut and not relaxation.cut(point.chosen, point):
                break
        self._improve()

    def survivors(self) -> NDArray[np.intp]:
        """Who may be in a set that is better than the start, or is in it."""
        room = self.bound - self.board.value(self.start)
        stays = (self.point.costs <= room + NO_BETTER) | (self.point.chosen > NO_BETTER)
        stays[self.start] = True
        return np.flatnonzero(stays | self.frame.forced)

    def _improve(self) -> None:
        """Swap, among the promising, from the start and from what the relaxation leans to."""
        rank = np.lexsort((self.point.costs, -self.point.chosen))[:_PROMISING]
        among = np.union1d(rank, np.array(self.start, dtype=np.intp))
        board, frame = self.board.narrow(among), self.frame.narrow(among)
        made = best_liked(frame, self.point.chosen[among])
        begin = [int(one) for one in np.searchsorted(among, sorted(self.start))]
        tries = [begin] if made is None else [begin, made]
        found = [swap(board, frame, one) for one in tries]
        best = max(found, key=board.value)
        self.start = [int(among[one]) for one in best]
