"""Roadshows over HTTP: plans, choosing in the background, the list and why."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.who import Organiser, Place, Reader
from service.api.jobs import JobOut, Work, found, shaped
from service.api.problems import problems
from service.api.roadshow_shapes import (
    PlanIn,
    RoadshowOut,
    RoadshowPage,
    RoadshowWhole,
    ShortlistOut,
    WhyOut,
    fields_of,
    why_out,
)
from service.api.versions import IfMatch, check_version, etag
from service.jobs.select_roadshow import Step, begin
from service.jobs.worker import Worker
from service.roadshow import saved as store
from service.roadshow.asking import find, why_not
from service.roadshow.opening import opened
from service.roadshow.saved import Saved, saved
from service.web.workplace import Workplace

router = APIRouter(tags=["roadshows"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="路演的编号", examples=[1])]


@router.get("/roadshows", summary="本机构的路演，新的在前", responses=problems(401, 403, 422))
def list_roadshows(
    place: Place,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> RoadshowPage:
    """List the roadshows of one's organisation."""
    rows = store.listed(place, caller, limit + 1, cursor)
    shown = rows[:limit]
    return RoadshowPage(
        roadshows=[RoadshowOut(**fields_of(one)) for one in shown],
        next=shown[-1].number if len(rows) > limit else None,
    )


@router.post(
    "/roadshows",
    summary="新的计划；所有错处一次说完",
    status_code=201,
    responses=problems(401, 403, 422, 429, 503),
)
def add(place: Place, caller: Organiser, asked: PlanIn, response: Response) -> RoadshowWhole:
    """Keep a new plan."""
    number = store.add(place, caller, asked.plan.encode("utf-8", "replace"))
    response.headers["Location"] = f"/api/v1/roadshows/{number}"
    return _whole(saved(place, caller, number), response)


@router.get(
    "/roadshows/{number}", summary="一场路演和它的计划", responses=problems(401, 403, 404, 422)
)
def read(place: Place, caller: Reader, number: Number, response: Response) -> RoadshowWhole:
    """Give a roadshow with its plan."""
    return _whole(saved(place, caller, number), response)


@router.put(
    "/roadshows/{number}",
    summary="改计划；原来的名单作废",
    responses=problems(401, 403, 404, 409, 412, 422, 428, 429, 503),
)
def change(
    place: Place,
    caller: Organiser,
    number: Number,
    asked: PlanIn,
    response: Response,
    if_match: IfMatch = None,
) -> RoadshowWhole:
    """Put another plan in the place of one."""
    before = saved(place, caller, number).heading
    check_version(if_match, str(before.version))
    store.change(place, caller, number, before.version, asked.plan.encode("utf-8", "replace"))
    return _whole(saved(place, caller, number), response)


@router.delete(
    "/roadshows/{number}",
    summary="删掉一场路演；已办的记录不动",
    status_code=204,
    responses=problems(401, 403, 404, 422, 429, 503),
)
def remove(place: Place, caller: Organiser, number: Number) -> None:
    """Throw a roadshow away."""
    store.remove(place, caller, number)


@router.post(
    "/roadshows/{number}/select",
    summary="在后台选出名单；回答里的作业说明进展",
    status_code=202,
    responses=problems(401, 403, 404, 422, 429, 503),
)
def choose(place: Place, caller: Organiser, worker: Work, number: Number) -> JobOut:
    """Begin to choose, unless that is under way."""
    return begun(place, worker, caller, saved(place, caller, number), "select")


@router.get(
    "/roadshows/{number}/result",
    summary="名单：证明、逐项理由、没选上的原因、配额、稳定度、取舍",
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def result(place: Place, caller: Reader, number: Number) -> ShortlistOut:
    """Give the list with its reasons."""
    one = await run_in_threadpool(saved, place, caller, number)
    return await place.compute(lambda: ShortlistOut.of(opened(place, one)))


@router.get(
    "/roadshows/{number}/why-not",
    summary="一项成果为什么没选上：让它必须上，再选一遍",
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def why(
    place: Place,
    caller: Reader,
    number: Number,
    id: Annotated[
        str, Query(min_length=1, max_length=300, description="成果的编号", examples=["A0017"])
    ],
) -> WhyOut:
    """Say exactly why one candidate is not on stage."""
    one = await run_in_threadpool(saved, place, caller, number)
    return await place.compute(_why, place, one, id)


def begun(
    place: Workplace, worker: Worker, caller: Caller, one: Saved, step: Step, **more: str
) -> JobOut:
    """Queue a step, unless the same is under way."""
    number = begin(place, caller, one, step, **more)
    worker.tell()
    return shaped(worker, found(place, caller, number))


def _why(place: Workplace, one: Saved, id_: str) -> WhyOut:
    short = opened(place, one).short
    return why_out(why_not(short, find(short, id_, one.heading.owner)))


def _whole(one: Saved, response: Response) -> RoadshowWhole:
    response.headers["ETag"] = etag(str(one.heading.version))
    return RoadshowWhole(**fields_of(one.heading), plan=one.text)
