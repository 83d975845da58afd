"""What a server finds at its start of the jobs of one that died."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.access.caller import Caller
from service.jobs import queue, upkeep, uploads
from service.jobs.kinds import Kind
from service.jobs.queue import Job
from service.jobs.worker import Pace, Worker
from service.settings import Settings
from service.web.workplace import Limits, Workplace
from tests.service_parts import CharParts
from tests.web.api_people import ADMIN, MAKER, settle

QUICK = Pace(seconds=0.02, again_seconds=0.02, patience=5)


@pytest.fixture
def place(settings: Settings) -> Iterator[Workplace]:
    place = Workplace(settings, CharParts(), Limits(catch_up_seconds=3600))
    place.open()
    settle(place.store)
    yield place
    place.close()


Working = Callable[..., Worker]


@pytest.fixture
def working(place: Workplace) -> Iterator[Working]:
    """Start workers, which are stopped at the end."""
    workers: list[Worker] = []

    def start(*kinds: Kind, pace: Pace = QUICK) -> Worker:
        workers.append(Worker(place, kinds, pace))
        workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()


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


def killed_while_running(place: Workplace, kind: str = "try", times: int = 1) -> int:
    number = ask(place, kind)
    with place.store.writing() as (connection, _, _):
        queue.write(connection, number, state="running", attempts=times)
    return number


def test_what_was_running_when_the_server_died_is_begun_anew(
    place: Workplace, working: Working
) -> None:
    number = killed_while_running(place)
    working(kind_of(lambda *_given: {}))
    job = until(place, number)
    assert (job.state, job.attempts) == ("done", 2)


def test_work_that_kills_the_server_again_and_again_is_given_up(place: Workplace) -> None:
    number = killed_while_running(place, times=3)
    upkeep.recover(place, [kind_of(lambda *_given: {}, attempts=3)])
    job = look(place, number)
    assert job.state == "failed"
    assert "3 次" in job.error


def test_work_of_a_kind_that_is_no_more_is_given_up(place: Workplace) -> None:
    number = killed_while_running(place, "gone")
    upkeep.recover(place, [])
    assert look(place, number).state == "failed"


@pytest.mark.parametrize(("result", "state"), [({}, "cancelled"), ({"counts": {}}, "queued")])
def test_a_wish_to_cancel_outlives_the_server_unless_the_work_was_done(
    place: Workplace, result: dict[str, Any], state: str
) -> None:
    number = killed_while_running(place)
    with place.store.writing() as (connection, _, _):
        queue.cancel(connection, MAKER, number)
        queue.keep_result(connection, number, result)
    upkeep.recover(place, [kind_of(lambda *_given: {})])
    assert look(place, number).state == state


def test_uploads_that_no_job_needs_are_removed_at_the_start(place: Workplace) -> None:
    import io

    kept, lost = (uploads.keep(place.home, io.BytesIO(b"x"), "a.csv") for _ in range(2))
    ask(place, folder=kept)
    upkeep.recover(place, [])
    assert [folder.name for folder in place.home.uploads.iterdir()] == [kept]
    assert kept != lost
