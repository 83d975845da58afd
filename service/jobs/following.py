"""A job's states one after the other, for whoever wants to see it go on."""

import asyncio
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from service.access.caller import Caller
from service.jobs import queue
from service.jobs.queue import ENDED, Job
from service.jobs.worker import Worker
from service.web.workplace import Workplace

LOOK_SECONDS = 0.5


def signature(worker: Worker, job: Job) -> str:
    """Name what can be seen of a job now; the same name, the same sight."""
    return f"{job.attempts}-{job.state}-{round(worker.share(job) * 1000)}"


async def snapshots(
    place: Workplace, worker: Worker, caller: Caller, number: int, last: str | None
) -> AsyncIterator[tuple[str, Job]]:
    """Give a job whenever it has changed, until it ends or the server does.

    A state is told whole, so whoever was away misses nothing by hearing the present one alone.

    Args:
        place: the workplace.
        worker: knows how far running work is.
        caller: who looks.
        number: of the job.
        last: the signature that was told before; it is not told again.
    """

    def look() -> Job:
        with place.store.reading() as connection:
            return queue.find(connection, caller, number)

    while True:
        job = await run_in_threadpool(look)
        mark = signature(worker, job)
        if mark != last:
            last = mark
            yield mark, job
        if job.state in ENDED or worker.is_ending:
            return
        await asyncio.sleep(LOOK_SECONDS)
