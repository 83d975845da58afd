"""One event as arrays: who could be on its stage, what each is worth to whom, and its rules."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.plan import Quota, Worth
from matcher.roadshow.pool import Entrant, PairFit, Pool
from matcher.roadshow.series.plan import Event
from matcher.roadshow.values import expected_worth, freshness

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cell:
    """A bound that counts: of `members` at least `least` and at most `most` are chosen."""

    members: Numbers
    least: int
    most: int | None
    quota: Quota | None = None
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Hall:
    """An event, its candidates numbered from 0 in the order of their ids.

    Attributes:
        who: number in the pool of each candidate.
        quality, freshness: what each is worth by itself; `alone` is both.
        starts: fits of candidate i are starts[i] to starts[i + 1] of `guests` and `values`.
        of: whose fit each is.
        guests: local number of the need; `audience` is how many there are.
        values: weight of the need times the expected worth of the fit.
        repeats: share that a best, second best, … answer counts.
        industry_of, industries: whose industry each is, and its number; `names` is how many there
            are, and `diversity` the worth of each on stage.
        cells: the quotas.
        rivals: with whom each cannot be chosen together.
        must: candidates that have to be chosen.
    """

    event: Event
    who: Numbers
    quality: Reals
    freshness: Reals
    starts: Numbers
    of: Numbers
    guests: Numbers
    values: Reals
    audience: int
    repeats: Reals
    industry_of: Numbers
    industries: Numbers
    names: int
    diversity: float
    cells: tuple[Cell, ...]
    rivals: Mapping[int, frozenset[int]]
    must: tuple[int, ...]

    @property
    def alone(self) -> Reals:
        """What each is worth without regard to others."""
        return self.quality + self.freshness

    @property
    def size(self) -> int:
        """Number of candidates."""
        return len(self.who)


def furnish(pool: Pool, event: Event, worth: Worth, fits_of: Mapping[str, list[PairFit]]) -> Hall:
    """Set up an event; `fits_of` holds the fits of each entrant, by guest."""
    place = {one.id: at for at, one in enumerate(pool.entrants)}
    out, theme = set(event.must_not), event.theme
    if theme.entrants is not None:  # a required entrant is in, whatever a query found
        theme = replace(theme, entrants=theme.entrants | set(event.must))
    within = [
        one
        for one in pool.entrants
        if one.id not in out and (one.id in event.must or not theme.against(one))
    ]
    local = {one.id: at for at, one in enumerate(within)}
    guests = [one for one in pool.guests if theme.invites(one)]
    seat = {one.id: at for at, one in enumerate(guests)}
    barred = set(event.barred)
    rows: list[tuple[int, int, float]] = []
    for one in within:
        for fit in fits_of.get(one.id, ()):
            at = seat.get(fit.guest)
            value = 0.0 if at is None else guests[at].weight * expected_worth(worth, fit)
            if at is not None and value > 0 and (one.id, fit.guest) not in barred:
                rows.append((local[one.id], at, value))
    of = np.array([row[0] for row in rows], dtype=np.int64)
    numbered: dict[str, int] = {}
    named = [
        (at, numbered.setdefault(name, len(numbered)))
        for at, one in enumerate(within)
        for name in one.groups.get("industry", ())
    ]
    return Hall(
        event=event,
        who=np.array([place[one.id] for one in within], dtype=np.int64),
        quality=np.array([worth.quality * one.quality for one in within], dtype=np.float64),
        freshness=np.array(
            [worth.freshness * freshness(one, event.held_on) for one in within], dtype=np.float64
        ),
        starts=np.searchsorted(of, np.arange(len(within) + 1)),
        of=of,
        guests=np.array([row[1] for row in rows], dtype=np.int64),
        values=np.array([row[2] for row in rows], dtype=np.float64),
        audience=len(guests),
        repeats=np.array(worth.repeats, dtype=np.float64),
        industry_of=np.array([one[0] for one in named], dtype=np.int64),
        industries=np.array([one[1] for one in named], dtype=np.int64),
        names=len(numbered),
        diversity=worth.diversity,
        cells=tuple(_cells(within, event.quotas)),
        rivals=_rivals(event.conflicts, local),
        must=tuple(sorted(local[one] for one in set(event.must))),
    )


def _cells(within: list[Entrant], quotas: Iterable[Quota]) -> Iterable[Cell]:
    for quota in quotas:
        members: defaultdict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(within):
            for value in one.groups.get(quota.dimension, ()):
                members[value].append(at)
        for value in sorted(members) if quota.value == "*" else [quota.value]:
            places = np.array(members.get(value, []), dtype=np.int64)
            yield Cell(places, quota.least, quota.most, quota, value)


def _rivals(
    conflicts: Iterable[tuple[str, str]], local: Mapping[str, int]
) -> Mapping[int, frozenset[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for left, right in conflicts:
        if left in local and right in local:
            found[local[left]].add(local[right])
            found[local[right]].add(local[left])
    return {at: frozenset(others) for at, others in found.items()}
