"""A good selection at once: lazy greedy that keeps quotas, then swaps until none is better.

Lazy greedy: Minoux 1978; what an entrant adds never grows while the set grows, so a stale gain is
an upper bound and most entrants are never asked again.
"""

import heapq
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.board import Board, Reals
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.repair import repair
from matcher.roadshow.rules import Frame

Flags = NDArray[np.bool_]
_NOTHING = 1e-9
"""Gains up to this are none."""


def greedy(board: Board, frame: Frame, deadline: Deadline) -> list[int]:
    """Choose one after another what adds most and keeps the rules.

    Args:
        board: the aim.
        frame: the rules.
        deadline: for the programme that is solved where this leads into a corner.

    Raises:
        InfeasibleError: the rules cannot be kept together.
        UnsolvedError: nobody knows in time.
    """
    chosen = [int(one) for one in np.flatnonzero(frame.forced)]
    first = board.gains(chosen)
    heap = [(-float(first[one]), int(one)) for one in np.flatnonzero(frame.allowed & ~frame.forced)]
    heapq.heapify(heap)
    while len(chosen) < frame.size and (picked := _next(board, frame, chosen, heap)) is not None:
        chosen.append(picked)
    return chosen if frame.keeps(chosen) else repair(board, frame, chosen, deadline)


def _next(
    board: Board, frame: Frame, chosen: Sequence[int], heap: list[tuple[float, int]]
) -> int | None:
    tops, seen = board.tops(chosen), board.seen(chosen)
    fits = _fitting(frame, chosen)
    later: list[tuple[float, int]] = []
    picked = None
    while heap:
        stale, one = heapq.heappop(heap)
        if not fits[one]:
            later.append((stale, one))
            continue
        fresh = (-board.gain(one, tops, seen), one)
        if not heap or fresh <= heap[0]:
            picked = one
            break
        heapq.heappush(heap, fresh)
    for entry in later:
        heapq.heappush(heap, entry)
    return picked


def _fitting(frame: Frame, chosen: Sequence[int]) -> Flags:
    """Who can join without breaking a rule, or using up a place that another rule needs."""
    held = frame.groups[:, list(chosen)].sum(axis=1)
    full = frame.groups[held >= frame.most].any(axis=0)
    short = np.maximum(frame.least - held, 0)
    left = frame.size - len(chosen) - 1
    helps = frame.groups & (short > 0)[:, None]
    # One place can help several rules; the largest lack alone is a bound that is never too strict.
    after = (short[:, None] - helps).max(axis=0, initial=0)
    apart = frame.apart[:, list(chosen)].any(axis=1)
    return np.asarray(~full & ~apart & (after <= left))


def best_liked(frame: Frame, liking: Reals) -> list[int] | None:
    """Take the best liked one after another while the rules allow; None if not all are kept."""
    chosen = [int(one) for one in np.flatnonzero(frame.forced)]
    for one in np.argsort(-liking, kind="stable"):
        if len(chosen) == frame.size:
            break
        if frame.allowed[one] and not frame.forced[one] and _fitting(frame, chosen)[one]:
            chosen.append(int(one))
    return chosen if frame.keeps(chosen) else None


def swap(board: Board, frame: Frame, chosen: Sequence[int]) -> list[int]:
    """Exchange one chosen for the best other, in turn, until no exchange adds value."""
    current, value = sorted(chosen), board.value(chosen)
    idle, turn = 0, 0
    while idle < len(current):
        out = current[turn % len(current)]
        idle, turn = idle + 1, turn + 1
        if frame.forced[out]:
            continue
        rest = [one for one in current if one != out]
        add = np.where(room(frame, rest), board.gains(rest), -np.inf)
        add[rest] = -np.inf
        incoming = int(add.argmax())
        if add[incoming] > add[out] + _NOTHING * max(abs(value), 1.0):
            current = sorted([*rest, incoming])
            value, idle = board.value(current), 0
    return current


def room(frame: Frame, rest: Sequence[int]) -> Flags:
    """Who completes a set that lacks one so that all rules are kept."""
    held = frame.groups[:, rest].sum(axis=1)
    full = frame.groups[held >= frame.most].any(axis=0)
    short = frame.groups[held < frame.least].all(axis=0)
    hopeless = (held < frame.least - 1).any()
    apart = frame.apart[:, rest].any(axis=1)
    return np.asarray(frame.allowed & ~full & short & ~apart & ~hopeless)
