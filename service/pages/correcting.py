"""核对要求: the requirements of a stored need, corrected in the way of a draft."""

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.pages.drafting import Draft, requirements
from service.pages.render import address, is_part, page
from service.web.errors import NotFoundError
from service.web.forms import form_of
from service.web.workplace import Workplace
from service.workbench.corrections import (
    NeedRequirements,
    correct,
    read_requirements,
    requirements_of,
    restore,
)
from service.workbench.seen import visible_need
from service.workbench.stated import Stated

router = APIRouter()


@router.get("/needs/{id:path}/requirements")
async def edit(request: Request, place: Place, caller: Reader, id: str) -> Response:
    """Show what the need asks for, by whose word, and let it be changed."""
    told, draft = await place.compute(_told, place, caller, id)
    return page(request, "draft/correct.html", caller, told=told, draft=draft, need=told.need)


@router.post("/needs/{id:path}/requirements")
async def save(request: Request, place: Place, caller: Writer, id: str) -> Response:
    """Keep what the person says, for the organisation; without any change the reader counts."""
    draft = Draft.of("need", await form_of(request))
    await place.compute(_keep, place, caller, id, draft)
    there = address("need", id, "matches")
    if is_part(request):
        return Response(headers={"HX-Redirect": there})
    return RedirectResponse(there, 303)


def _told(place: Workplace, caller: Caller, id_: str) -> tuple[NeedRequirements, Draft]:
    told = requirements_of(place, caller, id_)
    found = {(one.kind, one.span.text) for one in read_requirements(place, told.need)}
    now = {(one.kind, one.span.text) for one in told.requirements}
    # In the order of the text, so that the same correction is always shown alike.
    added = tuple(
        (one.kind, one.span.text)
        for one in told.requirements
        if (one.kind, one.span.text) not in found
    )
    struck = tuple(sorted(words for _, words in found - now))
    return told, Draft("need", told.need, struck, added)


def _keep(place: Workplace, caller: Caller, id_: str, draft: Draft) -> None:
    need = visible_need(place, caller, id_)
    if not draft.is_corrected:
        with suppress(NotFoundError):
            restore(place, caller, need.id)
        return
    asked = requirements(place, replace(draft, record=need))
    stated = [Stated(one.kind, one.span.field, one.span.start, one.span.end) for one in asked]
    correct(place, caller, need.id, stated)
