"""三方对接: which fund or bank to bring to which need and achievement of an event."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from matcher.capital.types import KINDS
from service.access.who import Place, Reader
from service.pages.jobs import Work
from service.pages.render import page
from service.pages.roadshow_words import NAMES
from service.pages.roadshows import RoadshowNumber, may_write, with_job
from service.roadshow.capital import questions
from service.roadshow.with_capital import with_capital

router = APIRouter()


@router.get("/roadshows/{number}/capital")
async def capital(
    request: Request, place: Place, caller: Reader, worker: Work, number: RoadshowNumber
) -> Response:
    """Triples of the list that was chosen and of the mandates that its organisation may see."""
    one, job = await run_in_threadpool(with_job, place, worker, caller, number)
    short, found = await place.compute(with_capital, place, one)
    return page(
        request,
        "roadshows/capital.html",
        caller,
        one=one.heading,
        job=job,
        short=short,
        capital=found,
        questions=questions,
        kinds=KINDS,
        may_write=may_write(caller),
        **NAMES,
    )
