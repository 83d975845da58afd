"""Looks among all records for those that are the same thing; it only suggests, people decide."""

from service.access.audit import note
from service.access.caller import Caller
from service.duplicates import candidates_file, find_duplicates
from service.jobs import queue
from service.jobs.kinds import Arguments, IsCancelled, Kind, Progress, Result, Stopped
from service.sync import SIDES
from service.web.workplace import Workplace

NAME = "duplicates"


def run(
    place: Workplace, _arguments: Arguments, progress: Progress, is_cancelled: IsCancelled
) -> Result:
    """Compare the records of both sides; what was settled before is not suggested again.

    Returns:
        How many new suggestions there are.

    Raises:
        Stopped: it was asked to.
    """
    proposed = 0
    for at, side in enumerate(SIDES):

        def tell(share: float, at: int = at) -> None:
            if is_cancelled():
                raise Stopped
            progress((at + share) / len(SIDES))

        with place.holding():
            cache = candidates_file(place.home, side)
            found = find_duplicates(place.store, side, cache=cache, progress=tell)
        proposed += len(found.proposed)
    return {"proposed": proposed}


KIND = Kind(NAME, "查找重复", run, alone=True)


def begin(place: Workplace, caller: Caller) -> int:
    """Ask for it, unless it waits already; returns the job's number."""
    return queue_once(place, caller, NAME)


def queue_once(place: Workplace, caller: Caller, kind: str) -> int:
    """Queue a job that has no arguments, unless one of its kind waits or runs; its number."""
    with place.store.writing() as (connection, _transaction, _revision):
        moving = queue.of_state(connection, "queued", "running")
        there = next((job.id for job in moving if job.kind == kind), None)
        if there is not None:
            return there
        number = queue.enqueue(connection, kind, {}, caller)
        note(connection, caller, "ask", "job", number)
    return number
