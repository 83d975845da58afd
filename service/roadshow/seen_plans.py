"""Series and packages without what has been withdrawn or hidden since they were worked out.

It is left out of every name, count and sentence; who was chosen keeps the place, without a title.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from matcher.roadshow.alike import Alike
from matcher.roadshow.bundle import Bundle
from matcher.roadshow.pool import Entrant, Pool
from matcher.roadshow.selection import QuotaCount
from matcher.roadshow.series.exposure import of_entrants, of_institutions
from matcher.roadshow.series.outcome import Forgotten, Series, Staged
from service.roadshow.pools import Built

_LEFT = "另有登台的成果撤回了，或不再公开"


def series_as_seen(found: Series, built: Built, gone: Collection[str]) -> Series:
    """A series without what is gone; values and bound are those of then."""
    visible = [one for one in built.pool.entrants if one.id not in gone]
    pool = Pool(tuple(visible), (), ())
    held = {one.event.id: one.chosen for one in found.staged if one.held}
    return replace(
        found,
        staged=tuple(_staged(one, visible, gone) for one in found.staged),
        forgotten=tuple(_forgotten(found.forgotten, gone)),
        institutions=of_institutions(pool, held, found.chosen),
        entrants=of_entrants(pool, held, found.chosen),
    )


def _staged(one: Staged, visible: Iterable[Entrant], gone: Collection[str]) -> Staged:
    quotas = _counted(one.quotas, visible, one.chosen)
    # Notes name values of quotas, which may be of those who are gone.
    notes = (_LEFT,) if set(gone).intersection(one.chosen) else ()
    return replace(one, quotas=quotas, notes=notes)


def _forgotten(rows: Iterable[Forgotten], gone: Collection[str]) -> Iterable[Forgotten]:
    for one in rows:
        left = tuple(id_ for id_ in one.entrants if id_ not in gone)
        if left:
            yield replace(one, entrants=left)


def package_as_seen(
    found: Bundle, built: Built, gone: Collection[str], needs: Collection[str]
) -> Bundle:
    """A package without what is gone; value and bound are those of then."""
    visible = [one for one in built.pool.entrants if one.id not in gone]
    quotas = _counted(found.selection.quotas, visible, found.selection.chosen)
    return replace(
        found,
        selection=replace(found.selection, quotas=quotas),
        answered=tuple(one for one in found.answered if one.guest not in needs),
        unanswered=tuple(one for one in found.unanswered if one not in needs),
        redundancy=_pairs(found.redundancy, gone),
        kept_apart=_pairs(found.kept_apart, gone),
        left_out={id_: why for id_, why in found.left_out.items() if id_ not in gone},
    )


def _pairs(pairs: Iterable[Alike], gone: Collection[str]) -> tuple[Alike, ...]:
    return tuple(one for one in pairs if one.left not in gone and one.right not in gone)


def _counted(
    quotas: Iterable[QuotaCount], visible: Iterable[Entrant], chosen: Collection[str]
) -> tuple[QuotaCount, ...]:
    """Quotas counted again, but for values that only those have who are gone."""
    everybody = list(visible)
    found = []
    for one in quotas:
        having = [
            each.id for each in everybody if one.value in each.groups.get(one.quota.dimension, ())
        ]
        if having:
            found.append(replace(one, count=len(set(having).intersection(chosen))))
    return tuple(found)
