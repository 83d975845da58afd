"""Tables for meetings whose times are known: who can stay where it sits, stays."""

from collections.abc import Iterable, Mapping

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.roadshow.agenda.result import Meeting
from matcher.roadshow.agenda.types import AgendaPlan

KEPT = 100.0
"""A table that is asked for counts more than any number of parties that stay."""


def seat(
    plan: AgendaPlan, times: Mapping[str, str], kept: Mapping[str, str] | None = None
) -> tuple[Meeting, ...]:
    """Give each meeting a table, slot by slot, so that as many parties as possible stay.

    Args:
        plan: with at least as many tables as meetings in any slot.
        times: slot of each placed request.
        kept: table that a request should have, if the plan still has it.
    """
    parties = {one.id: (one.host, one.guest) for one in plan.requests}
    number = {name: column for column, name in enumerate(plan.tables)}
    last: dict[str, str] = {}
    meetings = []
    for slot in plan.meeting_slots:
        requests = [one.id for one in plan.requests if times.get(one.id) == slot.id]
        gain = np.zeros((len(requests), len(number)))
        for row, request in enumerate(requests):
            for party in parties[request]:
                if last.get(party) in number:
                    gain[row, number[last[party]]] += 1
            if (kept or {}).get(request) in number:
                gain[row, number[(kept or {})[request]]] += KEPT
        # of equal ways, the one with the first tables
        gain -= np.arange(gain.shape[1]) / (100.0 * max(1, gain.size))
        for row, column in zip(*linear_sum_assignment(gain, maximize=True), strict=True):
            meetings.append(Meeting(requests[row], slot.id, plan.tables[column]))
            last |= dict.fromkeys(parties[requests[row]], plan.tables[column])
    return in_order(plan, meetings)


def in_order(plan: AgendaPlan, meetings: Iterable[Meeting]) -> tuple[Meeting, ...]:
    """Sort meetings by slot and table."""
    slots = {slot.id: place for place, slot in enumerate(plan.meeting_slots)}
    tables = {name: place for place, name in enumerate(plan.tables)}
    return tuple(
        sorted(meetings, key=lambda one: (slots[one.slot], tables.get(one.table, len(tables))))
    )
