"""Jobs for tests: asked for, looked at, waited for."""

import time
from collections.abc import Callable
from typing import Any

from service.access.caller import Caller
from service.jobs import queue
from service.jobs.kinds import Kind
from service.jobs.queue import Job
from service.jobs.worker import Pace, Worker
from service.web.workplace import Workplace
from tests.web.api_people import ADMIN, MAKER

QUICK = Pace(seconds=0.02, again_seconds=0.02, patience=5)
Working = Callable[..., Worker]


def ask(place: Workplace, kind: str = "try", caller: Caller | None = MAKER, **given: Any) -> int:
    with place.store.writing() as (connection, _, _):
        return queue.enqueue(connection, kind, given, caller)


def look(place: Workplace, number: int) -> Job:
    with place.store.reading() as connection:
        return queue.find(connection, ADMIN, number)


def until(place: Workplace, number: int, *states: str) -> Job:
    ends = time.monotonic() + 15
    while (job := look(place, number)).state not in (states or queue.ENDED):
        assert time.monotonic() < ends, job
        time.sleep(0.01)
    return job


def kind_of(run: Callable[..., dict[str, Any]], **more: Any) -> Kind:
    return Kind("try", "试试", run, **more)
