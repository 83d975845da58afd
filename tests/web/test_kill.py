"""`kill -9` of a real server while it is written to: nothing acknowledged is lost or doubled."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from indexing.bundle import Bundle
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import META_REVISION, SIDES, bring_up_to_date
from tests.service_parts import ReadingParts
from tests.web.api_people import settle

ROOT = Path(__file__).parents[2]
ROWS = 60
"""Of an upload."""


def free_port() -> int:
    """Find a port that the system gives to no client.

    Of its own choice, a client that knocks while the server is down could be given the very port
    that it knocks at, be connected with itself, and keep the server out.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port


class Server:
    """A server that is started and killed again and again."""

    def __init__(self, home: Home) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}/api/v1"
        self._child = 0
        self._client = httpx.Client(timeout=10, trust_env=False)
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.web.kill_server", str(home.root)],
            cwd=ROOT,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{self.port}\n")
        self._parent.stdin.flush()
        self._child = int(self._parent.stdout.readline())
        until = time.monotonic() + 60
        while self.ask("/health") is None:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.02)

    def ask(self, path: str) -> Any:
        """Get something; None while nobody answers."""
        try:
            return self._client.get(f"{self.address}{path}").json()
        except httpx.HTTPError:
            return None

    def tell(self, path: str) -> None:
        assert self._client.post(f"{self.address}{path}").status_code == 200

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        with suppress(ProcessLookupError):
            while True:  # until it has let its port go
                os.kill(self._child, 0)
                time.sleep(0.005)

    def end(self) -> None:
        self._client.close()
        self._parent.kill()
        self._parent.communicate()


class Writer(threading.Thread):
    """Writes without end; what it was told is written, it remembers."""

    def __init__(self, letter: str, address: str) -> None:
        super().__init__(daemon=True)
        self.kept: dict[str, str] = {}
        self.withdrawn: set[str] = set()
        self.jobs: set[int] = set()
        self.errors: list[str] = []
        self.broken = 0
        self.is_ending = threading.Event()
        self._letter = letter
        self._address = address

    def run(self) -> None:
        with httpx.Client(timeout=20, trust_env=False) as client:
            for number in range(1_000_000):
                if self.is_ending.is_set():
                    return
                self._write(client, number)

    def _write(self, client: httpx.Client, number: int) -> None:
        id_ = f"{self._letter}-{number}"
        if number % 20 == 7:
            lines = [f"{id_}-{row},需求{id_}-{row}" for row in range(ROWS)]
            file = ("需求.csv", "\n".join(["编号,名称", *lines]).encode())
            answer = self._until_told(
                lambda: client.post(
                    f"{self._address}/imports", data={"side": "need"}, files={"file": file}
                )
            )
            self.jobs.add(answer["id"])
            self.kept |= {f"2:{line.split(',')[0]}": line.split(",")[1] for line in lines}
            return
        body = {"id": id_, "title": f"需求{id_}", "text": "需要一种可靠的技术方案。"}
        key = {"Idempotency-Key": id_}
        self._until_told(lambda: client.post(f"{self._address}/needs", json=body, headers=key), 201)
        self.kept[f"2:{id_}"] = body["title"]
        if number % 5 == 3:
            address = f"{self._address}/needs/2:{id_}"
            self._until_told(lambda: client.delete(address, headers={"If-Match": "*"}), 200, 204)
            self.withdrawn.add(f"2:{id_}")

    def _until_told(self, ask: Any, *good: int) -> Any:
        """Ask until there is an answer, as a careful program does."""
        before = self.broken
        while True:
            try:
                answer = ask()
            except httpx.HTTPError:
                self.broken += 1
                time.sleep(0.02)
                continue
            if answer.status_code in (good or (202,)):
                return answer.json() if answer.content else None
            if self.broken > before and "已经撤回" in answer.text:
                return None  # that was this request, of which the answer was cut off
            if answer.status_code not in (429, 503):
                self.errors.append(f"{answer.status_code} {answer.text[:200]}")
            time.sleep(0.02)


@contextmanager
def server_of(home: Home) -> Iterator[Server]:
    server = Server(home)
    try:
        yield server
    finally:
        server.end()


def wait_for_rest(server: Server) -> int:
    """Wait until nothing is left to do; what was given up after three sudden ends is retried.

    Returns:
        How many jobs had been given up.
    """
    given_up = set()
    until = time.monotonic() + 120
    while True:
        left = [server.ask(f"/jobs?state={state}") for state in ("queued", "running")]
        health = server.ask("/health")  # asked last: an import may have ended in between
        is_told = None not in (health, *left)
        if is_told and not health["index_behind"] and not any(page["items"] for page in left):
            failed = [job["id"] for job in server.ask("/jobs?state=failed")["items"]]
            if not failed:
                return len(given_up)
            for job in failed:
                server.tell(f"/jobs/{job}/retry")
            given_up.update(failed)
        assert time.monotonic() < until, (health, left)
        time.sleep(0.1)


def wait_for_writes(writers: list[Writer], patience: float) -> None:
    """Let the server get somewhere before it is killed: the first requests of a start are slow."""
    until = time.monotonic() + patience
    before = sum(len(writer.kept) for writer in writers)
    while time.monotonic() < until and sum(len(one.kept) for one in writers) == before:
        time.sleep(0.01)


def trial(home: Home, kills: int, seed: int) -> dict[str, int]:
    """Kill a server so often while two write to it, and compare what is there with what was told.

    Returns:
        Figures for people.
    """
    home.prepare()
    with Store.open(home.database) as store:
        settle(store)
    draw = random.Random(seed)
    with server_of(home) as server:
        server.start()
        writers = [Writer(letter, server.address) for letter in "xy"]
        for writer in writers:
            writer.start()
        for _ in range(kills):
            wait_for_writes(writers, patience=draw.choice((0.0, 3.0, 3.0)))
            time.sleep(draw.uniform(0.0, 0.5))
            server.kill()
            server.start()
        for writer in writers:
            writer.is_ending.set()
        for writer in writers:
            writer.join(60)
        given_up = wait_for_rest(server)
        attempts = [server.ask(f"/jobs/{job}") for writer in writers for job in writer.jobs]
        server.kill()
    assert [error for writer in writers for error in writer.errors] == []
    assert {job["state"] for job in attempts} <= {"done"}
    kept = {id_: title for writer in writers for id_, title in writer.kept.items()}
    gone = {id_ for writer in writers for id_ in writer.withdrawn}
    compare(home, kept, gone)
    broken = sum(writer.broken for writer in writers)
    # Only an upload whose request was cut off may be left, until it is old (`uploads.sweep`).
    assert len(list(home.uploads.glob("*"))) <= broken
    return {
        "kills": kills,
        "written": len(kept),
        "withdrawn": len(gone),
        "imports": len(attempts),
        "imports_begun_again": sum(job["attempts"] > 1 for job in attempts),
        "imports_given_up_and_retried": given_up,
        "requests_cut": broken,
    }


def compare(home: Home, kept: dict[str, str], gone: set[str]) -> None:
    with Store.open(home.database) as store:
        found = [(need.id, need.title) for need in store.iterate("need")]
        revisions = {side: store.last_revision(side) for side in SIDES}
    expected = {id_: title for id_, title in kept.items() if id_ not in gone}
    assert len(found) == len(dict(found))
    assert dict(found) == expected
    compare_index(home, expected)
    for side in SIDES:
        assert Bundle.open(home.index(side)).meta.get(META_REVISION, 0) == revisions[side]


def compare_index(home: Home, expected: Collection[str]) -> None:
    """The index that was caught up with, again and again, equals one that is made of the store."""
    anew = Home(home.root / "anew")
    with Store.open(home.database) as store:
        bring_up_to_date(store, anew, ReadingParts().make_indexer(Settings(home=anew.root)))
    grown, made = (Bundle.open(one.index("need"), verify="full") for one in (home, anew))
    assert len(grown) == len(made) == len(expected)
    ids = sorted(expected)
    assert all(id_ in grown and id_ in made for id_ in ids)
    assert np.array_equal(*(one.vectors(one.rows(ids)) for one in (grown, made)))
    for one in (grown, made):
        hits = one.lexical_search(["方案"], len(ids))
        assert set(one.ids(hits.rows)) == {id_ for id_ in expected if id_.count("-") == 1}


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_by_fifty_kills(tmp_path: Path) -> None:
    figures = trial(Home(tmp_path / "home"), kills=50, seed=1)
    sys.stderr.write(json.dumps(figures) + "\n")
    assert figures["written"] > 100
    assert figures["requests_cut"] > 10


def test_nothing_is_lost_or_doubled_by_a_few_kills(tmp_path: Path) -> None:
    assert trial(Home(tmp_path / "home"), kills=3, seed=2)["written"] > 5
