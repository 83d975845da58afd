"""年度场次、科技成果包、技术供给清单、双向选择: plans as TOML, worked out in the background."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.who import Organiser, Place, Reader
from service.jobs.make_plan import begin as begin_work
from service.jobs.worker import Worker
from service.pages.jobs import Work
from service.pages.plan_sent import SentText, text_of, version_of
from service.pages.plan_words import PLAN_NAMES, seen_of
from service.pages.render import is_part, page
from service.pages.roadshows import RoadshowNumber, go_to, job_of, may_write
from service.roadshow import saved as store
from service.roadshow.errors import Mistake, PlanFileError
from service.roadshow.event_plan import event_plan
from service.roadshow.open_kind import outcome_of
from service.roadshow.plan_kinds import KINDS, PlanName
from service.roadshow.saved import Saved, saved
from service.web.errors import InvalidError, NotFoundError
from service.web.forms import form_of
from service.web.workplace import Workplace

router = APIRouter(prefix="/plans/{kind}")
SHOWN = 30


@router.get("")
def plans(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    kind: PlanName,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The organisation's plans of a kind, the newest first."""
    rows = store.listed(place, caller, SHOWN + 1, before, kind)
    return page(
        request,
        "plans/list.html",
        caller,
        kind=KINDS[kind],
        rows=[(one, job_of(place, worker, caller, one)) for one in rows[:SHOWN]],
        older=rows[SHOWN - 1].number if len(rows) > SHOWN else None,
        may_write=may_write(caller),
        **PLAN_NAMES,
    )


@router.get("/new")
def new(request: Request, caller: Organiser, kind: PlanName) -> Response:
    """Begin a plan, from an example."""
    return _written(request, caller, kind, KINDS[kind].example)


@router.post("")
async def save(
    request: Request, place: Place, caller: Organiser, worker: Work, kind: PlanName
) -> Response:
    """Keep a new plan, and begin to work it out if that was asked for."""
    sent, _, begins = await _sent(request)
    try:
        number = await run_in_threadpool(store.add, place, caller, sent.content, sent.name, kind)
    except PlanFileError as error:
        text = sent.content.decode("utf-8", "replace")
        return _written(request, caller, kind, text, mistakes=error.mistakes)
    return await run_in_threadpool(_go_on, request, place, caller, worker, kind, number, begins)


@router.get("/{number}")
async def one(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    kind: PlanName,
    number: RoadshowNumber,
    event: Annotated[str, Query(max_length=300)] = "",
) -> Response:
    """A plan, how far its work is, and what came of it; `event` opens one of a series."""

    def read() -> tuple[Saved, object]:
        job = job_of(place, worker, caller, saved(place, caller, number, kind).heading)
        return saved(place, caller, number, kind), job

    plan, job = await run_in_threadpool(read)
    outcome = await place.compute(outcome_of, place, plan) if plan.result else None
    return page(
        request,
        "plans/page.html",
        caller,
        kind=KINDS[kind],
        one=plan.heading,
        text=plan.text,
        job=job,
        outcome=outcome,
        seen=seen_of(outcome, event) if outcome else None,
        event=event,
        may_write=may_write(caller),
        **PLAN_NAMES,
    )


@router.get("/{number}/progress")
def progress(
    request: Request,
    place: Place,
    caller: Reader,
    worker: Work,
    kind: PlanName,
    number: RoadshowNumber,
) -> Response:
    """How far the work is; when it has ended, the page that asks is shown anew."""
    heading = saved(place, caller, number, kind).heading
    job = job_of(place, worker, caller, heading)
    if job is None or job.is_ended or not is_part(request):
        return go_to(request, f"/plans/{kind}/{number}")
    return page(
        request,
        "plans/progress.html",
        caller,
        one=heading,
        job=job,
        kind=KINDS[kind],
        may_write=may_write(caller),
        **PLAN_NAMES,
    )


@router.get("/{number}/plan")
def edit(
    request: Request, place: Place, caller: Organiser, kind: PlanName, number: RoadshowNumber
) -> Response:
    """Change a plan."""
    plan = saved(place, caller, number, kind)
    return _written(request, caller, kind, plan.text, plan)


@router.post("/{number}/plan")
async def change(
    request: Request,
    place: Place,
    caller: Organiser,
    worker: Work,
    kind: PlanName,
    number: RoadshowNumber,
) -> Response:
    """Put the changed plan in the place of the old one."""
    plan = await run_in_threadpool(saved, place, caller, number, kind)
    sent, version, begins = await _sent(request)
    content, name = sent.content, sent.name
    try:
        await run_in_threadpool(store.change, place, caller, number, version, content, name, kind)
    except PlanFileError as error:
        text = content.decode("utf-8", "replace")
        return _written(request, caller, kind, text, plan, error.mistakes)
    return await run_in_threadpool(_go_on, request, place, caller, worker, kind, number, begins)


@router.post("/{number}/make")
def make(
    request: Request,
    place: Place,
    caller: Organiser,
    worker: Work,
    kind: PlanName,
    number: RoadshowNumber,
) -> Response:
    """Begin to work a plan out, unless that is under way."""
    return _go_on(request, place, caller, worker, kind, number, True)


@router.post("/{number}/roadshow")
async def open_event(
    request: Request, place: Place, caller: Organiser, kind: PlanName, number: RoadshowNumber
) -> Response:
    """Make a roadshow of its own of one event of a series: for invitations and a timetable."""
    id_ = str((await form_of(request)).get("event", ""))[:300]
    plan = await run_in_threadpool(saved, place, caller, number, kind)
    if kind != "series":
        raise NotFoundError("只有年度场次里的一场能作为一场路演打开。")
    outcome = await place.compute(outcome_of, place, plan)
    text = event_plan(outcome, id_)
    added = await run_in_threadpool(store.add, place, caller, text.encode())
    return go_to(request, f"/roadshows/{added}")


@router.post("/{number}/remove")
def throw_away(place: Place, caller: Organiser, kind: PlanName, number: RoadshowNumber) -> Response:
    """Throw a plan away with its result."""
    store.remove(place, caller, number, kind)
    return RedirectResponse(f"/plans/{kind}", 303)


async def _sent(request: Request) -> tuple[SentText, int, bool]:
    """The plan that was sent, the version that it is to replace, whether to work it out."""
    form = await form_of(request)
    try:
        sent = await text_of(form)
    finally:
        await form.close()
    if sent is None:
        raise InvalidError("没有收到计划。请贴上计划的文字，或者上传一个文件。")
    return sent, version_of(form), form.get("then") == "make"


def _go_on(
    request: Request,
    place: Workplace,
    caller: Caller,
    worker: Worker,
    kind: PlanName,
    number: int,
    begins: bool,
) -> Response:
    if begins:
        begin_work(place, caller, saved(place, caller, number, kind))
        worker.tell()
    return go_to(request, f"/plans/{kind}/{number}")


def _written(
    request: Request,
    caller: Caller,
    kind: PlanName,
    text: str,
    one: Saved | None = None,
    mistakes: Sequence[Mistake] = (),
) -> Response:
    """The plan to be written, with the mistakes that it has."""
    return page(
        request,
        "plans/toml.html",
        caller,
        status=422 if mistakes else 200,
        kind=KINDS[kind],
        text=text,
        one=one and one.heading,
        mistakes=mistakes,
    )
