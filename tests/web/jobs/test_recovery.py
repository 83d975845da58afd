"""What a server finds at its start of the jobs of one that died."""

import io
import os
import time
from typing import Any

import pytest

from service.jobs import queue, upkeep, uploads
from service.web.workplace import Workplace
from tests.web.api_people import MAKER
from tests.web.job_world import Working, ask, kind_of, look, until


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
    kept, lost, coming = (uploads.keep(place.home, io.BytesIO(b"x"), "a.csv") for _ in range(3))
    long_ago = time.time() - uploads.YOUNG_SECONDS - 60
    for folder in (kept, lost):
        for path in (place.home.uploads / folder / "a.csv", place.home.uploads / folder):
            os.utime(path, (long_ago, long_ago))
    ask(place, folder=kept)
    upkeep.recover(place, [])
    # The young one may be an upload whose job is about to be queued.
    assert {folder.name for folder in place.home.uploads.iterdir()} == {kept, coming}
    assert lost not in (kept, coming)
