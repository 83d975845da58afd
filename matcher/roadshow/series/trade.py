"""Trades between two events, for what filling one anew cannot reach: caps and promises bind both.

swap: A and B exchange one of their chosen; nobody is shown more or less often than before.
hand over: B takes one of A's chosen in the place of one of its own, and A takes somebody new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matcher.roadshow.series.cast import Cast, Flags
from matcher.roadshow.series.fill import LEAST_GAIN
from matcher.roadshow.series.hall import Hall, Numbers, Reals
from matcher.roadshow.series.ledger import Ledger
from matcher.roadshow.series.promise import Promise

MOST_ROUNDS = 12


@dataclass(frozen=True, slots=True, eq=False)
class _Offer:
    """What one event would give: `gains[s, c]` is what candidate c adds in the place of chosen s.

    -inf where the event's rules forbid it. `who` are the chosen by their numbers in the pool.
    """

    who: Numbers
    gains: Reals


@dataclass(frozen=True, slots=True)
class _Trade:
    """Entrants are numbers in the pool: `gives` goes from `one` to `other`, which drops `drops`.

    `takes` comes into `one`: the dropped entrant itself for a swap.
    """

    gain: float
    one: int
    other: int
    gives: int
    drops: int
    takes: int


class Market:
    """All events of a series, for trading."""

    def __init__(
        self, halls: Sequence[Hall], ledger: Ledger, asked: Promise, casts: list[Cast]
    ) -> None:
        self.halls, self.ledger, self.casts = halls, ledger, casts
        self.promised = np.zeros(len(ledger.names) + 1, dtype=bool)
        self.promised[list(asked.members)] = True
        self.local = np.full((len(halls), len(ledger.most)), -1, dtype=np.int64)
        for at, hall in enumerate(halls):
            self.local[at, hall.who] = np.arange(hall.size)
        self.offers = [_offer(hall, cast) for hall, cast in zip(halls, casts, strict=True)]
        self._known: dict[tuple[int, int], _Trade | None] = {}

    def trade(self) -> bool:
        """Trade until nobody gains; tells whether anybody did."""
        moved = False
        for _ in range(MOST_ROUNDS):
            touched = self._round()
            for at in touched:
                self.offers[at] = _offer(self.halls[at], self.casts[at])
            self._known = {
                pair: one for pair, one in self._known.items() if set(touched).isdisjoint(pair)
            }
            moved = moved or bool(touched)
            if not touched:
                break
        return moved

    def _round(self) -> list[int]:
        """The best trades, at most one an event: what one does not touch stays as it was told."""
        found = [*self._swaps(), *self._handed()]
        found.sort(key=lambda one: (-one.gain, one.one, one.other, one.gives, one.drops))
        touched: set[int] = set()
        for one in found:
            if touched.isdisjoint((one.one, one.other)) and self._still_good(one):
                self._carry_out(one)
                touched |= {one.one, one.other}
        return sorted(touched)

    def _swaps(self) -> Iterator[_Trade]:
        """The best swap of each two events; that of two untouched ones is remembered."""
        for pair in combinations(range(len(self.offers)), 2):
            if pair not in self._known:
                self._known[pair] = self._best_swap(*pair)
            found = self._known[pair]
            if found is not None:
                yield found

    def _best_swap(self, one: int, other: int) -> _Trade | None:
        first, second = self.offers[one], self.offers[other]
        here, there = self.local[one, second.who], self.local[other, first.who]
        if (here < 0).all() or (there < 0).all():
            return None
        both = np.where(here < 0, -np.inf, first.gains[:, here])
        both = both + np.where(there < 0, -np.inf, second.gains[:, there]).T
        gives, drops = np.unravel_index(int(np.argmax(both)), both.shape)
        gain = float(both[gives, drops])
        if gain <= LEAST_GAIN:
            return None
        dropped = int(second.who[drops])
        return _Trade(gain, one, other, int(first.who[gives]), dropped, dropped)

    def _handed(self) -> Iterator[_Trade]:
        received = [self._receiving(at) for at in range(len(self.offers))]
        for one, offer in enumerate(self.offers):
            if not len(offer.who):
                continue
            hall = self.halls[one]
            adds = np.where(self._may_enter(hall.who), offer.gains - self._cost(hall.who), -np.inf)
            takes = np.argmax(adds, axis=1)
            best = adds[np.arange(len(takes)), takes]
            for other, (worth, drops) in enumerate(received):
                there = self.local[other, offer.who]
                if other == one or not len(drops):
                    continue
                total = np.where(there < 0, -np.inf, best + worth[there])
                at = int(np.argmax(total))
                if total[at] > LEAST_GAIN:
                    yield _Trade(
                        float(total[at]), one, other, int(offer.who[at]),
                        int(drops[there[at]]), int(hall.who[takes[at]]),
                    )  # fmt: skip

    def _receiving(self, at: int) -> tuple[Reals, Numbers]:
        """What each candidate adds in the place of whom it is best to drop, and who that is."""
        offer = self.offers[at]
        if not len(offer.who):
            return np.zeros(0), np.zeros(0, dtype=np.int64)
        back = np.where(self._may_leave(offer.who), self._cost(offer.who, -1), -np.inf)
        total = offer.gains + back[:, None]
        drops = np.argmax(total, axis=0)
        return total[drops, np.arange(total.shape[1])], offer.who[drops]

    def _cost(self, who: Numbers, more: int = 0) -> Reals:
        ledger = self.ledger
        found: Reals = ledger.fairness * (ledger.before + ledger.times + more)[who].astype(float)
        return found

    def _may_enter(self, who: Numbers) -> Flags:
        ledger = self.ledger
        own = ledger.institution[who]
        shares = np.append(ledger.shares, 0)
        return np.asarray(
            (ledger.times[who] < ledger.most[who]) & (shares[own] < ledger.most_share)
        )

    def _may_leave(self, who: Numbers) -> Flags:
        own = self.ledger.institution[who]
        shares = np.append(self.ledger.shares, 0)
        return np.asarray(~self.promised[own] | (shares[own] > 1))

    def _still_good(self, trade: _Trade) -> bool:
        """Trades before this one may have used up a cap or the only place of an institution."""
        if trade.takes == trade.drops:
            return True
        drops, takes = np.array([trade.drops]), np.array([trade.takes])
        if not (self._may_leave(drops)[0] and self._may_enter(takes)[0]):
            return False
        first, second = self.offers[trade.one], self.offers[trade.other]
        gives = int(np.flatnonzero(first.who == trade.gives)[0])
        leaves = int(np.flatnonzero(second.who == trade.drops)[0])
        gain = (
            first.gains[gives, self.local[trade.one, trade.takes]]
            + second.gains[leaves, self.local[trade.other, trade.gives]]
            + self._cost(drops, -1)[0]
            - self._cost(takes)[0]
        )
        return bool(gain > LEAST_GAIN)

    def _carry_out(self, trade: _Trade) -> None:
        self.ledger.show([trade.drops], -1)
        self.ledger.show([trade.takes])
        for at, out, in_ in (
            (trade.one, trade.gives, trade.takes),
            (trade.other, trade.drops, trade.gives),
        ):
            hall, local = self.halls[at], self.local[at]
            kept = [one for one in self.casts[at].chosen if one != local[out]]
            self.casts[at] = Cast(hall, hall.cells, [*kept, int(local[in_])])


def _offer(hall: Hall, cast: Cast) -> _Offer:
    gains = np.full((len(cast.chosen), hall.size), -np.inf)
    now = Cast(hall, hall.cells, cast.chosen)
    for at, one in enumerate(cast.chosen):
        if one in hall.must:
            continue
        without = Cast(hall, hall.cells, [other for other in cast.chosen if other != one])
        worse = len(without.lacking) > len(now.lacking)
        free = without.free(1, together=True) if worse else without.blocked == 0
        free[one] = False
        added = without.gains()
        gains[at] = np.where(free, added - added[one], -np.inf)
    return _Offer(hall.who[cast.chosen], gains)
