"""Background work over HTTP: its list, its progress as it goes on, cancelling and retrying."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool

from service.access.audit import note
from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.api.paging import Cursor, Limit, after_of, cursor_of
from service.api.problems import problems
from service.jobs import queue
from service.jobs.following import signature, snapshots
from service.jobs.queue import ENDED, Job, State
from service.jobs.worker import Worker
from service.web.errors import InvalidError
from service.web.workplace import Workplace

router = APIRouter(tags=["jobs"])


def working(request: Request) -> Worker:
    """The running server's worker."""
    return cast("Worker", request.app.state.worker)


Work = Annotated[Worker, Depends(working)]
JobNumber = Annotated[int, Path(ge=1, le=2**31 - 1, description="作业号", examples=[17])]


class JobOut(BaseModel):
    """One piece of background work."""

    id: int
    kind: str
    title: str = Field(description="这是什么作业")
    about: dict[str, Any] = Field(description="交给它的内容，例如文件名")
    state: State = Field(
        description="queued 排队、running 进行、done 完成、failed 失败、cancelled 取消"
    )
    progress: float = Field(ge=0, le=1)
    result: dict[str, Any] = Field(description="完成后的结果")
    error: str = Field(description="为什么没有做成；排队中的作业是上一次没有做成的原因")
    attempts: int = Field(description="已经开始过几次")
    cancel_asked: bool
    login: str | None = Field(description="谁交办的；null 为程序自己")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobPage(BaseModel):
    """A page of jobs, the newest first."""

    items: list[JobOut]
    next: str | None = Field(description="下一页的 cursor；null 为最后一页")


def shaped(worker: Worker, job: Job) -> JobOut:
    """Shape a job for its owner: only those arguments that the kind shows."""
    kind = next((one for one in worker.kinds if one.name == job.kind), None)
    shown = kind.shown if kind else ()
    return JobOut(
        id=job.id,
        kind=job.kind,
        title=kind.title if kind else job.kind,
        about={name: job.arguments[name] for name in shown if name in job.arguments},
        state=job.state,
        progress=round(worker.share(job), 3),
        result={name: value for name, value in job.result.items() if name != "since"},
        error=job.error,
        attempts=job.attempts,
        cancel_asked=job.cancel_asked,
        login=job.login,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )


def found(place: Workplace, caller: Caller, number: int) -> Job:
    """Read a job of the caller's. Raises NotFoundError."""
    with place.store.reading() as connection:
        return queue.find(connection, caller, number)


@router.get("/jobs", summary="本机构的作业，新的在前", responses=problems(401, 403, 422, 429))
def list_jobs(
    place: Place,
    caller: Reader,
    worker: Work,
    state: Annotated[State | None, Query(description="只要这个状态的")] = None,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> JobPage:
    """List jobs."""
    after = after_of(cursor, "jobs", state)
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise InvalidError("cursor 无法识别。请原样使用上一页给出的 next。")
    before = int(after) if after else None
    with place.store.reading() as connection:
        jobs = queue.listed(connection, caller, limit + 1, before, state)
    shown = jobs[:limit]
    return JobPage(
        items=[shaped(worker, job) for job in shown],
        next=cursor_of(str(shown[-1].id), "jobs", state) if len(jobs) > limit else None,
    )


@router.get("/jobs/{number}", summary="一个作业", responses=problems(401, 403, 404, 422, 429))
def job(place: Place, caller: Reader, worker: Work, number: JobNumber) -> JobOut:
    """Give one job."""
    return shaped(worker, found(place, caller, number))


@router.post(
    "/jobs/{number}/cancel",
    summary="取消作业；已经结束的不变",
    responses=problems(401, 403, 404, 422, 429, 503),
)
def cancel(place: Place, caller: Writer, worker: Work, number: JobNumber) -> JobOut:
    """Cancel a job; one that runs is asked to stop, which it does before it changes anything."""
    found(place, caller, number)
    worker.ask_to_stop(number)
    with place.store.writing() as (connection, _, _):
        job = queue.cancel(connection, caller, number)
        note(connection, caller, "cancel", "job", number)
    worker.ask_to_stop(number)  # it may have been begun in between
    return shaped(worker, job)


@router.post(
    "/jobs/{number}/retry",
    summary="重试失败或已取消的作业",
    responses=problems(401, 403, 404, 409, 422, 429, 503),
)
def retry(place: Place, caller: Writer, worker: Work, number: JobNumber) -> JobOut:
    """Queue a job again that failed or was cancelled."""
    with place.store.writing() as (connection, _, _):
        job = queue.retry(connection, caller, number)
        note(connection, caller, "retry", "job", number)
    worker.tell()
    return shaped(worker, job)


@router.get(
    "/jobs/{number}/events",
    summary="作业的进度，server-sent events；作业结束后连接结束",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "每个事件的 data 是一个作业，形状与 GET /jobs/{number} 相同",
            "content": {"text/event-stream": {}},
        },
        204: {"description": "Last-Event-ID 已经是结束时的事件：没有更多了"},
        **problems(401, 403, 404, 422, 429),
    },
)
async def events(
    place: Place,
    caller: Reader,
    worker: Work,
    number: JobNumber,
    last: Annotated[
        str | None, Header(alias="Last-Event-ID", max_length=100, examples=["1-running-500"])
    ] = None,
) -> Response:
    """Tell each change of a job, the present state first, until it ends."""
    job = await run_in_threadpool(found, place, caller, number)
    if job.state in ENDED and last == signature(worker, job):
        return Response(status_code=204)  # which tells a browser not to come again

    async def stream() -> AsyncIterator[ServerSentEvent]:
        async for mark, one in snapshots(place, worker, caller, number, last):
            body = shaped(worker, one).model_dump(mode="json")
            text = json.dumps(body, ensure_ascii=False, allow_nan=False)
            yield ServerSentEvent(text, event=one.state, id=mark, retry=2000)

    return EventSourceResponse(stream(), ping=15, headers={"Cache-Control": "no-store"})
