"""路演: an organisation's plans, choosing by one of them in the background, and what came of it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.who import Organiser, Place, Reader
from service.jobs.select_roadshow import Step, begin
from service.jobs.worker import Worker
from service.pages.jobs import Shown, Work, found, shown
from service.pages.render import is_part, page
from service.pages.roadshow_result import result_of
from service.pages.roadshow_words import NAMES
from service.roadshow.saved import Heading, Saved, listed, remove, saved
from service.web.errors import NotFoundError
from service.web.workplace import Workplace

router = APIRouter()
SHOWN = 30
RoadshowNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
ORGANISERS = ("organiser", "broker", "admin")
"""Roles that may write plans."""


@router.get("/roadshows")
def roadshows(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The organisation's plans and what came of each, the newest first."""
    rows = listed(place, caller, SHOWN + 1, before)
    older = rows[SHOWN - 1].number if len(rows) > SHOWN else None
    return page(
        request,
        "roadshows/list.html",
        caller,
        rows=[(one, job_of(place, worker, caller, one)) for one in rows[:SHOWN]],
        older=older,
        may_write=may_write(caller),
        **NAMES,
    )


@router.get("/roadshows/{number}")
async def one(
    request: Request, place: Place, caller: Reader, worker: Work, number: RoadshowNumber
) -> Response:
    """A plan, how far its selection is, and the result."""
    roadshow, job = await run_in_threadpool(with_job, place, worker, caller, number)
    found = await place.compute(result_of, place, roadshow) if roadshow.result else None
    return page(
        request,
        "roadshows/page.html",
        caller,
        one=roadshow.heading,
        text=roadshow.text,
        job=job,
        result=found,
        may_write=may_write(caller),
        **NAMES,
    )


@router.get("/roadshows/{number}/progress")
def progress(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    number: RoadshowNumber,
    here: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """How far the work is; when it has ended, the page that asks is shown anew."""
    heading = saved(place, caller, number).heading
    job = job_of(place, worker, caller, heading)
    own = f"/roadshows/{number}"
    if job is None or job.is_ended or not is_part(request):
        there = here if here in (own, f"{own}/agenda") else own
        return go_to(request, there)
    return page(
        request,
        "roadshows/progress.html",
        caller,
        one=heading,
        job=job,
        may_write=may_write(caller),
        **{**NAMES, "here": here},
    )


@router.post("/roadshows/{number}/select")
def choose(
    request: Request, place: Place, caller: Organiser, worker: Work, number: RoadshowNumber
) -> Response:
    """Begin to choose, unless that is under way."""
    start(place, caller, worker, saved(place, caller, number))
    return go_to(request, f"/roadshows/{number}")


@router.post("/roadshows/{number}/remove")
def throw_away(place: Place, caller: Organiser, number: RoadshowNumber) -> Response:
    """Throw a plan away with its result."""
    remove(place, caller, number)
    return RedirectResponse("/roadshows", 303)


def go_to(request: Request, path: str) -> Response:
    """Lead to a page."""
    if is_part(request):
        return Response(headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def start(
    place: Workplace,
    caller: Caller,
    worker: Worker,
    one: Saved,
    step: Step = "select",
    **more: str,
) -> None:
    """Queue a step (`service.jobs.select_roadshow`), unless the same is under way."""
    begin(place, caller, one, step, **more)
    worker.tell()


def with_job(
    place: Workplace, worker: Worker, caller: Caller, number: int
) -> tuple[Saved, Shown | None]:
    """A plan and its work; the plan is read last, so what ended work has made is in it.

    The other way round a page could show the state before, and nothing that makes it come anew.
    """
    job = job_of(place, worker, caller, saved(place, caller, number).heading)
    return saved(place, caller, number), job


def job_of(place: Workplace, worker: Worker, caller: Caller, one: Heading) -> Shown | None:
    """The newest selection of a plan; None where there was none."""
    number = one.body.get("job")
    if number is None:
        return None
    try:
        return shown(worker, found(place, caller, number))
    except NotFoundError:
        return None


def may_write(caller: Caller) -> bool:
    """Whether somebody may write plans."""
    return "write" in caller.scopes and caller.role in ORGANISERS
