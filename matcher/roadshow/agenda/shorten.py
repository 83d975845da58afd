"""Less waiting at the same weight: annealing first, then CP-SAT for what it can still prove."""

import time
from dataclasses import dataclass

import numpy as np

from matcher.roadshow.agenda.compact import compact
from matcher.roadshow.agenda.grid import Flags, Grid
from matcher.roadshow.agenda.program import Options
from matcher.roadshow.agenda.types import AgendaPlan
from matcher.roadshow.agenda.waiting import anneal, seats

STEPS = 1000
"""Of annealing, for each meeting."""
SHORTEST = 0.1
"""Seconds below which CP-SAT would not get beyond reading its model."""


@dataclass(frozen=True, slots=True)
class Shorter:
    """A choice that weighs no less, what it costs (`waiting.cost`), and what it must cost."""

    chosen: Flags
    value: int
    bound: int
    stopped: bool
    seconds: float


def shorten(
    plan: AgendaPlan, layout: Grid, every: Options, chosen: Flags, seconds: float
) -> Shorter:
    """Keep the weight of a choice and let parties wait less."""
    clock = time.monotonic()
    if not chosen.any():
        return Shorter(chosen, 0, 0, stopped=False, seconds=0.0)
    ends = [(layout.party[one.host], layout.party[one.guest]) for one in plan.requests]
    at = {int(every.request[one]): int(every.slot[one]) for one in np.flatnonzero(chosen)}
    begun = seats(layout, ends, at, len(plan.tables))
    at, value, stopped = anneal(begun, STEPS * len(at), seconds * 0.5)
    number = {
        (int(request), int(slot)): one
        for one, (request, slot) in enumerate(zip(every.request, every.slot, strict=True))
    }
    picked = {number[pair] for pair in at.items()}
    bound = 0
    left = seconds - (time.monotonic() - clock)
    if value and left <= SHORTEST:
        stopped = True
    elif value:
        weight = int(every.worth[chosen].sum())
        solved = compact(every, layout, ends, picked, weight, plan.seconds, left)
        stopped = stopped or solved.stopped
        bound = min(solved.bound, value)
        if solved.chosen is not None and solved.value < value:
            picked, value = set(solved.chosen), solved.value
    result = np.zeros(len(chosen), bool)
    result[sorted(picked)] = True
    return Shorter(result, value, bound, stopped, time.monotonic() - clock)
