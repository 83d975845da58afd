"""Less waiting, proved: CP-SAT over all timetables whose placed requests weigh as much."""

import math
import time
from collections import Counter
from dataclasses import dataclass

from ortools.sat.python import cp_model

from matcher.roadshow.agenda.grid import Grid
from matcher.roadshow.agenda.program import Options

PACE = 0.1
"""Units of the solver's own clock for each second of the plan."""


@dataclass(frozen=True, slots=True)
class Compacted:
    """What CP-SAT says; `chosen` are positions, None if it found nothing itself."""

    chosen: frozenset[int] | None
    value: int
    bound: int
    stopped: bool


def solver(effort: float, seconds: float) -> cp_model.CpSolver:
    """A solver that gives the same answer again: one worker, one seed, and its own clock.

    Args:
        effort: in seconds of the plan; the solver's own clock strikes at the same step everywhere.
        seconds: of the wall clock; whoever is stopped by it may be elsewhere next time.
    """
    made = cp_model.CpSolver()
    made.parameters.num_workers = 1
    made.parameters.random_seed = 0
    made.parameters.max_deterministic_time = effort * PACE
    made.parameters.max_time_in_seconds = max(seconds, 0.0)
    return made


def run(made: cp_model.CpSolver, model: cp_model.CpModel) -> tuple[bool, bool, bool]:
    """Solve: whether there is an answer, whether it is proved, whether the wall clock struck."""
    status = made.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    proved = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    limit = made.parameters.max_deterministic_time
    struck = made.response_proto.deterministic_time < limit * (1 - 1e-6)
    return found, proved, not proved and struck


def compact(
    every: Options,
    layout: Grid,
    ends: list[tuple[int, int]],
    hint: set[int],
    weight: int,
    effort: float,
    seconds: float,
) -> Compacted:
    """Choose options that weigh at least `weight`, with the least cost (`waiting.cost`).

    Args:
        every: what can be chosen.
        layout: the grid that the options lie in.
        ends: rows of both parties of each request.
        hint: a choice to begin with.
        weight: in thousandths.
        effort: as in `solver`.
        seconds: as in `solver`.
    """
    until = time.monotonic() + seconds
    model = cp_model.CpModel()
    choice = [model.new_bool_var("") for _ in every.worth]
    rows = every.rows.tocsr()
    for row, most in enumerate(every.most.tolist()):
        inside = [choice[one] for one in rows.indices[rows.indptr[row] : rows.indptr[row + 1]]]
        if most == 1:
            model.add_at_most_one(inside)
        else:
            model.add(sum(inside) <= most)
    model.add(cp_model.LinearExpr.weighted_sum(choice, every.worth.tolist()) >= weight)
    meetings: dict[tuple[int, int], list[cp_model.IntVar]] = {}
    begun: Counter[tuple[int, int]] = Counter()
    for one, (request, slot) in enumerate(zip(every.request, every.slot, strict=True)):
        for party in ends[request]:
            meetings.setdefault((party, int(slot)), []).append(choice[one])
            begun[party, int(slot)] += one in hint
        model.add_hint(choice[one], one in hint)
    terms = [
        term
        for party in sorted({party for party, _ in meetings})
        for term in _costs(model, layout, party, meetings, begun)
    ]
    model.minimize(cp_model.LinearExpr.sum(terms))
    # what the model took to build is no time for the solver
    made = solver(effort, until - time.monotonic())
    found, proved, stopped = run(made, model)
    bound = max(0, math.ceil(made.best_objective_bound - 1e-6))
    if not found:
        return Compacted(None, 0, bound if proved else 0, stopped)
    chosen = frozenset(number for number, one in enumerate(choice) if made.boolean_value(one))
    return Compacted(chosen, round(made.objective_value), bound, stopped)


def _costs(
    model: cp_model.CpModel,
    layout: Grid,
    party: int,
    meetings: dict[tuple[int, int], list[cp_model.IntVar]],
    hinted: Counter[tuple[int, int]],
) -> list[cp_model.IntVar]:
    """Variables that are at least the waiting of one party, and the talks that it cannot hear.

    Every variable gets its value in the hint: without, the solver has to find the rest of it first.
    """
    terms: list[cp_model.IntVar] = []
    before: cp_model.IntVar | None = None
    ending: cp_model.IntVar | None = None
    slots = range(len(layout.slots))
    on = [slot for slot in slots if layout.stage[party, slot] or hinted[party, slot]]
    for slot in slots:
        here = meetings.get((party, slot), [])
        spare, free = int(layout.spare[party, slot]), int(layout.free[party, slot])
        if here and free > spare:
            over = model.new_int_var(0, free - spare, "")
            model.add(over >= sum(here) - spare)
            model.add_hint(over, max(0, hinted[party, slot] - spare))
            terms.append(over)
        begun, going = (model.new_bool_var("") for _ in range(2))
        model.add_hint(begun, bool(on) and slot >= on[0])
        model.add_hint(going, bool(on) and slot <= on[-1])
        if before is not None and ending is not None:
            model.add_implication(before, begun)
            model.add_implication(going, ending)
        before, ending = begun, going
        if layout.stage[party, slot]:
            model.add(begun == 1)
            model.add(going == 1)
        for one in here:
            model.add_implication(one, begun)
            model.add_implication(one, going)
        if layout.waits[party, slot]:
            idle = model.new_bool_var("")
            model.add_bool_or([~begun, ~going, idle, *here])
            waits = bool(on) and on[0] < slot < on[-1] and not hinted[party, slot]
            model.add_hint(idle, waits)
            terms.append(idle)
    return terms
