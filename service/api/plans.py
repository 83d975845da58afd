"""Series, packages, supply lists and stable pairs over HTTP: plans, and what comes of them."""

from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Response
from starlette.concurrency import run_in_threadpool

from service.access.who import Organiser, Place, Reader
from service.api.jobs import JobOut, Work, found, shaped
from service.api.plan_outcomes import (
    OUTCOMES,
    PackageOut,
    PairsOut,
    PlannedOut,
    PlannedPage,
    PlannedWhole,
    SeriesOut,
    SupplyOut,
    planned_fields,
)
from service.api.problems import problems
from service.api.roadshow_shapes import PlanIn
from service.api.versions import IfMatch, check_version, etag
from service.jobs.make_plan import begin
from service.roadshow import saved as store
from service.roadshow.files import XLSX, attachment
from service.roadshow.open_kind import outcome_of
from service.roadshow.plan_kinds import KINDS, PlanName
from service.roadshow.saved import Saved, saved
from service.web.workplace import Workplace

router = APIRouter(prefix="/plans/{kind}", tags=["plans"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1, description="计划的编号", examples=[1])]
Kind = Annotated[
    PlanName,
    Path(
        description="series 年度场次、package 科技成果包、supply 技术供给清单、pairs 双向选择",
        examples=["series"],
    ),
]


@router.get("", summary="本机构的计划，新的在前", responses=problems(401, 403, 422))
def list_plans(
    place: Place,
    caller: Reader,
    kind: Kind,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> PlannedPage:
    """List the plans of one's organisation."""
    rows = store.listed(place, caller, limit + 1, cursor, kind)
    shown = rows[:limit]
    return PlannedPage(
        plans=[PlannedOut(**planned_fields(one)) for one in shown],
        next=shown[-1].number if len(rows) > limit else None,
    )


@router.post(
    "",
    summary="新的计划；所有错处一次说完",
    status_code=201,
    responses=problems(401, 403, 422, 429, 503),
)
def add_plan(
    place: Place, caller: Organiser, kind: Kind, asked: PlanIn, response: Response
) -> PlannedWhole:
    """Keep a new plan."""
    content = asked.plan.encode("utf-8", "replace")
    number = store.add(place, caller, content, kind=kind)
    response.headers["Location"] = f"/api/v1/plans/{kind}/{number}"
    return _whole(saved(place, caller, number, kind), response)


@router.get("/{number}", summary="一份计划", responses=problems(401, 403, 404, 422))
def read_plan(
    place: Place, caller: Reader, kind: Kind, number: Number, response: Response
) -> PlannedWhole:
    """Give a plan."""
    return _whole(saved(place, caller, number, kind), response)


@router.put(
    "/{number}",
    summary="改计划；原来的结果作废",
    responses=problems(401, 403, 404, 409, 412, 422, 428, 429, 503),
)
def change_plan(
    place: Place,
    caller: Organiser,
    kind: Kind,
    number: Number,
    asked: PlanIn,
    response: Response,
    if_match: IfMatch = None,
) -> PlannedWhole:
    """Put another plan in the place of one."""
    version = saved(place, caller, number, kind).heading.version
    check_version(if_match, str(version))
    content = asked.plan.encode("utf-8", "replace")
    store.change(place, caller, number, version, content, kind=kind)
    return _whole(saved(place, caller, number, kind), response)


@router.delete(
    "/{number}",
    summary="删掉一份计划",
    status_code=204,
    responses=problems(401, 403, 404, 422, 429, 503),
)
def remove_plan(place: Place, caller: Organiser, kind: Kind, number: Number) -> None:
    """Throw a plan away."""
    store.remove(place, caller, number, kind)


@router.post(
    "/{number}/make",
    summary="在后台计算；回答里的作业说明进展",
    status_code=202,
    responses=problems(401, 403, 404, 422, 429, 503),
)
def make_plan(place: Place, caller: Organiser, worker: Work, kind: Kind, number: Number) -> JobOut:
    """Begin to work a plan out, unless that is under way."""
    job = begin(place, caller, saved(place, caller, number, kind))
    worker.tell()
    return shaped(worker, found(place, caller, job))


@router.get(
    "/{number}/result",
    summary="结果，与命令行的 --json 相同；记录按现在看得到的",
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def plan_result(
    place: Place, caller: Reader, kind: Kind, number: Number
) -> SeriesOut | PackageOut | SupplyOut | PairsOut:
    """Give what came of a plan."""
    one = await run_in_threadpool(saved, place, caller, number, kind)
    told = await place.compute(_told, place, one)
    return cast("SeriesOut | PackageOut | SupplyOut | PairsOut", OUTCOMES[kind](**told))


@router.get(
    "/{number}/file",
    summary="结果，作为 Excel 文件",
    response_class=Response,
    responses={
        200: {"description": "The workbook.", "content": {XLSX: {}}},
        **problems(401, 403, 404, 422, 429, 503, 504),
    },
)
async def plan_file(place: Place, caller: Reader, kind: Kind, number: Number) -> Response:
    """Give the workbook."""
    one = await run_in_threadpool(saved, place, caller, number, kind)
    content = await place.compute(_workbook, place, one)
    name = f"{KINDS[kind].title}{number}.xlsx"
    return Response(content, media_type=XLSX, headers=attachment(name))


def _told(place: Workplace, one: Saved) -> dict[str, Any]:
    outcome = outcome_of(place, one)
    return {**outcome.kind.as_json(outcome.found), "notes": list(outcome.notes)}


def _workbook(place: Workplace, one: Saved) -> bytes:
    outcome = outcome_of(place, one)
    return outcome.kind.as_xlsx(outcome.found, datetime.now().astimezone())


def _whole(one: Saved, response: Response) -> PlannedWhole:
    response.headers["ETag"] = etag(str(one.heading.version))
    return PlannedWhole(**planned_fields(one.heading), plan=one.text)
