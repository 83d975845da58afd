"""What a planned series says: every event's stage, how good it is, and who was left out why."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.roadshow.selection import QuotaCount, Status
from matcher.roadshow.series.exposure import Exposure
from matcher.roadshow.series.plan import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """One event of a series.

    Attributes:
        chosen: ids; what each adds falling, ties by id; as given for an event that is held.
        held: whether it was left as it was.
        value: sum of `terms` (coverage, quality, freshness, diversity, fairness).
        quotas: how each stands; a lower bound that nobody is left for may be broken, and is
            told in `notes`, as are places that stay empty.
    """

    event: Event
    chosen: tuple[str, ...]
    held: bool
    value: float
    terms: Mapping[str, float]
    quotas: tuple[QuotaCount, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An institution that no event shows, its entrants, and the reason in Chinese.

    `promised` tells whether it should have been: one of its entrants is described well enough.
    """

    institution: str
    entrants: tuple[str, ...]
    promised: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A planned series.

    Attributes:
        staged: events by day.
        status: `optimal` where value and bound meet.
        value: of all events that are not held.
        bound: no plan that keeps the same caps and promises is worth more.
        gap: `gap_between` value and bound.
        forgotten: institutions without an appearance, the promised ones first.
        institutions, entrants: counts before (what is held) and after.
        solver: how it was found.
        seconds: wall time.
        fingerprint: of plan and pool; the same one gives the same series.
    """

    title: str
    staged: tuple[Staged, ...]
    status: Status
    value: float
    bound: float
    gap: float
    forgotten: tuple[Forgotten, ...]
    institutions: Exposure
    entrants: Exposure
    solver: str
    seconds: float
    fingerprint: str

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """Event id to ids of entrants."""
        return {one.event.id: one.chosen for one in self.staged}
