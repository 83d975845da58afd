"""Needs and achievements as lists that can be searched, and each record by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import ColumnElement, Connection, and_, func, select
from starlette.concurrency import run_in_threadpool

from matcher.quality import assess
from matcher.types import Record, Side
from service.access.audit import note
from service.access.caller import Caller
from service.access.sight import may_see
from service.access.who import Place, Reader, Writer
from service.pages.render import FOLDERS, address, page
from service.pages.words import fields_of
from service.store.rows import FIELDS, TABLES, record
from service.web.workplace import Workplace
from service.workbench import records
from service.workbench.records import Held
from service.workbench.words import holds, holds_words

router = APIRouter()
single = APIRouter()
PAGE = 50
Words = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to.

    Attributes:
        q: words that must all stand there (`service.workbench.words`).
        region, industry: must stand in these fields.
        mine: only what one's own organisation holds.
        page: from 1.
    """

    q: str = ""
    region: str = ""
    industry: str = ""
    mine: bool = False
    page: int = 1

    @property
    def reads_texts(self) -> bool:
        """Whether records are to be read to know which are meant; else an index tells."""
        return bool(self.q.strip() or self.region.strip() or self.industry.strip())

    def pairs(self, page: int) -> list[tuple[str, str]]:
        """The address of another page."""
        words = {"q": self.q, "region": self.region, "industry": self.industry}
        found = [(name, value) for name, value in words.items() if value]
        found += [("mine", "1")] if self.mine else []
        return [*found, ("page", str(page))] if page > 1 else found


@router.get("/needs")
def needs(
    request: Request,
    place: Place,
    caller: Reader,
    q: Words = "",
    region: Words = "",
    industry: Words = "",
    mine: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The needs that the caller may see."""
    return _listed(request, place, caller, "need", Wanted(q, region, industry, mine, page))


@router.get("/achievements")
def achievements(
    request: Request,
    place: Place,
    caller: Reader,
    q: Words = "",
    region: Words = "",
    industry: Words = "",
    mine: bool = False,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The achievements that the caller may see."""
    return _listed(request, place, caller, "achievement", Wanted(q, region, industry, mine, page))


@single.get("/needs/{id:path}")
async def need(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """One need with all its fields."""
    return await _record(request, place, caller, "need", id)


@single.get("/achievements/{id:path}")
async def achievement(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """One achievement with all its fields."""
    return await _record(request, place, caller, "achievement", id)


@router.post("/needs/{id:path}/withdraw")
def withdraw_need(place: Place, caller: Writer, id: str) -> Response:
    """Take a need of one's own out of sight."""
    return _withdraw(place, caller, "need", id)


@router.post("/achievements/{id:path}/withdraw")
def withdraw_achievement(place: Place, caller: Writer, id: str) -> Response:
    """Take an achievement of one's own out of sight."""
    return _withdraw(place, caller, "achievement", id)


def _listed(
    request: Request, place: Workplace, caller: Caller, side: Side, wanted: Wanted
) -> Response:
    found, total = listed(place, caller, side, wanted, PAGE)
    return page(
        request,
        "records/list.html",
        caller,
        side=side,
        found=found,
        total=total,
        wanted=wanted,
        pages=max(1, -(-total // PAGE)),
        base=f"/{FOLDERS[side]}",
    )


def listed(
    place: Workplace, caller: Caller, side: Side, wanted: Wanted, limit: int
) -> tuple[Sequence[Record], int]:
    """Find the records of one page, the latest first, and count all of them."""
    table = TABLES[side]
    with place.store.reading() as connection:
        words = holds_words(place, connection, caller, side, wanted.q)
        where = and_(*_conditions(connection, caller, side, wanted), *words)
        newest = select(table.c.id).where(where).order_by(table.c.revision.desc())
        start = (wanted.page - 1) * limit
        if wanted.reads_texts:  # each text is read once, so what holds the words is kept
            ids = list(connection.scalars(newest))
            total, shown = len(ids), ids[start : start + limit]
        else:
            shown = list(connection.scalars(newest.limit(limit).offset(start)))
            total = connection.scalar(select(func.count()).select_from(table).where(where)) or 0
        columns = [table.c[name] for name in FIELDS[side]]
        rows = connection.execute(select(*columns).where(table.c.id.in_(shown)))
        found = {row.id: record(side, row) for row in rows}
    return [found[id_] for id_ in shown if id_ in found], total


def _conditions(
    connection: Connection, caller: Caller, side: Side, wanted: Wanted
) -> list[ColumnElement[bool]]:
    columns = TABLES[side].c
    found = [may_see(side, caller), columns.withdrawn.is_(False), columns.merged_into.is_(None)]
    fields = {"region": wanted.region.strip(), "industry": wanted.industry.strip()}
    found += [holds(connection, columns[name], word) for name, word in fields.items() if word]
    if wanted.mine:
        found.append(columns.holder.is_not_distinct_from(caller.holder))
    return found


async def _record(
    request: Request, place: Workplace, caller: Caller, side: Side, id_: str
) -> Response:
    held = await run_in_threadpool(_held, place, caller, side, id_)
    return page(
        request,
        "records/page.html",
        caller,
        side=side,
        held=held,
        record=held.record,
        facts=fields_of(held.record),
        quality=await run_in_threadpool(assess, held.record),
        may_change=records.may_change(caller, held.holder) and "write" in caller.scopes,
        base=address(side, held.record.id),
    )


def _held(place: Workplace, caller: Caller, side: Side, id_: str) -> Held:
    with place.store.reading() as connection:
        return records.held(connection, caller, side, id_)


def _withdraw(place: Workplace, caller: Caller, side: Side, id_: str) -> Response:
    with place.store.importing(side, "网页撤回", holder=caller.holder) as batch:
        held = records.own(batch.connection, caller, side, id_)
        batch.withdraw([held.record.id])
        note(batch.connection, caller, "withdraw", side, held.record.id)
    place.changed()
    return RedirectResponse(f"/{FOLDERS[side]}?mine=1", 303)
