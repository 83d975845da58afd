"""How good a series could be at best: the dual of what ties events together, by linear programmes.

For multipliers as in `prices`, no series that keeps the caps and promises is worth more than

    sum_e LP_e(prices) + sum_i sum_n max(0, lambda_i - cost_in) + sum_k nu_k room_k - sum_k mu_k

where LP_e is the linear relaxation of event e with prices taken off, and cost_in what the n-th
further appearance of entrant i takes from the aim (Geoffrion 1974).
"""

from collections.abc import Sequence

import numpy as np

from matcher.errors import RoadshowError
from matcher.roadshow.linear import Programme, Solved
from matcher.roadshow.series.cast import Cast, Flags
from matcher.roadshow.series.hall import Hall, Numbers, Reals
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.prices import Prices, tied


def series_bound(
    halls: Sequence[Hall], ledger: Ledger, kept: Numbers, prices: Prices, seconds: float
) -> float:
    """Bound the worth of the events of `halls`.

    Args:
        halls: events to fill.
        ledger: with what is held, and nothing else.
        kept: institutions whose promise is kept; other promises cost nothing.
        prices: any non-negative numbers give a bound, good ones a close one.
        seconds: for each event.
    """
    promises = np.zeros_like(prices.promises)
    promises[kept] = prices.promises[kept]
    counted = Prices(_needed(halls, ledger, prices.entrants), prices.shares, promises)
    return tied(ledger, halls, counted) + sum(
        _event_bound(hall, ledger.open_(hall), counted.of(ledger, hall), seconds) for hall in halls
    )


def _event_bound(hall: Hall, open_: Flags, price: Reals, seconds: float) -> float:
    try:
        return relaxed(hall, open_, price, seconds).bound
    except RoadshowError:
        # No answer in time: nobody adds more to a stage than to an empty one.
        alone = np.sort(np.maximum(0, Cast(hall, ()).gains() - price))[::-1]
        return float(alone[: hall.event.stage].sum())


def _needed(halls: Sequence[Hall], ledger: Ledger, entrants: Reals) -> Reals:
    """No price for who could be in all of their events anyway, at no cost."""
    offered = np.zeros(len(entrants), dtype=np.int64)
    for hall in halls:
        offered[hall.who] += 1
    if ledger.fairness > 0:
        return entrants
    found: Reals = np.where(ledger.most - ledger.times >= offered, 0.0, entrants)
    return found


def relaxed(hall: Hall, open_: Flags, price: Reals, seconds: float) -> Solved:
    """Solve the linear relaxation of one event with prices.

    x_i says whether i is chosen, y_jri whether it is the r-th best answer of need j.
    """
    programme = Programme()
    must = set(hall.must)
    x = [
        programme.column(
            worth, whole=False, low=float(at in must), high=float(at in must or open_[at])
        )
        for at, worth in enumerate((hall.alone - price).tolist())
    ]
    programme.between(x, -np.inf, hall.event.stage)
    _cover(programme, hall, x)
    _vary(programme, hall, x)
    for cell in hall.cells:
        if cell.most is not None and cell.most < len(cell.members):
            programme.between((x[at] for at in cell.members.tolist()), -np.inf, cell.most)
    for at, rivals in hall.rivals.items():
        for other in rivals:
            if at < other:
                programme.between((x[at], x[other]), -np.inf, 1)
    return programme.solve(seconds)


def _cover(programme: Programme, hall: Hall, x: Sequence[int]) -> None:
    shares = [share for share in hall.repeats.tolist() if share > 0]
    ranks: list[list[list[int]]] = [[[] for _ in shares] for _ in range(hall.audience)]
    for one, guest, value in zip(
        hall.of.tolist(), hall.guests.tolist(), hall.values.tolist(), strict=True
    ):
        columns = [programme.column(share * value, whole=False) for share in shares]
        for rank, column in zip(ranks[guest], columns, strict=True):
            rank.append(column)
        programme.row([*((column, 1.0) for column in columns), (x[one], -1.0)], high=0)
    for rows in ranks:
        for row in rows:
            if len(row) > 1:
                programme.between(row, -np.inf, 1)


def _vary(programme: Programme, hall: Hall, x: Sequence[int]) -> None:
    if hall.diversity <= 0:
        return
    members: dict[int, list[int]] = {}
    for at, name in zip(hall.industry_of.tolist(), hall.industries.tolist(), strict=True):
        members.setdefault(name, []).append(at)
    for own in members.values():
        shown = programme.column(hall.diversity, whole=False)
        programme.row([(shown, 1.0), *((x[at], -1.0) for at in own)], high=0)
