"""A plan and a pool as arrays: what each entrant is worth to whom, and what a set is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.values import expected_worth, freshness

Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Board:
    """The aim in numbers; entrants and guests are numbered in the order of their ids.

    The value of a set S is, over needs g with weight w and the r-th largest expected worth of S,
    sum_g w_g * sum_r repeats_r * worth_(r) + sum over S of `own` + `variety` * industries on
    stage. It is monotone submodular but for `own`, as `repeats` do not rise (facility location:
    Cornuéjols, Fisher, Nemhauser 1977).

    Attributes:
        worth: float64[guests, entrants], weight times expected worth; 0 without a fit, or barred.
        repeats: float64[R], not rising.
        quality, freshness, fairness: float64[entrants], the last below 0 or 0.
        industries: bool[industries, entrants].
        variety: value of one industry on stage.
    """

    worth: Reals
    repeats: Reals
    quality: Reals
    freshness: Reals
    fairness: Reals
    industries: NDArray[np.bool_]
    variety: float

    @classmethod
    def of(cls, pool: Pool, plan: Plan) -> Self:
        """Lay out a plan that fits its pool (`checks.check`)."""
        entrants = {one.id: place for place, one in enumerate(pool.entrants)}
        guests = {one.id: place for place, one in enumerate(pool.guests)}
        weights = [one.weight for one in pool.guests]
        worth = np.zeros((len(guests), len(entrants)))
        for fit in pool.fits:
            row = guests[fit.guest]
            worth[row, entrants[fit.entrant]] = weights[row] * expected_worth(plan.worth, fit)
        for entrant, guest in plan.barred:
            worth[guests[guest], entrants[entrant]] = 0.0
        names = sorted({name for one in pool.entrants for name in one.groups.get("industry", ())})
        industries = [
            [name in one.groups.get("industry", ()) for one in pool.entrants] for name in names
        ]
        return cls(
            worth,
            np.array(plan.worth.repeats),
            plan.worth.quality * np.array([one.quality for one in pool.entrants]),
            plan.worth.freshness
            * np.array([freshness(one, plan.held_on) for one in pool.entrants]),
            -plan.worth.fairness * np.array([float(one.shown) for one in pool.entrants]),
            np.array(industries, dtype=bool).reshape(len(names), len(entrants)),
            plan.worth.diversity,
        )

    @property
    def own(self) -> Reals:
        """What each entrant brings whoever else is on stage: quality, freshness, fairness."""
        return self.quality + self.freshness + self.fairness

    def tops(self, chosen: Sequence[int]) -> Reals:
        """The R largest worths of each guest among the chosen, falling: float64[guests, R]."""
        ranks = len(self.repeats)
        found = np.zeros((len(self.worth), max(ranks, len(chosen))))
        found[:, : len(chosen)] = -np.sort(-self.worth[:, list(chosen)], axis=1)
        return found[:, :ranks]

    def gains(self, chosen: Sequence[int]) -> Reals:
        """What each entrant would add to a set: float64[entrants]; nonsense for its members."""
        tops = self.tops(chosen)
        gain = self.own.copy()
        above = np.full((len(self.worth), 1), np.inf)
        for rank, share in enumerate(self.repeats):
            here = tops[:, rank : rank + 1]
            gain += share * (np.clip(self.worth, here, above) - here).sum(axis=0)
            above = here
        fresh = self.industries[~self.seen(chosen)]
        return np.asarray(gain + self.variety * fresh.sum(axis=0))

    def seen(self, chosen: Sequence[int]) -> NDArray[np.bool_]:
        """Which industries are on stage: bool[industries]."""
        return np.asarray(self.industries[:, list(chosen)].any(axis=1))

    def gain(self, one: int, tops: Reals, seen: NDArray[np.bool_]) -> float:
        """What one entrant would add to a set with these tops and industries."""
        above = np.full(len(tops), np.inf)
        gain = 0.0
        for rank, share in enumerate(self.repeats):
            here = tops[:, rank]
            gain += share * float((np.clip(self.worth[:, one], here, above) - here).sum())
            above = here
        return (
            gain
            + float(self.own[one])
            + self.variety * int((self.industries[:, one] & ~seen).sum())
        )

    def narrow(self, places: NDArray[np.intp], scale: float = 1.0) -> "Board":
        """The same aim for some entrants only, all values multiplied."""
        return Board(
            scale * self.worth[:, places],
            self.repeats,
            scale * self.quality[places],
            scale * self.freshness[places],
            scale * self.fairness[places],
            self.industries[:, places],
            scale * self.variety,
        )

    def terms(self, chosen: Sequence[int]) -> dict[str, float]:
        """The value of a set by part."""
        picked = sorted(chosen)
        return {
            "coverage": float((self.tops(picked) @ self.repeats).sum()),
            "quality": float(self.quality[picked].sum()),
            "freshness": float(self.freshness[picked].sum()),
            "diversity": self.variety * int(self.industries[:, picked].any(axis=1).sum()),
            "fairness": float(self.fairness[picked].sum()),
        }

    def value(self, chosen: Sequence[int]) -> float:
        """The value of a set."""
        return sum(self.terms(chosen).values())
