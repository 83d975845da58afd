"""No institution forgotten: gives each one that could be shown a place, as far as they reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from matcher.roadshow.pool import Pool
from matcher.roadshow.series.cast import Cast
from matcher.roadshow.series.hall import Hall, Numbers, Reals
from matcher.roadshow.series.ledger import Ledger, members_of

_SCALE = 1000
"""Worth in whole numbers, as a flow needs it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Institutions that are to be shown.

    Attributes:
        members: institution to event to its candidates there: whoever of them is shown, the
            institution is not forgotten. Only such with a well described one somewhere.
        reserved: event (its place in the list of halls) to institutions that have a place there.
        unreached: institutions without a place: more ask than there is room.
    """

    members: Mapping[int, Mapping[int, Numbers]]
    reserved: Mapping[int, frozenset[int]]
    unreached: frozenset[int]


def worthy(pool: Pool, ledger: Ledger, quality: float | None) -> frozenset[int]:
    """Institutions with an entrant that is described well enough."""
    if quality is None:
        return frozenset()
    good = np.array([one.quality >= quality for one in pool.entrants], dtype=bool)
    return frozenset(np.unique(ledger.institution[good]).tolist()) - {-1}


def promise(pool: Pool, halls: Sequence[Hall], ledger: Ledger, quality: float | None) -> Promise:
    """Reserve places by a flow of most institutions at the highest worth (min-cost max-flow).

    Each institution that is not yet shown, nor required anywhere, sends one unit to an event that
    could show one of its entrants of the asked quality; an event takes as many as it has places.
    The flow leaves out the quotas; `fill` heeds them and `rescue` looks for another place where
    they are in the way.
    """
    served = {int(ledger.institution[hall.who[one]]) for hall in halls for one in hall.must}
    asking = {one for one in worthy(pool, ledger, quality) - served if not ledger.shares[one]}
    qualities = np.array([one.quality for one in pool.entrants], dtype=np.float64)
    members: dict[int, dict[int, Numbers]] = {one: {} for one in sorted(asking)}
    worths: dict[tuple[int, int], float] = {}
    free = []
    for at, hall in enumerate(halls):
        first = Cast(hall, (), hall.must)
        free.append(max(0, hall.event.stage - len(hall.must)))
        gains, open_ = first.gains(), ledger.open_(hall)
        for institution, own in members_of(ledger, hall).items():
            free_ = own[open_[own]]
            good = free_[qualities[hall.who[free_]] >= (quality or 0.0)]
            if institution in members and len(free_):
                members[institution][at] = free_
                if len(good):
                    worths[institution, at] = float(gains[good].max())
    found = _flow(worths, free)
    reachable = {institution for institution, _ in worths}
    members = {one: events for one, events in members.items() if one in reachable}
    reserved = {at: frozenset(k for k, e in found.items() if e == at) for at in range(len(halls))}
    return Promise(members, reserved, frozenset(members) - frozenset(found))


def _flow(worths: Mapping[tuple[int, int], float], free: Sequence[int]) -> Mapping[int, int]:
    """Institution to event."""
    arcs = sorted(worths)
    if not arcs:
        return {}
    asking = sorted({one for one, _ in arcs})
    node = {one: at for at, one in enumerate(asking)}
    halls = len(asking)
    sink = halls + len(free)
    tails = np.array([node[one] for one, _ in arcs] + [halls + at for at in range(len(free))])
    heads = np.array([halls + at for _, at in arcs] + [sink] * len(free))
    room = np.array([1] * len(arcs) + list(free))
    costs = np.array([-round(_SCALE * worths[arc]) for arc in arcs] + [0] * len(free))
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, room, costs)
    supplies = np.array([1] * len(asking) + [0] * len(free) + [-len(asking)])
    flow.set_nodes_supplies(np.arange(sink + 1), supplies)
    flow.solve_max_flow_with_min_cost()
    return {arc[0]: arc[1] for at, arc in enumerate(arcs) if flow.flow(at)}


def promise_cells(
    asked: Promise, ledger: Ledger, at: int, institutions: frozenset[int]
) -> list[tuple[Numbers, int, int | None]]:
    """Lower bounds of an event for institutions that are shown nowhere else."""
    return [
        (asked.members[one][at], 1, None)
        for one in sorted(institutions)
        # Who has no institution is -1 there: in nobody's members.
        if at in asked.members.get(one, {}) and not ledger.shares[one]
    ]


def prices_of(ledger: Ledger, hall: Hall, entrants: Reals, institutions: Reals) -> Reals:
    """float64[candidates]: the price of each, and of its institution."""
    own = ledger.institution[hall.who]
    found: Reals = entrants[hall.who].copy()
    if len(institutions):
        found += np.where(own >= 0, institutions[own], 0.0)
    return found
