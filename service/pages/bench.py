"""匹配工作台: the ranked list for a record, narrowed by facets, with what was decided so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from matcher.types import MatchList, Need, Side
from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.pages.colleagues import colleagues
from service.pages.narrowing import LENGTHS, Facet, Narrowing, facets_of
from service.pages.render import address, is_part, page
from service.web.forms import form_of
from service.web.workplace import Workplace
from service.workbench.corrections import corrector_of
from service.workbench.decision_words import REASONS, STATUSES, Decision
from service.workbench.decisions import decisions_of
from service.workbench.issued import issue
from service.workbench.lists import OTHER
from service.workbench.remembered import ranked_once
from service.workbench.seen import visible_record

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Bench:
    """What the workbench shows beside the asking record."""

    answer: MatchList
    facets: list[Facet]
    decisions: Mapping[str, Decision]
    corrected_by: str


@router.get("/needs/{id:path}/matches")
async def of_need(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """Which achievements answer a need."""
    return await _bench(request, place, caller, "need", id)


@router.get("/achievements/{id:path}/matches")
async def of_achievement(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """Which needs an achievement answers."""
    return await _bench(request, place, caller, "achievement", id)


@router.post("/needs/{id:path}/matches/issue")
async def issue_of_need(request: Request, place: Place, caller: Writer, id: str) -> Response:
    """Hand the list of a need out."""
    return await _issue(request, place, caller, "need", id)


@router.post("/achievements/{id:path}/matches/issue")
async def issue_of_achievement(request: Request, place: Place, caller: Writer, id: str) -> Response:
    """Hand the list of an achievement out."""
    return await _issue(request, place, caller, "achievement", id)


async def _bench(
    request: Request, place: Workplace, caller: Caller, side: Side, id_: str
) -> Response:
    """The whole page comes at once with a place for the list; htmx asks for the list."""
    record = await run_in_threadpool(visible_record, place, caller, side, id_)
    narrowing = Narrowing.of(OTHER[side], request.query_params)
    base = address(side, record.id, "matches")
    shown: dict[str, Any] = {"side": side, "record": record, "narrowing": narrowing, "base": base}
    if not is_part(request):
        return page(request, "matches/page.html", caller, **shown)
    bench = await place.compute(_made, place, caller, side, id_, narrowing)
    return page(
        request,
        "matches/bench.html",
        caller,
        bench=bench,
        lengths=LENGTHS,
        people=await run_in_threadpool(colleagues, place, caller),
        reasons=REASONS,
        statuses=STATUSES,
        **shown,
    )


def _made(place: Workplace, caller: Caller, side: Side, id_: str, narrowing: Narrowing) -> Bench:
    record = visible_record(place, caller, side, id_)
    answer = ranked_once(place, caller, record, narrowing.k, narrowing.filters())
    decided = {}
    corrected = ""
    if isinstance(record, Need):
        found = decisions_of(place, caller, need_id=record.id)
        decided = {one.achievement: one for one in found}
        corrected = corrector_of(place, caller, record)
    else:
        found = decisions_of(place, caller, achievement_id=record.id)
        decided = {one.need: one for one in found}
    return Bench(answer, facets_of(place, caller, narrowing), decided, corrected)


async def _issue(
    request: Request, place: Workplace, caller: Caller, side: Side, id_: str
) -> Response:
    form = await form_of(request)
    title = form.get("title", "")
    narrowing = Narrowing.of(OTHER[side], request.query_params)
    number = await place.compute(
        _issued, place, caller, side, id_, narrowing, title if isinstance(title, str) else ""
    )
    return page(request, "matches/issued.html", caller, number=number)


def _issued(
    place: Workplace, caller: Caller, side: Side, id_: str, narrowing: Narrowing, title: str
) -> int:
    record = visible_record(place, caller, side, id_)
    filters = narrowing.filters()
    answer = ranked_once(place, caller, record, narrowing.k, filters, whole=True)
    return issue(place, caller, title, {"filters": filters, "k": narrowing.k}, answer)
