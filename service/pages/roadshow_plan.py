"""A roadshow's plan, by a form or as TOML; all mistakes are shown at once, with their lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from matcher.fields.industry_names import section_name
from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import DIMENSIONS
from matcher.types import Side
from service.access.caller import Caller
from service.access.who import Organiser, Place
from service.jobs.worker import Worker
from service.pages.jobs import Work
from service.pages.plan_sent import text_of, version_of
from service.pages.render import page
from service.pages.roadshow_form import document, values
from service.pages.roadshow_words import WORTH_NAMES
from service.pages.roadshows import RoadshowNumber, go_to, start
from service.roadshow import saved as store
from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.groups import BANDS
from service.roadshow.naming import with_own_ids
from service.roadshow.plan_file import PlanFile, read_plan
from service.roadshow.plan_text import document_of, plan_text
from service.roadshow.saved import NAME, Saved
from service.web.forms import form_of
from service.web.workplace import Workplace
from service.workbench.lists import facets

router = APIRouter()
_FIRST = {"event": {"size": 10}, "candidates": {"industries": "section"}}
"""What a new form begins with."""
_EXAMPLE = """[event]
title = "路演"
size = 10
date = 2026-12-05

[candidates]
filters = ["trl>=5"]

[audience]
filters = []

[[quota]]
dimension = "单位"
value = "*"
most = 2
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """A plan as it was sent.

    Attributes:
        content: as TOML.
        written: the document that the form stood for; None where TOML was sent.
        version: of the plan that it is to take the place of; 0 where none is named.
        selects: whether to choose by it at once.
    """

    content: bytes
    name: str
    written: Mapping[str, Any] | None
    version: int
    selects: bool


@router.get("/roadshows/new")
async def begin(request: Request, place: Place, caller: Organiser, toml: bool = False) -> Response:
    """Begin a plan."""
    if toml:
        return _as_toml(request, caller, _EXAMPLE)
    return await _as_form(request, place, caller, _FIRST)


@router.post("/roadshows")
async def save(request: Request, place: Place, caller: Organiser, worker: Work) -> Response:
    """Keep a new plan, and begin to choose if that was asked for."""
    sent = await _sent(request, place, caller, None)
    try:
        number = await run_in_threadpool(store.add, place, caller, sent.content, sent.name)
    except PlanFileError as error:
        return await _again(request, place, caller, sent, error.mistakes)
    return await _go_on(request, place, caller, worker, number, sent)


@router.get("/roadshows/{number}/plan")
async def edit(
    request: Request, place: Place, caller: Organiser, number: RoadshowNumber, toml: bool = False
) -> Response:
    """Change a plan."""
    one = await run_in_threadpool(store.saved, place, caller, number)
    if toml:
        return _as_toml(request, caller, one.text, one)
    written = await run_in_threadpool(_document, one)
    return await _as_form(request, place, caller, written, one)


@router.post("/roadshows/{number}/plan")
async def change(
    request: Request, place: Place, caller: Organiser, worker: Work, number: RoadshowNumber
) -> Response:
    """Put the changed plan in the place of the old one."""
    one = await run_in_threadpool(store.saved, place, caller, number)
    sent = await _sent(request, place, caller, one)
    try:
        await run_in_threadpool(
            store.change, place, caller, number, sent.version, sent.content, sent.name
        )
    except PlanFileError as error:
        return await _again(request, place, caller, sent, error.mistakes, one)
    return await _go_on(request, place, caller, worker, number, sent)


async def _sent(request: Request, place: Workplace, caller: Caller, one: Saved | None) -> Sent:
    form = await form_of(request)
    try:
        sent = await text_of(form)
    finally:
        await form.close()
    version, selects = version_of(form), form.get("then") == "select"
    if sent:
        return Sent(sent.content, sent.name, None, version, selects)
    written = await run_in_threadpool(_written, place, caller, form, one)
    content = plan_text(written).encode("utf-8", "replace")
    return Sent(content, NAME, written, version, selects)


def _document(one: Saved) -> dict[str, Any]:
    return document_of(read_plan(one.text.encode(), NAME))


def _written(place: Workplace, caller: Caller, form: FormData, one: Saved | None) -> dict[str, Any]:
    before: PlanFile | None = read_plan(one.text.encode(), NAME) if one else None
    owner = one.heading.owner if one else caller.holder
    return with_own_ids(place, owner, document(form, before))


async def _go_on(
    request: Request, place: Workplace, caller: Caller, worker: Worker, number: int, sent: Sent
) -> Response:
    if sent.selects:
        one = await run_in_threadpool(store.saved, place, caller, number)
        await run_in_threadpool(start, place, caller, worker, one)
    return go_to(request, f"/roadshows/{number}")


async def _again(
    request: Request,
    place: Workplace,
    caller: Caller,
    sent: Sent,
    mistakes: Sequence[Mistake],
    one: Saved | None = None,
) -> Response:
    """Show what was sent with its mistakes."""
    if sent.written is None:
        text = sent.content.decode("utf-8", "replace")
        return _as_toml(request, caller, text, one, mistakes)
    return await _as_form(request, place, caller, sent.written, one, mistakes)


def _as_toml(
    request: Request,
    caller: Caller,
    text: str,
    one: Saved | None = None,
    mistakes: Sequence[Mistake] = (),
) -> Response:
    return page(
        request,
        "roadshows/toml.html",
        caller,
        status=422 if mistakes else 200,
        text=text,
        one=one and one.heading,
        mistakes=mistakes,
    )


async def _as_form(
    request: Request,
    place: Workplace,
    caller: Caller,
    written: Mapping[str, Any],
    one: Saved | None = None,
    mistakes: Sequence[Mistake] = (),
) -> Response:
    return page(
        request,
        "roadshows/form.html",
        caller,
        status=422 if mistakes else 200,
        form=values(written),
        one=one and one.heading,
        mistakes=mistakes,
        usual=asdict(Worth()),
        dimensions=DIMENSIONS,
        worth_names=WORTH_NAMES,
        levels=[(str(level), f"TRL ≥ {level}") for level in range(9, 2, -1)],
        **await place.compute(_options, place, caller),
    )


def _options(place: Workplace, caller: Caller) -> dict[str, Any]:
    """What fields offer: values of the records that the caller may see, the most frequent first."""
    sides: tuple[Side, ...] = ("achievement", "need")
    counted = {side: facets(place, caller, side) for side in sides}

    def most(side: Side, name: str) -> list[str]:
        counts = counted[side][name]
        return [value for value in sorted(counts, key=lambda one: (-counts[one], one)) if value]

    return {
        "sections": {
            side: [(code, section_name(code)) for code in most(side, "industry_section")]
            for side in sides
        },
        "provinces": {side: [(name, name) for name in most(side, "province")] for side in sides},
        "quota_values": [
            "*",
            *(section_name(code) for code in most("achievement", "industry_section")),
            *most("achievement", "province"),
            *most("achievement", "owner_kind"),
            *most("achievement", "modes"),
            *BANDS,
            "是",
            "否",
        ],
    }
