"""发布需求, 登记成果: what is understood of a text while it is written, and the first matches."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams, UploadFile

from matcher.types import Achievement, MatchList, Need, Record, Requirement, Side
from service.access.audit import note
from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.pages.drafting import KINDS, Draft, quality, requirements
from service.pages.narrowing import Facet, Narrowing, facets_of
from service.pages.render import FOLDERS, address, is_part, page
from service.pages.upload import first_record
from service.web.errors import InvalidError
from service.web.forms import form_of
from service.web.workplace import Workplace
from service.workbench import records
from service.workbench.corrections import write_correction
from service.workbench.lists import OTHER, ranked

router = APIRouter()
SOURCE = "网页填写"
FIRST = 5
"""Matches that are shown while a text is written."""


@router.get("/needs/new")
def new_need(request: Request, caller: Reader) -> Response:
    """Begin a need."""
    return _form(request, caller, Need(id="", organisation=_organisation(caller)))


@router.get("/achievements/new")
def new_achievement(request: Request, caller: Reader) -> Response:
    """Begin an achievement."""
    return _form(request, caller, Achievement(id="", owner=_organisation(caller)))


@router.post("/needs/new")
async def begun_need(request: Request, place: Place, caller: Reader) -> Response:
    """Go on with a need that was pasted elsewhere, or with the first record of a file."""
    return await _begun(request, place, caller, "need")


@router.post("/achievements/new")
async def begun_achievement(request: Request, place: Place, caller: Reader) -> Response:
    """Go on with an achievement that was pasted elsewhere, or with the first record of a file."""
    return await _begun(request, place, caller, "achievement")


@router.post("/needs/new/read")
async def read_need(request: Request, place: Place, caller: Reader) -> Response:
    """What is understood of the need so far, and how it could be described better."""
    return await _read(request, place, caller, "need")


@router.post("/achievements/new/read")
async def read_achievement(request: Request, place: Place, caller: Reader) -> Response:
    """How the achievement could be described better."""
    return await _read(request, place, caller, "achievement")


@router.post("/needs/new/matches")
async def first_achievements(request: Request, place: Place, caller: Reader) -> Response:
    """The first matches of the need so far."""
    return await _matches(request, place, caller, "need")


@router.post("/achievements/new/matches")
async def first_needs(request: Request, place: Place, caller: Reader) -> Response:
    """The first matches of the achievement so far."""
    return await _matches(request, place, caller, "achievement")


@router.post("/needs")
async def save_need(request: Request, place: Place, caller: Writer) -> Response:
    """Publish the need."""
    return await _save(request, place, caller, "need")


@router.post("/achievements")
async def save_achievement(request: Request, place: Place, caller: Writer) -> Response:
    """Publish the achievement."""
    return await _save(request, place, caller, "achievement")


def _organisation(caller: Caller) -> str:
    """Whoever writes for an organisation need not write its name."""
    return caller.organisation if caller.role == "enterprise" else ""


def _form(request: Request, caller: Caller, record: Record) -> Response:
    side: Side = "need" if isinstance(record, Need) else "achievement"
    return page(
        request, "draft/page.html", caller, side=side, record=record, base=f"/{FOLDERS[side]}"
    )


async def _begun(request: Request, place: Workplace, caller: Caller, side: Side) -> Response:
    form = await form_of(request)
    try:
        record = Draft.of(side, form).record
        upload = form.get("file")
        if isinstance(upload, UploadFile) and upload.filename:
            most = place.limits.upload_mb
            record = await place.compute(first_record, upload.filename, upload.file, side, most)
            record = replace(record, id="")
    finally:
        await form.close()
    return _form(request, caller, record)


async def _read(request: Request, place: Workplace, caller: Caller, side: Side) -> Response:
    form = await form_of(request)
    draft = Draft.of(side, form)
    asked, described = await place.compute(_understood, place, draft)
    return page(
        request,
        "draft/read.html",
        caller,
        draft=draft,
        side=side,
        asked=asked,
        quality=described,
        narrowing=_narrowing(side, form),
        kinds=KINDS,
        base=f"/{FOLDERS[side]}",
    )


def _understood(place: Workplace, draft: Draft) -> tuple[tuple[Requirement, ...], object]:
    return requirements(place, draft), quality(draft)


async def _matches(request: Request, place: Workplace, caller: Caller, side: Side) -> Response:
    form = await form_of(request)
    draft, narrowing = Draft.of(side, form), _narrowing(side, form)
    answer: MatchList | None = None
    counted: list[Facet] = []
    if draft.has_words:
        answer, counted = await place.compute(_first_matches, place, caller, draft, narrowing)
    return page(
        request,
        "draft/matches.html",
        caller,
        answer=answer,
        facets=counted,
        narrowing=narrowing,
        side=side,
        base=f"/{FOLDERS[side]}",
    )


def _narrowing(side: Side, form: FormData) -> Narrowing:
    """What the first matches are narrowed to; the fields of the record have other names."""
    words = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return Narrowing.of(OTHER[side], QueryParams(words))


def _first_matches(
    place: Workplace, caller: Caller, draft: Draft, narrowing: Narrowing
) -> tuple[MatchList, list[Facet]]:
    asked = requirements(place, draft) if draft.is_corrected else None
    filters = narrowing.filters()
    hurried = place.is_crowded
    found = ranked(place, caller, draft.record, FIRST, filters, requirements=asked, hurried=hurried)
    return found, facets_of(place, caller, narrowing)


async def _save(request: Request, place: Workplace, caller: Caller, side: Side) -> Response:
    form = await form_of(request)
    draft = Draft.of(side, form)
    if not draft.has_words:
        raise InvalidError("标题和正文都是空的。请至少填写一项后再保存。")
    asked = None
    if draft.is_corrected and side == "need":
        asked = await place.compute(requirements, place, draft)
    id_ = await run_in_threadpool(_kept, place, caller, draft, asked)
    place.changed()
    there = address(side, id_)
    if is_part(request):
        return Response(headers={"HX-Redirect": there})
    return RedirectResponse(there, 303)


def _kept(
    place: Workplace, caller: Caller, draft: Draft, asked: tuple[Requirement, ...] | None
) -> str:
    """Write the record with its corrections, all or nothing; what is sent again is not doubled."""
    side = draft.side
    with place.store.importing(side, SOURCE, holder=caller.holder) as batch:
        held = records.same(batch.connection, caller, side, draft.record)
        if held is None:
            held = records.create(batch, caller, side, draft.record)
            note(batch.connection, caller, "create", side, held.record.id)
        if asked is not None and isinstance(held.record, Need):
            write_correction(batch.connection, caller, held.record, asked)
    return held.record.id
