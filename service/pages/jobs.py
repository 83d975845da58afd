"""作业: background work, how far it is, cancelling and retrying it."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from service.access.audit import note
from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.jobs import queue
from service.jobs.queue import ENDED, STATE_NAMES, Job, State
from service.jobs.worker import Worker
from service.pages.quality import said
from service.pages.render import is_part, page, query
from service.pages.words import SIDE_NAMES
from service.roadshow.plan_kinds import KINDS
from service.web.workplace import Workplace

router = APIRouter()
SHOWN = 30
JobNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]
_COUNT_NAMES = {
    "read": "读入",
    "new": "新增",
    "updated": "更新",
    "unchanged": "未变",
    "duplicate": "重复",
    "rejected": "拒绝",
    "watches": "提醒",
    "unread": "没有读成",
    "found": "新匹配",
    "sent": "已发送",
    "failed": "发送失败",
    "postponed": "留到下次",
    "chosen": "选出",
    "talks": "路演",
    "meetings": "洽谈",
    "unmet": "没有排上",
    "proposed": "待复核",
    "bytes": "字节",
}
_RESULTS = {"duplicates": "/duplicates", "backup": "/admin"}
_STEPS = {"select": "选成果", "agenda": "排日程", "absent": "重排日程", "make": "计算"}


def working(request: Request) -> Worker:
    """The running server's worker."""
    return cast("Worker", request.app.state.worker)


Work = Annotated[Worker, Depends(working)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A job as the pages show it.

    Attributes:
        title: what kind of work it is.
        about: what it works on, such as a file's name.
        share: that is done, in [0, 1].
        told: what it has counted: name and number.
        path: where its result is shown; empty where nowhere.
        error: why it came to nothing.
    """

    job: Job
    title: str
    about: str
    share: float
    told: tuple[tuple[str, int], ...]
    path: str
    error: str

    @property
    def is_ended(self) -> bool:
        """Nothing more will happen to it by itself."""
        return self.job.state in ENDED

    @property
    def may_retry(self) -> bool:
        """Whether it can be begun again."""
        return self.job.state in ("failed", "cancelled")


def shown(worker: Worker, job: Job) -> Shown:
    """Shape a job for who may see it: only those arguments that its kind shows."""
    kind = next((one for one in worker.kinds if one.name == job.kind), None)
    names = kind.shown if kind else ()
    given = {name: job.arguments[name] for name in names if name in job.arguments}
    words = [str(given["file"])] if "file" in given else []
    words += [SIDE_NAMES[given["side"]]] if given.get("side") in SIDE_NAMES else []
    words += ["只试读"] if given.get("dry_run") else []
    words += [KINDS[given["kind"]].title] if given.get("kind") in KINDS else []
    words += (
        [f"第 {given['roadshow']} 号，{_STEPS.get(given['step'], '')}"] if "step" in given else []
    )
    counts = job.result.get("counts", job.result)
    return Shown(
        job=job,
        title=kind.title if kind else job.kind,
        about="，".join(words),
        share=worker.share(job),
        told=tuple((told, counts[name]) for name, told in _COUNT_NAMES.items() if name in counts),
        path=path_of(job),
        error=said(job.error, given.get("side")),
    )


def found(place: Workplace, caller: Caller, number: int) -> Job:
    """Read a job of the caller's. Raises NotFoundError."""
    with place.store.reading() as connection:
        return queue.find(connection, caller, number)


@router.get("/jobs")
def jobs(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    state: State | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The organisation's jobs, the newest first; to who runs the platform, everybody's."""
    with place.store.reading() as connection:
        listed = queue.listed(connection, caller, SHOWN + 1, before, state)
    rows = [shown(worker, one) for one in listed[:SHOWN]]
    narrowed = [("state", state)] if state else []
    return page(
        request,
        "jobs/table.html" if is_part(request) else "jobs/page.html",
        caller,
        rows=rows,
        state=state,
        states=STATE_NAMES,
        older=query([*narrowed, ("before", str(rows[-1].job.id))]) if len(listed) > SHOWN else "",
        again=query([*narrowed, *([("before", str(before))] if before else [])]),
        is_moving=any(not one.is_ended for one in rows),
    )


@router.post("/jobs/{number}/cancel")
def cancel(place: Place, caller: Writer, worker: Work, number: JobNumber) -> Response:
    """Cancel a job; one that runs is asked to stop, which it does before it changes anything."""
    found(place, caller, number)
    worker.ask_to_stop(number)
    with place.store.writing() as (connection, _transaction, _revision):
        job = queue.cancel(connection, caller, number)
        note(connection, caller, "cancel", "job", number)
    worker.ask_to_stop(number)  # it may have been begun in between
    return _back(job)


@router.post("/jobs/{number}/retry")
def retry(place: Place, caller: Writer, worker: Work, number: JobNumber) -> Response:
    """Queue a job again that failed or was cancelled."""
    with place.store.writing() as (connection, _transaction, _revision):
        job = queue.retry(connection, caller, number)
        note(connection, caller, "retry", "job", number)
    worker.tell()
    return _back(job)


def _back(job: Job) -> Response:
    """Lead to where the job is shown."""
    return RedirectResponse(path_of(job) or "/jobs", 303)


def path_of(job: Job) -> str:
    """Where a job's result is shown; empty where nowhere."""
    if job.kind == "import":
        return f"/imports/{job.id}"
    if job.kind == "roadshow":
        below = "" if job.arguments.get("step") == "select" else "/agenda"
        return f"/roadshows/{job.arguments['roadshow']}{below}"
    if job.kind == "plan":
        return f"/plans/{job.arguments['kind']}/{job.arguments['roadshow']}"
    if job.state == "done" and job.kind in _RESULTS:
        return _RESULTS[job.kind]
    return ""
