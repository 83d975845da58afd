"""Records that are like one, as a part of its page."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from matcher.similar import Similar
from matcher.types import Side
from service.access.caller import Caller
from service.access.who import Place, Reader
from service.pages.render import page
from service.web.workplace import Workplace
from service.workbench.likeness import similar_records
from service.workbench.seen import visible_record

router = APIRouter()
SHOWN = 6
SHORTEST = 2
"""Characters of a shared word that is named."""


@router.get("/needs/{id:path}/similar")
async def of_need(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """Needs that are like one."""
    return await _similar(request, place, caller, "need", id)


@router.get("/achievements/{id:path}/similar")
async def of_achievement(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """Achievements that are like one."""
    return await _similar(request, place, caller, "achievement", id)


async def _similar(
    request: Request, place: Workplace, caller: Caller, side: Side, id_: str
) -> Response:
    record = await run_in_threadpool(visible_record, place, caller, side, id_)
    found: list[Similar] = await place.compute(similar_records, place, caller, record, SHOWN)
    shared = {
        one.rank: [term.left.text for term in one.terms if len(term.left.text) >= SHORTEST]
        for one in found
    }
    return page(request, "records/similar.html", caller, side=side, found=found, shared=shared)
