"""Who has been on stage how often, and how often each still may: caps over a whole series."""

from collections.abc import Iterable, Mapping

import numpy as np

from matcher.roadshow.pool import Pool
from matcher.roadshow.series.cast import Flags
from matcher.roadshow.series.hall import Hall, Numbers, Reals
from matcher.roadshow.series.plan import SeriesPlan

_NO_CAP = np.iinfo(np.int32).max


class Ledger:
    """Appearances in a series, by entrant and by institution, both by their numbers.

    Attributes:
        before: int64[entrants], appearances before the series.
        times: int64[entrants], within it.
        institution: int64[entrants], -1 where unknown; `names` has their names, sorted.
        shares: int64[institutions], appearances within the series.
        most: int64[entrants], how often each may be shown within the series.
        most_share: the same for an institution.
    """

    def __init__(self, pool: Pool, plan: SeriesPlan) -> None:
        self.names = tuple(sorted({one.institution for one in pool.entrants} - {""}))
        number = {name: at for at, name in enumerate(self.names)}
        self.institution: Numbers = np.array(
            [number.get(one.institution, -1) for one in pool.entrants], dtype=np.int64
        )
        self.before: Numbers = np.array([one.shown for one in pool.entrants], dtype=np.int64)
        self.times: Numbers = np.zeros_like(self.before)
        self.shares: Numbers = np.zeros(len(self.names), dtype=np.int64)
        cap = _NO_CAP if plan.most_times is None else plan.most_times
        self.most: Numbers = np.maximum(0, cap - self.before)
        total = sum(one.stage for one in plan.events)
        self.most_share = (
            _NO_CAP if plan.most_share is None else max(1, int(plan.most_share * total + 1e-9))
        )
        self.fairness = plan.worth.fairness

    def show(self, entrants: Iterable[int], times: int = 1) -> None:
        """Count appearances; -1 takes them back."""
        for one in entrants:
            self.times[one] += times
            if self.institution[one] >= 0:
                self.shares[self.institution[one]] += times

    def open_(self, hall: Hall) -> Flags:
        """bool[candidates]: who may be shown once more, were it not for their institution."""
        free: Flags = self.times[hall.who] < self.most[hall.who]
        return free

    def cost(self, hall: Hall) -> Reals:
        """float64[candidates]: what one more appearance takes from the aim."""
        found: Reals = self.fairness * (self.before + self.times)[hall.who].astype(np.float64)
        return found

    def share_cells(self, hall: Hall) -> Iterable[tuple[Numbers, int, int | None]]:
        """Bounds on institutions that could have more places here than they have left."""
        for institution, members in members_of(self, hall).items():
            left = max(0, self.most_share - int(self.shares[institution]))
            if left < min(len(members), hall.event.stage):
                yield members, 0, left


def members_of(ledger: Ledger, hall: Hall) -> Mapping[int, Numbers]:
    """Candidates of each institution, by its number."""
    own = ledger.institution[hall.who]
    order = np.argsort(own, kind="stable")
    found, starts = np.unique(own[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(at): part for at, part in zip(found, parts, strict=True) if at >= 0}
