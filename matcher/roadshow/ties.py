"""Equals: whose id comes first goes on stage."""

from collections.abc import Sequence

import numpy as np

from matcher.roadshow.board import Board
from matcher.roadshow.greedy import room
from matcher.roadshow.rules import Frame

_EQUAL = 1e-9
"""Values that differ by less than this share are equal."""


def by_id(board: Board, frame: Frame, chosen: Sequence[int]) -> tuple[int, ...]:
    """Replace the chosen by earlier ones where that changes neither value nor kept rules.

    One for one, the last chosen first, until nothing moves; so of two that are interchangeable the
    first is on stage. Each step lowers the sum of places, so it ends.
    """
    current = sorted(chosen)
    moved = True
    while moved:
        moved = False
        for out in reversed(current):
            if frame.forced[out]:
                continue
            rest = [one for one in current if one != out]
            gains = board.gains(rest)
            near = _EQUAL * max(abs(board.value(current)), 1.0)
            same = room(frame, rest) & (np.abs(gains - gains[out]) <= near)
            same[rest] = False
            first = int(np.flatnonzero(same[: out + 1])[0]) if same[: out + 1].any() else out
            if first < out:
                current, moved = sorted([*rest, first]), True
                break
    return tuple(current)
