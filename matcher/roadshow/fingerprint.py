"""Fingerprints: the same for the same plan and pool, in whatever order and under whatever title."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.series.plan import Event

Bounds = TypeVar("Bounds", Plan, Event)


def digest(parts: Iterable[object]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of what `repr` says of the parts."""
    told = hashlib.sha256()
    for part in parts:
        told.update(repr(part).encode())
    return told.hexdigest()[:16]


def pool_parts(pool: Pool, *, themed: bool = False) -> Iterator[object]:
    """What of a pool decides, in the order of ids; `themed`: also what themes look at."""
    for one in pool.entrants:
        groups = sorted((name, *values) for name, values in one.groups.items())
        title = (one.title,) if themed else ()
        yield (one.id, *title, groups, one.quality, one.published, one.shown)
    for guest in pool.guests:
        field = (guest.region, guest.industry) if themed else ()
        yield (guest.id, guest.weight, *field)
    for fit in pool.fits:
        yield (fit.entrant, fit.guest, fit.probabilities)


def settled(written: Bounds) -> Bounds:
    """The rules of a plan or event in one order, without its title."""
    return replace(
        written,
        title="",
        quotas=tuple(sorted(written.quotas, key=repr)),
        must=tuple(sorted(set(written.must))),
        must_not=tuple(sorted(set(written.must_not))),
        conflicts=tuple(sorted({(min(pair), max(pair)) for pair in written.conflicts})),
        barred=tuple(sorted(set(written.barred))),
    )
