"""What becomes of jobs, whatever becomes of the server."""

import time
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from filelock import FileLock

from matcher.errors import MatchError
from service.errors import HomeBusyError, StoreBusyError
from service.jobs import queue, upkeep
from service.jobs.kinds import Kind, Stopped
from service.jobs.queue import Job
from service.web.errors import ConflictError, NotFoundError
from service.web.workplace import Workplace
from tests.web.api_people import ADMIN, MAKER, RIVAL
from tests.web.job_world import QUICK, Working, ask, kind_of, look, until


def test_a_job_is_done_with_its_arguments_and_number(place: Workplace, working: Working) -> None:
    number = ask(place, colour="青")
    working(kind_of(lambda _place, given, _progress, _stop: dict(given)))
    job = until(place, number)
    assert (job.state, job.progress, job.attempts, job.login) == ("done", 1.0, 1, "user2")
    assert job.result == {"colour": "青", "job": number}
    assert job.started_at is not None
    assert job.finished_at is not None
    assert job.created_at <= job.started_at <= job.finished_at


def test_a_job_belongs_to_the_transaction_that_asks_for_it(place: Workplace) -> None:
    with place.store.writing() as (connection, transaction, _):
        number = queue.enqueue(connection, "try", {}, None)
        transaction.rollback()
    with pytest.raises(NotFoundError):
        look(place, number)


def test_work_that_fails_says_why_and_may_be_retried(place: Workplace, working: Working) -> None:
    fail = [True]

    def run(*_given: Any) -> dict[str, Any]:
        if fail:
            raise MatchError("这条需求没有内容。")
        return {"ok": True}

    number = ask(place)
    working(kind_of(run))
    job = until(place, number)
    assert (job.state, job.error, job.attempts) == ("failed", "这条需求没有内容。", 1)
    fail.clear()
    with place.store.writing() as (connection, _, _):
        queue.retry(connection, MAKER, number)
    job = until(place, number, "done")
    assert (job.error, job.result) == ("", {"ok": True})
    with (
        pytest.raises(ConflictError, match="已完成"),
        place.store.writing() as (connection, _, _),
    ):
        queue.retry(connection, MAKER, number)


def test_an_error_that_nobody_foresaw_is_told_without_its_words(
    place: Workplace, working: Working
) -> None:
    def run(*_given: Any) -> dict[str, Any]:
        raise ValueError("机密的需求正文")

    number = ask(place)
    working(kind_of(run))
    job = until(place, number)
    assert job.state == "failed"
    assert "ValueError" in job.error
    assert "机密" not in job.error


@pytest.mark.parametrize(("busy", "state", "attempts"), [(2, "done", 3), (9, "failed", 3)])
def test_a_busy_store_is_tried_again_so_often(
    place: Workplace, working: Working, busy: int, state: str, attempts: int
) -> None:
    left = [busy]

    def run(*_given: Any) -> dict[str, Any]:
        left[0] -= 1
        if left[0] >= 0:
            raise HomeBusyError(place.home.root) if left[0] % 2 else StoreBusyError("库")
        return {}

    number = ask(place)
    working(kind_of(run, attempts=3))
    job = until(place, number)
    assert (job.state, job.attempts) == (state, attempts)
    assert bool(job.error) is (state == "failed")


def test_errors_name_no_path_of_the_server(place: Workplace, working: Working) -> None:
    def run(*_given: Any) -> dict[str, Any]:
        raise StoreBusyError(str(place.home.database))

    number = ask(place)
    working(kind_of(run, attempts=1))
    error = until(place, number).error
    assert "数据库 duijie.db 正被" in error
    assert str(place.home.root) not in error


def test_running_work_stops_when_it_is_asked_to(place: Workplace, working: Working) -> None:
    begun = Event()

    def run(_place: Any, _given: Any, progress: Any, is_cancelled: Any) -> dict[str, Any]:
        progress(0.25)
        begun.set()
        while not is_cancelled():
            time.sleep(0.005)
        raise Stopped

    number = ask(place)
    worker = working(kind_of(run))
    assert begun.wait(10)
    assert worker.share(look(place, number)) == 0.25
    worker.ask_to_stop(number)
    job = until(place, number)
    assert job.state == "cancelled"
    assert worker.share(job) == 0.0


def test_work_that_is_asked_to_stop_stays_so_when_the_store_is_busy_at_that_moment(
    place: Workplace, working: Working
) -> None:
    begun = Event()

    def run(_place: Any, _given: Any, _progress: Any, is_cancelled: Any) -> dict[str, Any]:
        begun.set()
        while not is_cancelled():
            time.sleep(0.005)
        raise StoreBusyError("库")

    number = ask(place)
    worker = working(kind_of(run, attempts=3))
    assert begun.wait(10)
    worker.ask_to_stop(number)
    until(place, number)
    time.sleep(5 * QUICK.again_seconds)
    job = look(place, number)
    assert (job.state, job.attempts, job.error) == ("cancelled", 1, "")


def test_waiting_work_is_cancelled_at_once_and_can_be_taken_up_again(
    place: Workplace, working: Working
) -> None:
    number = ask(place)
    with place.store.writing() as (connection, _, _):
        assert queue.cancel(connection, MAKER, number).state == "cancelled"
        assert queue.cancel(connection, MAKER, number).state == "cancelled"
        queue.retry(connection, MAKER, number)
    worker = working(kind_of(lambda *_given: {}))
    worker.ask_to_stop(number + 1)  # of a job that is not there
    assert until(place, number).state == "done"


def test_work_that_the_end_of_the_server_stops_is_begun_anew_at_the_next_start(
    place: Workplace, working: Working
) -> None:
    begun = Event()

    def run(_place: Any, _given: Any, _progress: Any, is_cancelled: Any) -> dict[str, Any]:
        begun.set()
        while not is_cancelled():
            time.sleep(0.005)
        raise Stopped

    number = ask(place)
    worker = working(kind_of(run))
    assert begun.wait(10)
    worker.stop()
    job = look(place, number)
    assert (job.state, job.attempts) == ("queued", 0)
    working(kind_of(lambda *_given: {"second": True}))
    assert until(place, number).result == {"second": True}


def test_work_waits_until_it_is_due(place: Workplace, working: Working) -> None:
    with place.store.writing() as (connection, _, _):
        later = queue.enqueue(connection, "try", {}, None, delay=timedelta(hours=1))
        now = queue.enqueue(connection, "try", {}, None)
    working(kind_of(lambda *_given: {}))
    until(place, now)
    assert look(place, later).state == "queued"


def test_work_that_is_to_be_alone_is(place: Workplace, working: Working) -> None:
    at_once = [0, 0]

    def run(*_given: Any) -> dict[str, Any]:
        at_once[0] += 1
        at_once[1] = max(at_once)
        time.sleep(0.05)
        at_once[0] -= 1
        return {}

    numbers = [ask(place) for _ in range(3)]
    other = ask(place, "other")
    working(kind_of(run, alone=True), Kind("other", "别的", lambda *_given: {}))
    until(place, other)
    for number in numbers:
        until(place, number)
    assert at_once[1] == 1


def test_the_programs_own_work_is_asked_for_regularly_and_once_at_a_time(
    place: Workplace,
) -> None:
    kind = kind_of(lambda *_given: {}, every=timedelta(hours=1))

    def asked() -> list[Job]:
        upkeep.ask_regularly(place, [kind])
        with place.store.reading() as connection:
            return queue.listed(connection, ADMIN, 10)

    assert [job.organisation_id for job in asked()] == [None]
    assert len(asked()) == 1
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    first = asked()[0].id
    with place.store.writing() as (connection, _, _):
        queue.write(connection, first, created_at=long_ago)
    assert len(asked()) == 1  # it still waits
    with place.store.writing() as (connection, _, _):
        queue.set_state(connection, first, "done")
    assert len(asked()) == 2


def test_only_one_server_works_for_a_home(place: Workplace, working: Working) -> None:
    lock = FileLock(place.home.serving)
    lock.acquire()
    number = ask(place)
    working(kind_of(lambda *_given: {}))
    time.sleep(0.2)
    assert look(place, number).state == "queued"
    lock.release()
    assert until(place, number).state == "done"


def test_jobs_are_listed_by_pages_and_states_for_those_whose_they_are(place: Workplace) -> None:
    own = [ask(place) for _ in range(3)]
    ask(place, caller=RIVAL)
    ask(place, caller=None)
    with place.store.writing() as (connection, _, _):
        queue.set_state(connection, own[0], "failed", error="x")
    with place.store.reading() as connection:
        first = [job.id for job in queue.listed(connection, MAKER, 2)]
        second = [job.id for job in queue.listed(connection, MAKER, 2, before=first[-1])]
        failed = [job.id for job in queue.listed(connection, MAKER, 9, state="failed")]
        everybodys = queue.listed(connection, ADMIN, 9)
    assert (first, second, failed) == ([own[2], own[1]], [own[0]], [own[0]])
    assert len(everybodys) == 5
