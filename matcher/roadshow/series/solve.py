"""Plans a series, step by step."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from matcher.roadshow.linear import HIGHS_IN_SCIPY
from matcher.roadshow.pool import PairFit, Pool
from matcher.roadshow.selection import gap_between
from matcher.roadshow.series.bound import series_bound
from matcher.roadshow.series.cast import Cast, local_cells
from matcher.roadshow.series.exposure import of_entrants, of_institutions
from matcher.roadshow.series.fill import fill
from matcher.roadshow.series.forgotten import forgotten
from matcher.roadshow.series.hall import Hall, furnish
from matcher.roadshow.series.improve import improve, rescue
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.outcome import Series, Staged
from matcher.roadshow.series.plan import SeriesPlan
from matcher.roadshow.series.prices import Prices, find_prices
from matcher.roadshow.series.promise import Promise, promise, promise_cells
from matcher.roadshow.series.telling import fingerprint, tell, tell_held
from matcher.roadshow.series.trade import Market

PROVED = 1e-6
"""Relative gap below which value and bound are the same."""


def plan_series(pool: Pool, plan: SeriesPlan) -> Series:
    """Plan all events that are not held.

    Prices for what events compete for, a reserved place for each promised institution, greedy
    filling, then improvement event by event; a Lagrangian bound says how much better it could be.
    The same plan and pool give the same series, in whatever order they come.

    Raises:
        RoadshowError: the plan makes no sense, with all mistakes.
    """
    began = time.perf_counter()
    plan.check(pool)
    ledger, halls = _set_up(pool, plan)
    asked = promise(pool, halls, ledger, plan.promised_quality)
    prices = find_prices(halls, ledger, asked)
    start = ledger.times.copy(), ledger.shares.copy()
    casts = _first(halls, ledger, asked, prices)
    rescue(halls, ledger, asked, casts)
    for _ in range(plan.rounds):
        improve(halls, ledger, asked, casts)
        if not Market(halls, ledger, asked, casts).trade():
            break
    staged = _tell_all(pool, plan, halls, ledger, casts)
    left_out = forgotten(pool, plan, halls, ledger, asked)
    value = sum(one.value for one in staged if not one.held)
    kept = np.array([one for one in asked.members if ledger.shares[one]], dtype=np.int64)
    ledger.times, ledger.shares = start
    free = series_bound(halls, ledger, kept, Prices.none(ledger), plan.seconds)
    priced = series_bound(halls, ledger, kept, prices, plan.seconds)
    bound = max(value, min(free, priced))
    gap = gap_between(value, bound)
    before = {id_: tuple(chosen) for id_, chosen in plan.held.items()}
    after = {one.event.id: one.chosen for one in staged}
    return Series(
        title=plan.title,
        staged=staged,
        status="optimal" if gap <= PROVED else "feasible",
        value=value,
        bound=bound,
        gap=gap,
        forgotten=left_out,
        institutions=of_institutions(pool, before, after),
        entrants=of_entrants(pool, before, after),
        solver=f"拉格朗日定价与逐场改进；界：{HIGHS_IN_SCIPY}",
        seconds=time.perf_counter() - began,
        fingerprint=fingerprint(pool, plan),
    )


def fits_by_entrant(pool: Pool) -> Mapping[str, list[PairFit]]:
    """Fits of each entrant, by guest."""
    found: defaultdict[str, list[PairFit]] = defaultdict(list)
    for one in pool.fits:
        found[one.entrant].append(one)
    return found


def _set_up(pool: Pool, plan: SeriesPlan) -> tuple[Ledger, list[Hall]]:
    ledger = Ledger(pool, plan)
    place = {one.id: at for at, one in enumerate(pool.entrants)}
    for chosen in plan.held.values():
        ledger.show(place[one] for one in set(chosen))
    fits = fits_by_entrant(pool)
    return ledger, [
        furnish(pool, event, plan.worth, fits)
        for event in plan.ordered()
        if event.id not in plan.held
    ]


def _first(halls: Sequence[Hall], ledger: Ledger, asked: Promise, prices: Prices) -> list[Cast]:
    """Fill the events that have least choice first; the required ones are shown at once."""
    casts: dict[int, Cast] = {}
    for hall in halls:
        ledger.show(hall.who[list(hall.must)])
    order = sorted(range(len(halls)), key=lambda at: (halls[at].size / halls[at].event.stage, at))
    for at in order:
        hall = halls[at]
        ledger.show(hall.who[list(hall.must)], -1)
        cells = local_cells(
            hall,
            [
                *ledger.share_cells(hall),
                *promise_cells(asked, ledger, at, asked.reserved[at]),
            ],
        )
        scarce = np.maximum(prices.of(ledger, hall), ledger.cost(hall))
        casts[at] = fill(hall, cells, ledger.open_(hall), scarce)
        ledger.show(hall.who[casts[at].chosen])
    return [casts[at] for at in range(len(halls))]


def _tell_all(
    pool: Pool,
    plan: SeriesPlan,
    halls: Sequence[Hall],
    ledger: Ledger,
    casts: Sequence[Cast],
) -> tuple[Staged, ...]:
    """Shape the events by day; appearances are charged in that order."""
    fairness = plan.worth.fairness
    earlier = {one.id: one.shown for one in pool.entrants}
    for chosen in plan.held.values():
        for id_ in set(chosen):
            earlier[id_] += 1
    by_event = {cast.hall.event.id: cast for cast in casts}
    found = []
    for event in plan.ordered():
        if event.id in plan.held:
            found.append(tell_held(pool, event, plan))
            continue
        cast = by_event[event.id]
        ids = [pool.entrants[one].id for one in cast.hall.who[cast.chosen].tolist()]
        cost = fairness * sum(earlier[one] for one in ids)
        for one in ids:
            earlier[one] += 1
        found.append(tell(pool, cast, cost, ledger))
    return tuple(found)
