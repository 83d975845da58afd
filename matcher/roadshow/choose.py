"""The selection of one event, with proof."""

import hashlib
import time
from dataclasses import replace

from matcher.errors import InfeasibleError
from matcher.roadshow.board import Board
from matcher.roadshow.checks import check
from matcher.roadshow.clash import explain
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.program import best_set
from matcher.roadshow.relaxation import SOLVER
from matcher.roadshow.rules import counts, frame, rules_of
from matcher.roadshow.selection import Selection
from matcher.roadshow.ties import by_id


def select(pool: Pool, plan: Plan) -> Selection:
    """Choose who goes on stage.

    Raises:
        RoadshowError: the plan does not fit the pool; all mistakes at once.
        InfeasibleError: rules that cannot be kept together.
    """
    began, deadline = time.perf_counter(), Deadline(plan.seconds)
    check(pool, plan)
    board, rules = Board.of(pool, plan), rules_of(pool, plan)
    bounds = frame(rules, len(pool.entrants))
    try:
        proof = best_set(board, bounds, deadline)
    except InfeasibleError as error:
        clash = explain(pool, plan)
        raise (clash.as_error(plan.title) if clash else error) from None
    chosen = by_id(board, bounds, proof.chosen)
    terms = board.terms(chosen)
    value = sum(terms.values())
    bound = max(value, proof.bound)
    alone = board.gains([])
    ordered = sorted(chosen, key=lambda one: (-round(float(alone[one]), 9), one))
    ids = tuple(pool.entrants[one].id for one in ordered)
    return Selection(
        chosen=ids,
        status=proof.status,
        value=value,
        bound=value if proof.status == "optimal" else bound,
        gap=0.0 if proof.status == "optimal" else (bound - value) / max(abs(bound), 1e-9),
        terms=terms,
        quotas=counts(pool, plan, ids),
        solver=SOLVER,
        seconds=time.perf_counter() - began,
        fingerprint=fingerprint(pool, plan),
    )


def fingerprint(pool: Pool, plan: Plan) -> str:
    """Hash what decides a selection: plan and pool in order of ids, but for title and seconds."""
    settled = replace(
        plan,
        title="",
        seconds=0.0,
        quotas=tuple(sorted(plan.quotas, key=repr)),
        must=tuple(sorted({*plan.must})),
        must_not=tuple(sorted({*plan.must_not})),
        conflicts=tuple(sorted({(min(pair), max(pair)) for pair in plan.conflicts})),
        barred=tuple(sorted({*plan.barred})),
    )
    told = hashlib.sha256(repr(settled).encode())
    for one in pool.entrants:
        groups = sorted((name, *values) for name, values in one.groups.items())
        told.update(repr((one.id, groups, one.quality, one.published, one.shown)).encode())
    for guest in pool.guests:
        told.update(repr((guest.id, guest.weight)).encode())
    for fit in pool.fits:
        told.update(repr((fit.entrant, fit.guest, fit.probabilities)).encode())
    return told.hexdigest()[:16]
