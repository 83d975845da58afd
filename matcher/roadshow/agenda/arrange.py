"""From a plan to a timetable: talks, then meetings, then less waiting, each with its proof."""

import time
from collections.abc import Iterable
from importlib.metadata import version

import numpy as np

from matcher.roadshow.agenda.figures import idle_slots, missed_talks
from matcher.roadshow.agenda.grid import Flags, Grid, grid
from matcher.roadshow.agenda.mistakes import refuse_mistakes
from matcher.roadshow.agenda.program import UNIT, Options, best, options, top_up
from matcher.roadshow.agenda.result import Agenda, Aim, Meeting, Proof, TalkPlace, Unmet
from matcher.roadshow.agenda.shorten import shorten
from matcher.roadshow.agenda.tables import seat
from matcher.roadshow.agenda.talks import place_talks
from matcher.roadshow.agenda.types import AgendaPlan
from matcher.roadshow.agenda.unmet import unmet_requests
from matcher.roadshow.fingerprint import digest
from matcher.roadshow.selection import Status, gap_between

SOLVERS = f"HiGHS (SciPy {version('scipy')}), CP-SAT (OR-tools {version('ortools')})"


def arrange(plan: AgendaPlan) -> Agenda:
    """Make the timetable of an event.

    First as many talks as possible, then as few as possible that somebody wants to hear at the same
    time; then meetings that weigh the most; then the least waiting at that weight.

    Raises:
        RoadshowError: the plan makes no sense; the message names every mistake.
    """
    refuse_mistakes(plan)
    clock = time.monotonic()
    talks = place_talks(plan, plan.seconds * 0.3)
    layout = grid(plan, talks.places)
    every = options(plan, layout)
    started = time.monotonic()
    left = plan.seconds - (started - clock)
    greedy = top_up(every, np.zeros(len(every.worth), bool), every.worth)
    aimed = best(every, every.worth, left * 0.6, greedy)
    proofs = [*talks.proofs]
    if plan.requests:
        proofs.append(proof("meetings_weight", aimed.value / UNIT, aimed.bound / UNIT, started))
    chosen = aimed.chosen if aimed.proved else top_up(every, aimed.chosen, every.worth)
    left = plan.seconds - (time.monotonic() - clock)
    shorter = shorten(plan, layout, every, chosen, left)
    if shorter.chosen.any():
        since = time.monotonic() - shorter.seconds
        proofs.append(proof("idle", shorter.value, shorter.bound, since))
    times = times_of(plan, layout, every, shorter.chosen)
    return report(
        plan,
        talks.places,
        seat(plan, times),
        [*talks.unmet, *unmet_requests(plan, layout, every, shorter.chosen)],
        proofs,
        seconds=time.monotonic() - clock,
        reproducible=not (talks.stopped or aimed.stopped or shorter.stopped),
    )


def report(
    plan: AgendaPlan,
    talks: Iterable[TalkPlace],
    meetings: tuple[Meeting, ...],
    unmet: Iterable[Unmet],
    proofs: Iterable[Proof],
    *,
    seconds: float,
    reproducible: bool,
) -> Agenda:
    """Put a timetable together, with what is counted on it."""
    order = {slot.id: place for place, slot in enumerate(plan.talk_slots)}
    places = tuple(sorted(talks, key=lambda one: (order[one.slot], one.room)))
    return Agenda(
        talks=places,
        meetings=meetings,
        unmet=tuple(unmet),
        proofs=tuple(proofs),
        idle=idle_slots(plan, places, meetings),
        missed=missed_talks(plan, places, meetings),
        solver=SOLVERS,
        seconds=seconds,
        fingerprint=digest([plan]),
        reproducible=reproducible,
    )


def proof(aim: Aim, value: float, bound: float, since: float) -> Proof:
    """What was reached by an aim, and how far it could be from the best."""
    gap = gap_between(value, bound)
    status: Status = "optimal" if gap <= 1e-12 else "feasible"
    return Proof(aim, status, value, bound, gap, time.monotonic() - since)


def times_of(plan: AgendaPlan, layout: Grid, every: Options, chosen: Flags) -> dict[str, str]:
    """The slot of each placed request, by their ids."""
    return {
        plan.requests[every.request[one]].id: layout.slots[every.slot[one]].id
        for one in np.flatnonzero(chosen)
    }
