"""管理: the state of the installation, and where the rest of it is looked after."""

from dataclasses import dataclass
from importlib import metadata
from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection, case, func, select

from matcher.types import Side
from models.registry import list_cards
from service.access.who import Admin, Place
from service.jobs.back_up import written
from service.jobs.queue import STATE_NAMES
from service.pages.render import page
from service.store.job_tables import JobRow
from service.store.people_tables import OrganisationRow, UserRow
from service.store.rows import TABLES
from service.sync import SIDES
from service.web.errors import NotReadyError
from service.web.workplace import Workplace

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Kept:
    """The records of one side, and how far its index is.

    Attributes:
        shown: neither withdrawn nor merged into another one.
        visibility: of those, how many of each kind.
        indexed: records in the index; None without one.
        behind: changes that the index has not seen.
    """

    side: Side
    shown: int
    withdrawn: int
    merged: int
    visibility: dict[str, int]
    revision: int
    indexed: int | None
    index_revision: int
    behind: int


@dataclass(frozen=True, slots=True)
class InUse:
    """A part that lists are made with: what it is for, and its name and version."""

    role: str
    fingerprint: str


@router.get("/admin")
def admin(request: Request, place: Place, caller: Admin) -> Response:
    """Show who runs the platform how it is."""
    with place.store.reading() as connection:
        people = _count(connection, UserRow.active)
        organisations = _count(connection, OrganisationRow.active)
        jobs = select(JobRow.state, func.count()).group_by(JobRow.state)
        states = {row[0]: row[1] for row in connection.execute(jobs)}
    return page(
        request,
        "admin/page.html",
        caller,
        version=metadata.version("duijie"),
        home=place.home.root,
        kept=[_kept(place, side) for side in SIDES],
        people=people,
        organisations=organisations,
        jobs=[(label, states[name]) for name, label in STATE_NAMES.items() if name in states],
        in_use=_in_use(place),
        cards=list_cards(),
        backups=written(place.home.backups),
    )


def _count(connection: Connection, active: Any) -> tuple[int, int]:
    """How many rows are active, and how many are not."""
    statement = select(func.count(), func.count(case((active.is_(True), 1))))
    total, on = connection.execute(statement).one()
    return on, total - on


def _kept(place: Workplace, side: Side) -> Kept:
    table = TABLES[side]
    gone, inside = table.c.withdrawn.is_(True), table.c.merged_into.is_not(None)
    visible = select(table.c.visibility, func.count()).where(~gone, ~inside)
    with place.store.reading() as connection:
        by = {row[0]: row[1] for row in connection.execute(visible.group_by(table.c.visibility))}
        count = select(func.count()).select_from(table)
        withdrawn = connection.scalar(count.where(gone)) or 0
        merged = connection.scalar(count.where(~gone, inside)) or 0
    reached = place.revision(side)
    return Kept(
        side=side,
        shown=sum(by.values()),
        withdrawn=withdrawn,
        merged=merged,
        visibility=by,
        revision=place.store.last_revision(side),
        indexed=None if reached < 0 else len(place.matcher.sides[side].bundle),
        index_revision=max(reached, 0),
        behind=place.store.count_changes_since(side, max(reached, 0)),
    )


def _in_use(place: Workplace) -> list[InUse]:
    """What the running matcher is made of; nothing while there is no index."""
    try:
        embedder, segmenter, weights, config, reader = place.matcher.parts
    except NotReadyError:
        return []
    used = [
        InUse("句向量", embedder.encoder.fingerprint),
        InUse("逐词向量", embedder.late.fingerprint),
        InUse("分词", segmenter.fingerprint),
        InUse("权重", weights.fingerprint),
        InUse("设置", config.fingerprint),
    ]
    if reader is not None:
        used.insert(2, InUse("逐条对读", reader.reader.fingerprint))
    return used
