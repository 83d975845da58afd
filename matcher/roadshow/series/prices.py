"""Prices by which events compete for entrants that may be shown only so often.

Lagrange multipliers of what ties the events together. lambda_i is the price of an appearance of
entrant i, nu_k >= 0 of a place of institution k; a promised institution has a negative part, what
is paid for showing it. Each price goes up where demand exceeds supply and down where it does not,
by a step that halves whenever the direction turns (signs of the subgradient alone, as in Rprop,
Riedmiller & Braun 1993: the greedy fillings that stand in for the best ones make it too rough for
its length to say much). Of all prices tried, those with the lowest dual value are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.roadshow.series.cast import local_cells
from matcher.roadshow.series.fill import fill
from matcher.roadshow.series.hall import Hall, Numbers, Reals
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.promise import Promise, prices_of

STEPS = 24
FIRST_STEP = 0.125
"""Of what a place is worth on average."""
LAST_STEP = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Multipliers: `entrants` >= 0, `shares` >= 0 and `promises` >= 0 by institution."""

    entrants: Reals
    shares: Reals
    promises: Reals

    @classmethod
    def none(cls, ledger: Ledger) -> "Prices":
        """No prices at all."""
        many = len(ledger.names)
        return cls(np.zeros(len(ledger.most)), np.zeros(many), np.zeros(many))

    def of(self, ledger: Ledger, hall: Hall) -> Reals:
        """float64[candidates]."""
        return prices_of(ledger, hall, self.entrants, self.shares - self.promises)


def taken_at(ledger: Ledger, entrants: Reals) -> Numbers:
    """How many appearances each entrant sells at its price: those that cost the aim less.

    The n-th appearance costs fairness * (earlier ones); at most as many as the cap leaves.
    """
    left = np.maximum(0, ledger.most - ledger.times)
    earlier = ledger.before + ledger.times
    if ledger.fairness <= 0:
        return np.where(entrants > 0, left, 0).astype(np.int64)
    sold = np.ceil(entrants / ledger.fairness - earlier)
    return np.clip(sold, 0, left).astype(np.int64)


def tied(ledger: Ledger, halls: Sequence[Hall], prices: Prices) -> float:
    """What the dual adds to the events' own worth at these prices.

    sum_i sum_n max(0, lambda_i - cost_in) + sum_k nu_k room_k - sum_k mu_k
    """
    left = np.minimum(np.maximum(0, ledger.most - ledger.times), len(halls))
    earlier = ledger.before + ledger.times
    sold = sum(
        float(np.maximum(0, prices.entrants - ledger.fairness * (earlier + n))[left > n].sum())
        for n in range(int(left.max(initial=0)))
    )
    return sold + float(prices.shares @ _room(ledger, halls)) - float(prices.promises.sum())


def _room(ledger: Ledger, halls: Sequence[Hall]) -> Numbers:
    places = sum(one.event.stage for one in halls)
    found: Numbers = np.minimum(np.maximum(0, ledger.most_share - ledger.shares), places)
    return found


def find_prices(
    halls: Sequence[Hall], ledger: Ledger, asked: Promise, steps: int = STEPS
) -> Prices:
    """Let events bid for entrants until demand and supply are near each other."""
    best = now = Prices.none(ledger)
    promised = np.zeros(len(ledger.names))
    promised[[one for some in asked.reserved.values() for one in some]] = 1.0
    room = _room(ledger, halls)
    lowest, pace, turns = np.inf, 0.0, _Turns(now)
    for _ in range(steps if halls else 0):
        demand, worth, places = _bids(halls, ledger, now)
        dual = worth + tied(ledger, halls, now)
        pace = pace or FIRST_STEP * abs(worth) / max(1, places)
        if dual < lowest:
            lowest, best = dual, now
        known = ledger.institution >= 0
        shown = np.zeros(len(ledger.names))
        np.add.at(shown, ledger.institution[known], demand[known])
        excess = (
            demand - taken_at(ledger, now.entrants),
            shown - room.astype(np.float64),
            (promised - shown) * promised,
        )
        now = turns.moved(now, excess, pace)
    return best


def _bids(halls: Sequence[Hall], ledger: Ledger, prices: Prices) -> tuple[Reals, float, int]:
    """How often each entrant is wanted, what that is worth after prices, and places filled."""
    demand = np.zeros(len(ledger.most))
    worth, places = 0.0, 0
    for hall in halls:
        price = prices.of(ledger, hall)
        cast = fill(hall, local_cells(hall, ()), ledger.open_(hall), price)
        demand[hall.who[cast.chosen]] += 1
        worth += cast.value - float(price[cast.chosen].sum())
        places += len(cast.chosen)
    return demand, worth, places


class _Turns:
    """Steps of each multiplier, halved where the direction turns."""

    def __init__(self, prices: Prices) -> None:
        parts = prices.entrants, prices.shares, prices.promises
        self._steps = [np.ones_like(one) for one in parts]
        self._ways = [np.zeros_like(one) for one in parts]

    def moved(self, prices: Prices, excess: Sequence[Reals], pace: float) -> Prices:
        """Follow the excess demand; `pace` is the first step."""
        found = []
        parts = prices.entrants, prices.shares, prices.promises
        for at, (one, over) in enumerate(zip(parts, excess, strict=True)):
            way = np.sign(over)
            turned = way * self._ways[at] < 0
            self._steps[at] = np.maximum(
                LAST_STEP, np.where(turned, self._steps[at] / 2, self._steps[at])
            )
            self._ways[at] = np.where(way != 0, way, self._ways[at])
            size = np.minimum(1.0, np.abs(over))
            found.append(np.maximum(0.0, one + pace * self._steps[at] * way * size))
        return Prices(*found)
