"""Sets that keep all rules, found by a 0/1 programme without the coverage of needs."""

from collections.abc import Sequence

import numpy as np

from matcher.roadshow.board import Board
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.linear import Programme
from matcher.roadshow.rules import Frame


def repair(board: Board, frame: Frame, wanted: Sequence[int], deadline: Deadline) -> list[int]:
    """Keep as many of the wanted as the rules allow, and fill up with the best by themselves.

    Raises:
        InfeasibleError: the rules cannot be kept together.
        UnsolvedError: nobody knows in time.
    """
    alone = board.gains([])
    prize = float(np.abs(alone).sum()) + 1.0
    kept = set(wanted)
    programme = Programme()
    for one, gain in enumerate(alone):
        forced, allowed = float(frame.forced[one]), float(frame.allowed[one])
        programme.column(float(gain) + prize * (one in kept), low=forced, high=allowed)
    for members, least, most in frame.bounds():
        programme.between(members.tolist(), least, most)
    return programme.solve(deadline.left).taken(range(len(alone)))
