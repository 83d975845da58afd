"""How much two achievements say the same: by the needs that both answer, or as given."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import Pool
from matcher.roadshow.values import expected_worth

Likeness = Mapping[tuple[str, str], float]
"""How alike two achievements are, 0-1; the ids of a pair in their order."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two achievements and how alike they are; `overlap` is the share of needs that both answer."""

    left: str
    right: str
    overlap: float
    given: float

    @property
    def most(self) -> float:
        """What counts."""
        return max(self.overlap, self.given)


def compare(pool: Pool, worth: Worth, given: Likeness) -> tuple[Alike, ...]:
    """Compare achievements that share a need or are given as alike, by their ids.

    The overlap is the weighted Jaccard index of what both are worth to the needs:
    sum_j w_j min(v_aj, v_bj) / sum_j w_j max(v_aj, v_bj).
    """
    weights = {one.id: one.weight for one in pool.guests}
    shared: defaultdict[tuple[str, str], float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    by_guest: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for fit in pool.fits:
        value = weights[fit.guest] * expected_worth(worth, fit)
        total[fit.entrant] += value
        by_guest[fit.guest].append((fit.entrant, value))
    for fits in by_guest.values():
        for at, (left, one) in enumerate(fits):
            for right, other in fits[at + 1 :]:
                shared[left, right] += min(one, other)
    known = {one.id for one in pool.entrants}
    told = {_ordered(pair): value for pair, value in given.items() if known.issuperset(pair)}
    return tuple(
        Alike(*pair, _jaccard(shared.get(pair, 0.0), total, pair), told.get(pair, 0.0))
        for pair in sorted(shared.keys() | told.keys())
    )


def _ordered(pair: tuple[str, str]) -> tuple[str, str]:
    left, right = pair
    return (left, right) if left < right else (right, left)


def _jaccard(common: float, total: Mapping[str, float], pair: tuple[str, str]) -> float:
    either = total.get(pair[0], 0.0) + total.get(pair[1], 0.0) - common
    return common / either if either > 0 else 0.0
