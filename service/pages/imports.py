"""导入: a file is uploaded, read in the background, and told about row by row."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.jobs import queue
from service.jobs.intake import intake
from service.jobs.queue import STATE_NAMES
from service.jobs.worker import Worker
from service.pages.jobs import JobNumber, Work, found, shown
from service.pages.quality import names_of, quality_of, said
from service.pages.render import is_part, page
from service.sync import SIDES
from service.web.errors import InvalidError, NotFoundError
from service.web.workplace import Workplace

router = APIRouter()
SHOWN = 10


@router.get("/imports")
def imports(request: Request, place: Place, caller: Reader, worker: Work) -> Response:
    """A form for a file, and what was imported lately."""
    return _form(request, place, caller, worker)


@router.post("/imports")
async def upload(request: Request, place: Place, caller: Writer, worker: Work) -> Response:
    """Take in a file and queue its import."""
    try:
        job = await intake(request, place, caller)
    except InvalidError as error:
        return await run_in_threadpool(_form, request, place, caller, worker, str(error))
    worker.tell()
    return RedirectResponse(f"/imports/{job.id}", 303)


@router.get("/imports/{number}")
def one(
    request: Request, place: Place, caller: Reader, worker: Work, number: JobNumber
) -> Response:
    """How far an import is, and what became of the file."""
    job = found(place, caller, number)
    if job.kind != "import":
        raise NotFoundError(f"没有第 {number} 号导入。")
    return page(
        request,
        "imports/state.html" if is_part(request) else "imports/page.html",
        caller,
        one=shown(worker, job),
        states=STATE_NAMES,
        result=job.result,
        warnings=[
            {**warning, "message": said(warning["message"], None)}
            for warning in job.result.get("warnings", ())
        ],
        quality=quality_of(job.result.get("quality")),
        fields=names_of(job.arguments["side"]),
    )


def _form(
    request: Request, place: Workplace, caller: Caller, worker: Worker, problem: str = ""
) -> Response:
    with place.store.reading() as connection:
        listed = queue.listed(connection, caller, SHOWN, kind="import")
    return page(
        request,
        "imports/form.html",
        caller,
        status=422 if problem else 200,
        rows=[shown(worker, one) for one in listed],
        states=STATE_NAMES,
        problem=problem,
        fields={side: names_of(side) for side in SIDES},
        most_mb=place.limits.upload_mb,
    )
