"""Questions about a list that was chosen: why not this one, and what if the weights were others."""

from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from matcher.roadshow.plan import Worth
from service.access.caller import Caller
from service.access.who import Organiser, Place, Reader
from service.pages.jobs import Work
from service.pages.render import is_part, page
from service.pages.roadshow_words import NAMES, WORTH_NAMES
from service.pages.roadshows import RoadshowNumber, go_to, start
from service.roadshow import saved as store
from service.roadshow.asking import Tried, WhyNot, find, try_out, why_not
from service.roadshow.opening import opened
from service.roadshow.plan_text import with_worth
from service.roadshow.saved import Saved, saved
from service.web.errors import InvalidError
from service.web.forms import form_of
from service.web.workplace import Workplace

router = APIRouter()


@router.get("/roadshows/{number}/why")
async def why(
    request: Request,
    place: Place,
    caller: Reader,
    number: RoadshowNumber,
    id: Annotated[str, Query(max_length=300)],
) -> Response:
    """Say exactly why one candidate is not on stage: the list is chosen again with it."""
    one = await run_in_threadpool(saved, place, caller, number)
    answer = await place.compute(_why, place, one, id.strip())
    name = "roadshows/why.html" if is_part(request) else "roadshows/why_page.html"
    return page(request, name, caller, one=one.heading, answer=answer, **NAMES)


@router.get("/roadshows/{number}/try")
async def tried(request: Request, place: Place, caller: Reader, number: RoadshowNumber) -> Response:
    """Choose again by the weights in the address, and say what changes; nothing is saved."""
    one = await run_in_threadpool(saved, place, caller, number)
    found = await place.compute(_tried, place, one, request.query_params)
    name = "roadshows/tried.html" if is_part(request) else "roadshows/try_page.html"
    return page(request, name, caller, one=one.heading, tried=found, **NAMES)


@router.post("/roadshows/{number}/worth")
async def take(
    request: Request, place: Place, caller: Organiser, worker: Work, number: RoadshowNumber
) -> Response:
    """Write weights that were tried into the plan, and choose by them."""
    form = await form_of(request)
    given = QueryParams([(name, str(value)) for name, value in form.multi_items()])
    await run_in_threadpool(_taken, place, caller, number, given)
    one = await run_in_threadpool(saved, place, caller, number)
    await run_in_threadpool(start, place, caller, worker, one)
    return go_to(request, f"/roadshows/{number}")


def _why(place: Workplace, one: Saved, id_: str) -> WhyNot:
    short = opened(place, one).short
    return why_not(short, find(short, id_, one.heading.owner))


def _tried(place: Workplace, one: Saved, given: QueryParams) -> Tried:
    short = opened(place, one).short
    return try_out(short, _worth(short.plan.worth, given))


def _taken(place: Workplace, caller: Caller, number: int, given: QueryParams) -> None:
    one = saved(place, caller, number)
    worth = _worth(opened(place, one).short.plan.worth, given)
    weights = {**asdict(worth), "repeats": list(worth.repeats)}
    text = with_worth(one.text, weights)
    store.change(place, caller, number, one.heading.version, text.encode())


def _worth(before: Worth, given: QueryParams) -> Worth:
    found: dict[str, Any] = {}
    for name, label in WORTH_NAMES.items():
        if (words := given.get(name, "").strip()) == "":
            continue
        try:
            found[name] = float(words)
        except ValueError as error:
            raise InvalidError(f"“{label}”的分值“{words[:20]}”不是数字。请改正后重试。") from error
    return replace(before, **found)
