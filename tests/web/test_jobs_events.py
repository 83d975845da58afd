"""The progress of jobs as a browser hears it, and bodies that are refused."""

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.types import Message

from service.jobs import queue
from service.jobs.kinds import Kind, Stopped
from service.jobs.worker import Pace, Worker
from service.web.body_limit import BodyLimit
from tests.web.api_people import ADMIN, MAKER, calling, settle


def steps(_place: Any, given: Any, progress: Any, is_cancelled: Any) -> dict[str, Any]:
    for share in (0.2, 0.4, 0.6, 0.8):
        progress(share)
        until = time.monotonic() + given["pause"]
        while time.monotonic() < until:
            if is_cancelled():
                raise Stopped
            time.sleep(0.01)
    return {"steps": 4}


@pytest.fixture
def running(app: FastAPI) -> Iterator[TestClient]:
    app.state.worker = Worker(
        app.state.workplace, (Kind("steps", "走几步", steps, shown=("pause",)),), Pace(seconds=0.02)
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        settle(app.state.workplace.store)
        with calling(app, MAKER):
            client.get("/api/v1/jobs")  # the first request takes longer
            yield client


def ask(app: FastAPI, pause: float) -> int:
    with app.state.workplace.store.writing() as (connection, _, _):
        return queue.enqueue(connection, "steps", {"pause": pause, "secret": 1}, MAKER)


def heard(client: TestClient, number: int, last: str | None = None) -> list[dict[str, str]]:
    headers = {} if last is None else {"Last-Event-ID": last}
    answer = client.get(f"/api/v1/jobs/{number}/events", headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = answer.text.replace("\r\n", "\n").strip().split("\n\n")
    return [
        dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        for block in blocks
    ]


def test_the_progress_of_a_job_is_told_until_it_ends(app: FastAPI, running: TestClient) -> None:
    number = ask(app, 0.8)
    events = heard(running, number)
    jobs = [json.loads(event["data"]) for event in events]
    shares = [job["progress"] for job in jobs]
    assert shares == sorted(shares)
    assert len(shares) >= 3
    assert (events[-1]["event"], jobs[-1]["state"], shares[-1]) == ("done", "done", 1.0)
    assert jobs[-1]["about"] == {"pause": 0.8}
    assert jobs[-1]["result"] == {"steps": 4}


def test_who_heard_the_end_is_told_that_there_is_no_more(app: FastAPI, running: TestClient) -> None:
    number = ask(app, 0.0)
    last = heard(running, number)[-1]["id"]
    address = f"/api/v1/jobs/{number}/events"
    assert running.get(address, headers={"Last-Event-ID": last}).status_code == 204
    again = heard(running, number, last="1-running-200")
    assert [event["event"] for event in again] == ["done"]


def test_a_running_job_is_cancelled_over_http(app: FastAPI, running: TestClient) -> None:
    number = ask(app, 30.0)
    until = time.monotonic() + 10
    while running.get(f"/api/v1/jobs/{number}").json()["progress"] == 0.0:
        assert time.monotonic() < until
    answer = running.post(f"/api/v1/jobs/{number}/cancel")
    assert answer.status_code == 200
    assert heard(running, number)[-1]["event"] == "cancelled"
    retried = running.post(f"/api/v1/jobs/{number}/retry").json()
    assert (retried["state"], retried["attempts"]) == ("queued", 0)
    running.post(f"/api/v1/jobs/{number}/cancel")


def test_jobs_come_by_pages(app: FastAPI, running: TestClient) -> None:
    numbers = [ask(app, 0.0) for _ in range(3)]
    first = running.get("/api/v1/jobs", params={"limit": 2}).json()
    assert [job["id"] for job in first["items"]] == [numbers[2], numbers[1]]
    second = running.get("/api/v1/jobs", params={"limit": 2, "cursor": first["next"]}).json()
    assert [job["id"] for job in second["items"]] == [numbers[0]]
    assert second["next"] is None
    wrong = running.get("/api/v1/jobs", params={"cursor": "bm8"})
    assert wrong.status_code == 422
    with calling(app, ADMIN):
        assert len(running.get("/api/v1/jobs").json()["items"]) == 3


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "x", "123"])
def test_a_job_that_is_not_there_is_told_so(running: TestClient, number: str) -> None:
    assert running.get(f"/api/v1/jobs/{number}").status_code in (404, 422)


class Echo:
    """An application that reads the whole body."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                status = 400
                break
            size += len(message.get("body", b""))
            if not message.get("more_body"):
                status = 200
                break
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": str(size).encode()})


def spoken(
    pieces: list[bytes], headers: dict[str, str] | None = None, pause: float = 0.0
) -> tuple[int, bytes, int]:
    """Send pieces of a body; status, body, and how many pieces were read."""
    limit = BodyLimit(Echo(), upload_bytes=20, body_bytes=10, seconds=0.1)
    pairs = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": pairs, "state": {}}
    said: list[Message] = []
    read = [0]

    async def receive() -> Message:
        await asyncio.sleep(pause)
        piece = pieces[read[0]]
        read[0] += 1
        return {"type": "http.request", "body": piece, "more_body": read[0] < len(pieces)}

    async def send(message: Message) -> None:
        said.append(message)

    asyncio.run(limit(scope, receive, send))
    starts = [message["status"] for message in said if message["type"] == "http.response.start"]
    assert len(starts) == 1
    body = b"".join(message.get("body", b"") for message in said)
    return starts[0], body, read[0]


def test_a_body_within_the_limit_arrives_whole() -> None:
    assert spoken([b"12345", b"67890"]) == (200, b"10", 2)
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert spoken([b"x" * 10, b"y" * 10], form) == (200, b"20", 2)


def test_a_body_is_read_no_further_than_the_limit() -> None:
    status, body, read = spoken([b"12345", b"678901", b"more"])
    assert (status, read) == (413, 2)
    assert json.loads(body)["error"]["code"] == "too_large"


def test_a_body_that_is_announced_as_too_large_is_not_read() -> None:
    assert spoken([b"x"], {"content-length": "11"})[0::2] == (413, 0)


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    status, body, _ = spoken([b"x", b"y"], pause=1.0)
    assert status == 408
    assert json.loads(body)["error"]["code"] == "too_slow"
