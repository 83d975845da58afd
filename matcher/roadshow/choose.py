"""The selection of one event, with proof."""

import time
from dataclasses import replace

from matcher.errors import InfeasibleError
from matcher.roadshow.board import Board
from matcher.roadshow.checks import check
from matcher.roadshow.clash import clash_of
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.fingerprint import digest, pool_parts, settled
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.program import best_set
from matcher.roadshow.relaxation import HIGHS
from matcher.roadshow.rules import counts, frame, rules_of
from matcher.roadshow.selection import Selection, gap_between
from matcher.roadshow.ties import by_id


def select(pool: Pool, plan: Plan) -> Selection:
    """Choose who goes on stage.

    Raises:
        RoadshowError: the plan does not fit the pool; all mistakes at once.
        InfeasibleError: rules that cannot be kept together.
        UnsolvedError: none was found within the plan's seconds, and nobody knows if there is one.
    """
    began, deadline = time.perf_counter(), Deadline(plan.seconds)
    check(pool, plan)
    board, rules = Board.of(pool, plan), rules_of(pool, plan)
    bounds = frame(rules, len(pool.entrants))
    try:
        proof = best_set(board, bounds, deadline)
    except InfeasibleError:
        raise clash_of(pool, plan, rules, deadline).as_error(plan.title) from None
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
        gap=0.0 if proof.status == "optimal" else gap_between(value, bound),
        terms=terms,
        quotas=counts(pool, plan, ids),
        solver=HIGHS,
        seconds=time.perf_counter() - began,
        fingerprint=fingerprint(pool, plan),
    )


def fingerprint(pool: Pool, plan: Plan) -> str:
    """Hash what decides a selection: plan and pool in order of ids, but for title and seconds."""
    return digest([replace(settled(plan), seconds=0.0), *pool_parts(pool)])
