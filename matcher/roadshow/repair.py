"""Sets that keep all rules, found by a 0/1 programme without the coverage of needs."""

from collections.abc import Sequence

import numpy as np

from matcher.roadshow.board import Board
from matcher.roadshow.linear import Programme
from matcher.roadshow.rules import Frame


def repair(board: Board, frame: Frame, wanted: Sequence[int]) -> list[int]:
    """Keep as many of the wanted as the rules allow, and fill up with the best by themselves.

    Raises:
        InfeasibleError: the rules cannot be kept together.
    """
    alone = board.gains([])
    prize = float(np.abs(alone).sum()) + 1.0
    kept = set(wanted)
    programme = Programme()
    for one, gain in enumerate(alone):
        programme.column(float(gain) + prize * (one in kept))
    add_rules(programme, frame)
    return programme.solve().taken(range(len(alone)))


def add_rules(programme: Programme, frame: Frame) -> None:
    """Add the rows of all rules; the programme's first columns are the entrants."""
    everyone = range(len(frame.allowed))
    programme.row(((one, 1.0) for one in everyone), low=frame.size, high=frame.size)
    for one in np.flatnonzero(~frame.allowed):
        programme.row([(int(one), 1.0)], high=0.0)
    for one in np.flatnonzero(frame.forced):
        programme.row([(int(one), 1.0)], low=1.0)
    for row, least, most in zip(frame.groups, frame.least, frame.most, strict=True):
        members = [(int(one), 1.0) for one in np.flatnonzero(row)]
        programme.row(members, low=float(least), high=float(most))
    for one, other in zip(*np.nonzero(np.triu(frame.apart)), strict=True):
        programme.row([(int(one), 1.0), (int(other), 1.0)], high=1.0)
