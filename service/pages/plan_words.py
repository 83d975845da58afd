"""What pages of series, packages, supply lists and pairs show, and what they call it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.roadshow.pool import DIMENSIONS, PairFit
from matcher.roadshow.series.outcome import Staged
from matcher.roadshow.series.plan import SIZES
from matcher.roadshow.supply import COVERS, STATES
from service.jobs.queue import STATE_NAMES
from service.roadshow import present_series
from service.roadshow.open_kind import Outcome
from service.roadshow.plan_kinds import KINDS
from service.roadshow.pools import Built
from service.roadshow.present import LEAST_SCORE, STATUSES, TERMS
from service.roadshow.series import Year
from service.roadshow.supply import Supplied
from service.web.errors import NotFoundError

MOST_COLUMNS = 24
"""Achievements in a matrix on a page; the workbook has all of them."""
MOST_ROWS = 200
"""Institutions that a page lists; the workbook has all of them."""
PLAN_NAMES: Mapping[str, Any] = {
    "kinds": KINDS,
    "states": STATE_NAMES,
    "statuses": STATUSES,
    "series_statuses": present_series.STATUSES,
    "terms": TERMS,
    "dimensions": DIMENSIONS,
    "sizes": SIZES,
    "supply_states": STATES,
    "most_rows": MOST_ROWS,
}
"""For templates."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page shows beside what was found.

    Attributes:
        answers: needs that somebody on stage answers, the best first, by achievement.
        columns: ids of achievements of a matrix.
        cells: levels of each link with these; 0 where there is none.
        staged: the event of a series that was asked for.
    """

    answers: Mapping[str, Sequence[PairFit]]
    columns: Sequence[str] = ()
    cells: Sequence[Sequence[int]] = ()
    staged: Staged | None = None


def seen_of(outcome: Outcome, event: str = "") -> Seen:
    """Shape what was found for its page.

    Raises:
        NotFoundError: a series has no such event.
    """
    if isinstance(outcome.found, Year):
        return _event(outcome.found, event) if event else Seen({})
    if isinstance(outcome.found, Supplied):
        return _matrix(outcome.found)
    return Seen({})


def _event(year: Year, id_: str) -> Seen:
    staged = next((one for one in year.found.staged if one.event.id == id_), None)
    if staged is None:
        raise NotFoundError("这个系列里没有这一场。")
    guests = {one.id for one in staged.event.theme.narrow(year.built.pool).guests}
    barred = set(staged.event.barred)
    fits = [
        one
        for one in year.built.pool.fits
        if one.guest in guests
        and one.score >= LEAST_SCORE
        and (one.entrant, one.guest) not in barred
        and is_there(year.built, one.guest)
    ]
    fits.sort(key=lambda one: (-one.score, one.guest))
    chosen = dict.fromkeys(staged.chosen)
    answers = {id_: [one for one in fits if one.entrant == id_] for id_ in chosen}
    return Seen(answers, staged=staged)


def is_there(built: Built, need: str) -> bool:
    """Whether a need may still be shown."""
    return built.gone is None or need not in built.gone.needs


def _matrix(supplied: Supplied) -> Seen:
    """The achievements that supply most, in the order of the chain."""
    ids, rows = supplied.found.matrix()
    weight = {id_: sum(row[at] for row in rows if row[at] >= COVERS) for at, id_ in enumerate(ids)}
    best = sorted(ids, key=lambda one: (-weight[one], one))[:MOST_COLUMNS]
    first = {
        id_: next(at for at, row in enumerate(rows) if row[ids.index(id_)] >= COVERS)
        for id_ in best
    }
    columns = sorted(best, key=lambda one: (first[one], -weight[one], one))
    cells = [[row[ids.index(one)] for one in columns] for row in rows]
    return Seen({}, columns, [[level if level > 1 else 0 for level in row] for row in cells])
