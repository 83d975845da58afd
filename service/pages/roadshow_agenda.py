"""Who is invited to whom, the timetable, changing it on the day, and a page for a screen."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from service.access.who import Organiser, Place, Reader
from service.pages.jobs import Work
from service.pages.render import page
from service.pages.roadshow_timetable import Timetable, timetable
from service.pages.roadshow_words import NAMES
from service.pages.roadshows import RoadshowNumber, go_to, may_write, start, with_job
from service.roadshow.held import hold, take_back
from service.roadshow.meetings import Invited, make_invitations
from service.roadshow.opening import opened
from service.roadshow.saved import Saved, saved
from service.web.errors import InvalidError, NotFoundError
from service.web.forms import form_of
from service.web.workplace import Workplace

router = APIRouter()


@router.get("/roadshows/{number}/agenda")
async def agenda(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    number: RoadshowNumber,
    party: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Invitations and the timetable; `party` names whose day is shown on its own."""
    one, job = await run_in_threadpool(with_job, place, worker, caller, number)
    invited, times = await place.compute(_made, place, one)
    if party and (times is None or party not in times.days):
        raise NotFoundError("这份日程里没有这家单位。")
    return page(
        request,
        "roadshows/agenda.html",
        caller,
        one=one.heading,
        job=job,
        invited=invited,
        short=invited.short,
        times=times,
        party=party,
        may_write=may_write(caller),
        **NAMES,
    )


@router.get("/roadshows/{number}/screen")
async def screen(
    request: Request, place: Place, caller: Reader, number: RoadshowNumber
) -> Response:
    """The timetable alone, in large letters; it comes anew every minute."""
    one = await run_in_threadpool(saved, place, caller, number)
    _, times = await place.compute(_made, place, one)
    if times is None:
        raise NotFoundError(f"第 {number} 号路演还没有排日程。请先排。")
    return page(request, "roadshows/screen.html", caller, one=one.heading, times=times)


@router.post("/roadshows/{number}/agenda")
def arrange(
    request: Request, place: Place, caller: Organiser, worker: Work, number: RoadshowNumber
) -> Response:
    """Begin to make the timetable anew."""
    start(place, caller, worker, _chosen(saved(place, caller, number)), "agenda")
    return go_to(request, f"/roadshows/{number}/agenda")


@router.post("/roadshows/{number}/absent")
async def absent(
    request: Request, place: Place, caller: Organiser, worker: Work, number: RoadshowNumber
) -> Response:
    """Begin to change the timetable as little as possible because somebody is not there."""
    form = await form_of(request)
    party, since = (str(form.get(name, "")).strip()[:500] for name in ("party", "since"))
    one = await run_in_threadpool(saved, place, caller, number)
    _, times = await place.compute(_made, place, one)
    if times is None or party not in times.days:
        raise InvalidError("请从名单里选一家参加的单位。")
    if since and since not in times.moments:
        raise InvalidError("请从列出的时刻里选一个。")
    more = {"since": times.moments[since].isoformat()} if since else {}
    await run_in_threadpool(start, place, caller, worker, one, "absent", party=party, **more)
    return go_to(request, f"/roadshows/{number}/agenda")


@router.post("/roadshows/{number}/held")
def held(request: Request, place: Place, caller: Organiser, number: RoadshowNumber) -> Response:
    """Record that the event was held: who was on stage counts for later ones."""
    hold(place, caller, saved(place, caller, number))
    return go_to(request, f"/roadshows/{number}")


@router.post("/roadshows/{number}/held/undo")
def not_held(request: Request, place: Place, caller: Organiser, number: RoadshowNumber) -> Response:
    """Take back that it was held."""
    take_back(place, caller, saved(place, caller, number))
    return go_to(request, f"/roadshows/{number}")


def _made(place: Workplace, one: Saved) -> tuple[Invited, Timetable | None]:
    found = opened(place, one)
    times = timetable(found.agendas) if found.agendas else None
    return make_invitations(found.short), times


def _chosen(one: Saved) -> Saved:
    if one.result is None:
        raise InvalidError("还没有选出名单，排不了日程。请先选成果。")
    return one
