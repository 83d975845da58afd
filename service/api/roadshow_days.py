"""The day of a roadshow over HTTP: timetable, files, and that it was held."""

from datetime import datetime

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from service.access.who import Organiser, Place, Reader
from service.api.jobs import JobOut, Work
from service.api.problems import problems
from service.api.roadshow_shapes import AbsentIn, AgendaOut, CapitalOut, HeldOut, agenda_out
from service.api.roadshows import Number, begun
from service.roadshow.capital import capital_as_json
from service.roadshow.files import FILES, XLSX, FileName, attachment
from service.roadshow.held import hold, take_back
from service.roadshow.opening import opened
from service.roadshow.saved import Saved, saved
from service.roadshow.with_capital import capital_file, with_capital
from service.web.errors import InvalidError, NotFoundError
from service.web.workplace import Workplace

router = APIRouter(tags=["roadshows"])


@router.post(
    "/roadshows/{number}/agenda",
    summary="在后台排日程，或因有人缺席重排",
    status_code=202,
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def arrange(
    place: Place, caller: Organiser, worker: Work, number: Number, asked: AbsentIn
) -> JobOut:
    """Begin to make a timetable, or to change it as little as possible."""
    one = await run_in_threadpool(saved, place, caller, number)
    if one.result is None:
        raise NotFoundError(f"第 {number} 号路演还没有选出名单。请先选。")
    if asked.absent is None:
        if asked.since is not None:
            raise InvalidError("写了 since，没有写 absent（缺席的单位）。全部重排就两个都不写。")
        return await run_in_threadpool(begun, place, worker, caller, one, "agenda")
    more = await place.compute(_absent, place, one, asked)
    return await run_in_threadpool(begun, place, worker, caller, one, "absent", **more)


@router.get(
    "/roadshows/{number}/agenda",
    summary="邀请和日程，时刻是北京时间",
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def agenda(place: Place, caller: Reader, number: Number) -> AgendaOut:
    """Give the invitations and the timetable."""
    one = await run_in_threadpool(saved, place, caller, number)
    return await place.compute(lambda: agenda_out(opened(place, one)))


@router.get(
    "/roadshows/{number}/files/{name}",
    summary="会刊、邀请名单、日程、评审底稿，作为文件",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {one.media_type.partition(";")[0]: {} for one in FILES.values()},
        },
        **problems(401, 403, 404, 422, 429, 503, 504),
    },
)
async def file(place: Place, caller: Reader, number: Number, name: FileName) -> Response:
    """Give one file."""
    one = await run_in_threadpool(saved, place, caller, number)
    kind = FILES[name]
    made = datetime.now().astimezone()
    content = await place.compute(lambda: kind.write(opened(place, one), made))
    ending = name.partition(".")[2]
    headers = attachment(f"路演{number}-{kind.label.split()[0]}.{ending}")
    return Response(content, media_type=kind.media_type, headers=headers)


@router.get(
    "/roadshows/{number}/capital",
    summary="三方对接：需求、成果、资金；没有资金方的要求时为 null",
    responses=problems(401, 403, 404, 422, 429, 503, 504),
)
async def capital(place: Place, caller: Reader, number: Number) -> CapitalOut | None:
    """Give the triples."""
    one = await run_in_threadpool(saved, place, caller, number)
    told = capital_as_json(*await place.compute(with_capital, place, one))
    return CapitalOut(**told) if told else None


@router.get(
    "/roadshows/{number}/capital/file",
    summary="三方对接，作为 Excel 文件",
    response_class=Response,
    responses={
        200: {"description": "The workbook.", "content": {XLSX: {}}},
        **problems(401, 403, 404, 422, 429, 503, 504),
    },
)
async def capital_workbook(place: Place, caller: Reader, number: Number) -> Response:
    """Give the workbook of the triples."""
    one = await run_in_threadpool(saved, place, caller, number)
    content = await place.compute(capital_file, place, one, datetime.now().astimezone())
    return Response(content, media_type=XLSX, headers=attachment(f"路演{number}-三方对接.xlsx"))


@router.post(
    "/roadshows/{number}/held",
    summary="记为已办：登台的计入以后的登台次数",
    responses=problems(401, 403, 404, 409, 422, 429, 503),
)
def held(place: Place, caller: Organiser, number: Number) -> HeldOut:
    """Record that the event was held."""
    return HeldOut(event=hold(place, caller, saved(place, caller, number)))


@router.delete(
    "/roadshows/{number}/held",
    summary="撤销已办",
    status_code=204,
    responses=problems(401, 403, 404, 409, 422, 429, 503),
)
def not_held(place: Place, caller: Organiser, number: Number) -> None:
    """Take back that it was held."""
    take_back(place, caller, saved(place, caller, number))


def _absent(place: Workplace, one: Saved, asked: AbsentIn) -> dict[str, str]:
    agendas = opened(place, one).agendas
    if agendas is None:
        raise NotFoundError("这场路演还没有排日程，不能重排。请先排日程。")
    plan = agendas.now.plan
    if not any(asked.absent in (party.id, party.name) for party in plan.parties):
        raise InvalidError("absent 不是参加的单位。请照日程里的写法写。")
    if asked.since is None:
        return {"party": asked.absent or ""}
    slots = (*plan.talk_slots, *plan.meeting_slots)
    begins = {f"{slot.begins:%H:%M}": slot.begins for slot in slots}
    if asked.since not in begins:
        told = "、".join(sorted(begins))
        raise InvalidError(f"since 要写某个时段的开始：{told}。")
    return {"party": asked.absent or "", "since": begins[asked.since].isoformat()}
