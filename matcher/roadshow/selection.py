"""What a selection says: who was chosen, with which proof, and how each quota stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.roadshow.plan import Quota

Status = Literal["optimal", "feasible"]
"""`optimal`: proved; `feasible`: the time ran out, the gap says how much better it could be."""


def gap_between(value: float, bound: float) -> float:
    """How much better a value could be at best: |bound - value| / max(|value|, |bound|, 1e-9)."""
    return abs(bound - value) / max(abs(value), abs(bound), 1e-9)


@dataclass(frozen=True, slots=True)
class QuotaCount:
    """How one quota, for one value, stands in a selection."""

    quota: Quota
    value: str
    count: int

    @property
    def kept(self) -> bool:
        """Whether the count is within the bounds."""
        return self.quota.least <= self.count and (
            self.quota.most is None or self.count <= self.quota.most
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The entrants of one event.

    Attributes:
        chosen: ids, what each adds to the aim by itself falling, ties by id.
        status: whether it is proved to be best.
        value: what it is worth, the sum of `terms`.
        bound: no selection is worth more than this.
        gap: `gap_between` value and bound, 0 when proved.
        terms: the value by part: coverage, quality, freshness, diversity, fairness.
        quotas: how each stands.
        solver: name and version.
        seconds: wall time.
        fingerprint: of plan and pool; the same fingerprint gives the same selection, unless the
            time ran out.
    """

    chosen: tuple[str, ...]
    status: Status
    value: float
    bound: float
    gap: float
    terms: Mapping[str, float]
    quotas: tuple[QuotaCount, ...]
    solver: str
    seconds: float
    fingerprint: str
