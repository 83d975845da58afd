"""Waiting in bits, as annealing counts it, against the plain count."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.grid import grid, waiting
from matcher.roadshow.agenda.types import Party
from matcher.roadshow.agenda.waiting import anneal, cost, seats
from tests.matcher.agenda.plans import meetings_plan


def seated(plan, at):
    layout = grid(plan, ())
    ends = [(layout.party[one.host], layout.party[one.guest]) for one in plan.requests]
    return layout, seats(layout, ends, at, len(plan.tables))


def test_a_party_without_meetings_waits_for_nothing() -> None:
    plan = meetings_plan(["ab"], slots=3, parties=[Party(id="c"), Party(id="d", delegations=2)])
    _, made = seated(plan, {0: 1})
    assert [cost(made, party) for party in range(4)] == [0, 0, 0, 0]
    assert anneal(made, 10, 1.0) == ({0: 1}, 0, False)
    (idle,) = [one for one in arrange(plan).proofs if one.aim == "idle"]
    assert (idle.value, idle.bound, idle.status) == (0, 0, "optimal")


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.permutations(range(5)), st.integers(0, 3))
def test_waiting_in_bits_is_waiting(order, meetings) -> None:
    plan = meetings_plan(["ab", "ac", "bc"], slots=5, tables=1, parties=[Party(id="d")])
    at = dict(zip(range(meetings), order, strict=False))
    layout, made = seated(plan, at)
    busy = np.zeros(layout.free.shape, bool)
    for request, slot in at.items():
        wish = plan.requests[request]
        busy[[layout.party[wish.host], layout.party[wish.guest]], slot] = True
    for row in range(len(plan.parties)):
        assert cost(made, row) == waiting(layout, row, busy[row])
