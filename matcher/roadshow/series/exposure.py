"""Who is shown how often: counts before and after, and how evenly they are spread."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matcher.roadshow.measures import gini
from matcher.roadshow.pool import Pool


@dataclass(frozen=True, slots=True)
class Spread:
    """How evenly a number of places is spread.

    Attributes:
        gini: 0 where all have the same, near 1 where one has all (`measures.gini`).
        most: the highest count.
        never: share of those who were not shown.
    """

    gini: float
    most: int
    never: float

    @classmethod
    def of(cls, counts: Iterable[int]) -> "Spread":
        """Measure counts, zeros among them."""
        found = list(counts)
        if not found:
            return cls(0.0, 0, 0.0)
        return cls(gini(found), max(found), found.count(0) / len(found))


@dataclass(frozen=True, slots=True)
class Shown:
    """How often one institution or entrant was shown before, and is after."""

    name: str
    entrants: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """Counts before and after; the most shown first, ties by name."""

    rows: tuple[Shown, ...]

    @property
    def before(self) -> Spread:
        """How even it was."""
        return Spread.of(one.before for one in self.rows)

    @property
    def after(self) -> Spread:
        """How even it will be."""
        return Spread.of(one.after for one in self.rows)


def of_entrants(
    pool: Pool, before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> Exposure:
    """Count by entrant, for events (id to chosen) before and after; `shown` counts in both."""
    first, then = _count(before), _count(after)
    return _table(
        Shown(one.id, 1, one.shown + first[one.id], one.shown + then[one.id])
        for one in pool.entrants
    )


def of_institutions(
    pool: Pool, before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> Exposure:
    """Count by institution, those that are known."""
    first, then = _count(before), _count(after)
    entrants: Counter[str] = Counter()
    counts: dict[str, tuple[int, int]] = {}
    for one in pool.entrants:
        if one.institution:
            entrants[one.institution] += 1
            old, new = counts.get(one.institution, (0, 0))
            counts[one.institution] = (
                old + one.shown + first[one.id],
                new + one.shown + then[one.id],
            )
    return _table(Shown(name, entrants[name], *counts[name]) for name in counts)


def _count(events: Mapping[str, Sequence[str]]) -> Counter[str]:
    return Counter(one for chosen in events.values() for one in chosen)


def _table(rows: Iterable[Shown]) -> Exposure:
    return Exposure(tuple(sorted(rows, key=lambda one: (-one.after, -one.before, one.name))))
