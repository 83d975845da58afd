"""Updates, deletes and questions at a running server that is killed again and again.

`python -m benchmarks.churn [--minutes 10] [--kills 20] [--changes 24000] [--records 10000]`: a home
of made records (`benchmarks.load`), `duijie serve` in a process of its own, programs that change
achievements through the API without end, and others that ask for lists. Within the first two thirds
the server is killed (`kill -9`) so many times and started again; the last third shows its memory.

Counts stale hits: a record on a list that was withdrawn, or with a title older than one that had
been acknowledged, before the list was asked for. At the end the index is compared with one that is
made anew of the store.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import update

from benchmarks.churn_server import ADDRESS, ENCODER, Server
from benchmarks.load import NEEDS_SHARE, make_home
from indexing.bundle import Bundle
from service.access.keys import make_key
from service.access.organisations import add_organisation
from service.access.passwords import hashed
from service.access.people import OneTime, add_person, caller_for
from service.bootstrap import make_indexer, open_store
from service.settings import Home, Settings
from service.store.people_tables import UserRow
from service.sync import META_REVISION, SIDES, bring_up_to_date

WRITERS, ASKERS = 4, 2
WITHDRAWN_SHARE = 0.2
CALM = 1 / 3
"""Share of the time, at the end, in which nothing is killed."""
WORDS = ("涂层", "催化剂", "传感器", "废水", "轴承", "检测", "电池", "保鲜", "机器人", "合金")


def key_of(home: Home) -> str:
    """Make an administrator and a key of theirs."""
    with open_store(Settings(home=home.root)) as store:
        with store.writing() as (connection, _, _):
            place = add_organisation(connection, None, "平台运行组", "platform")
            one = add_person(
                connection, None, "churn", "某", place, OneTime("", hashed("河马 9 x"))
            )
            connection.execute(update(UserRow).values(must_change=False))
        return make_key(store, caller_for(one), "churn", ("read", "write", "admin"))[1]


class Told:
    """What was acknowledged, and what came of it.

    Attributes:
        titles: versions of the records' titles, by id.
        withdrawn: ids.
        counts: changes, lists, stale hits, cut requests.
    """

    def __init__(self) -> None:
        self.titles: dict[str, int] = {}
        self.withdrawn: set[str] = set()
        self.counts: Counter[str] = Counter()
        self.ending = threading.Event()
        self.lock = threading.Lock()

    def snapshot(self) -> tuple[dict[str, int], set[str]]:
        """What has been acknowledged so far."""
        with self.lock:
            return dict(self.titles), set(self.withdrawn)

    def count(self, what: str) -> None:
        """Count one."""
        with self.lock:
            self.counts[what] += 1


@contextmanager
def calling(key: str) -> Iterator[httpx.Client]:
    """Give a client that calls the API with a key."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=ADDRESS, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def until_told(told: Told, ask: Any) -> httpx.Response:
    """Ask until there is an answer, as a careful program does."""
    while True:
        try:
            answer: httpx.Response = ask()
        except httpx.HTTPError:
            told.count("requests cut off")
            time.sleep(0.2)
            continue
        if answer.status_code not in (429, 503):
            return answer
        time.sleep(0.2)


def write(told: Told, key: str, ids: list[str], rate: float, seed: int) -> None:
    """Change records of one's own again and again, at a rate of changes a second."""
    chance, version, begun, done = random.Random(seed), 0, time.monotonic(), 0
    with calling(key) as client:
        while not told.ending.is_set() and ids:
            id_, version, done = chance.choice(ids), version + 1, done + 1
            if chance.random() < WITHDRAWN_SHARE and len(ids) > 50:
                _withdraw(told, client, id_)
                ids.remove(id_)
            else:
                _change(told, client, id_, version, chance)
            time.sleep(max(0.0, begun + done / rate - time.monotonic()))


def _change(
    told: Told, client: httpx.Client, id_: str, version: int, chance: random.Random
) -> None:
    words = "、".join(chance.sample(WORDS, 3))
    body = {"title": f"{words}技术 第{version}版", "text": f"用于{words}的一种新方法，已经试用。"}
    address, match = f"/achievements/{id_}", {"If-Match": "*"}
    answer = until_told(told, lambda: client.put(address, json=body, headers=match))
    if answer.status_code != 200:
        return told.count(f"change answered {answer.status_code}")
    with told.lock:
        told.titles[id_] = version
        told.counts["updates"] += 1
    return None


def _withdraw(told: Told, client: httpx.Client, id_: str) -> None:
    address, match = f"/achievements/{id_}", {"If-Match": "*"}
    answer = until_told(told, lambda: client.delete(address, headers=match))
    if answer.status_code not in (204, 404):  # 404: done before, and the answer was cut off
        return told.count(f"delete answered {answer.status_code}")
    with told.lock:
        told.withdrawn.add(id_)
        told.counts["deletes"] += 1
    return None


def ask(told: Told, key: str, needs: int, seed: int) -> None:
    """Ask for lists, and look for what should not be on them any more."""
    chance = random.Random(seed)
    with calling(key) as client:
        while not told.ending.is_set():
            titles, withdrawn = told.snapshot()
            address = f"/needs/N{chance.randrange(needs):05d}/matches?k=20"
            answer = until_told(told, lambda path=address: client.get(path))  # type: ignore[misc]
            if answer.status_code != 200:
                told.count(f"list answered {answer.status_code}")
                continue
            told.count("lists")
            for match in answer.json()["matches"]:
                told.count("hits")
                older = _version(match["title"]) < titles.get(match["id"], 0)
                if older or match["id"] in withdrawn:
                    told.count("stale hits")


def _version(title: str) -> int:
    found = title.rpartition("第")[2].removesuffix("版")
    return int(found) if found.isdecimal() else 0


def churn(home: Home, given: argparse.Namespace) -> tuple[Told, list[tuple[str, float]]]:
    """Let programs write and ask while the server is killed; returns memory at some moments."""
    told, server, key = Told(), Server(home), key_of(home)
    needs = int(given.records * NEEDS_SHARE)
    ids = [f"A{at:05d}" for at in range(given.records - needs)]
    rate = given.changes / given.minutes / 60 / WRITERS
    work = [
        threading.Thread(target=write, args=(told, key, ids[at::WRITERS], rate, at), daemon=True)
        for at in range(WRITERS)
    ]
    work += [
        threading.Thread(target=ask, args=(told, key, needs, 100 + at), daemon=True)
        for at in range(ASKERS)
    ]
    server.start()
    server.until_ready(600)
    begun, whole = time.monotonic(), given.minutes * 60
    for one in work:
        one.start()
    try:
        _kill(told, server, given.kills, begun, whole * (1 - CALM))
        memory = _rest(told, server, max(whole * CALM, begun + whole - time.monotonic()))
        told.counts["seconds"] = int(time.monotonic() - begun)
        told.ending.set()
        for one in work:
            one.join(120)
        _until_indexed(key)
    finally:
        told.ending.set()
        server.end()
    return told, memory


def _kill(told: Told, server: Server, kills: int, begun: float, seconds: float) -> None:
    """Kill it at drawn moments, every second time once it was able to match."""
    chance = random.Random(3)
    for kill in range(kills):
        if kill % 2:
            server.until_ready(seconds / kills)
        due = begun + (kill + chance.random()) * seconds / kills
        time.sleep(max(chance.random(), due - time.monotonic()))
        server.kill()
        told.count("kills")
        server.start()


def _rest(told: Told, server: Server, seconds: float) -> list[tuple[str, float]]:
    """Leave it alone; returns its memory at some moments."""
    server.until_ready(600)
    calm, memory = time.monotonic(), []
    for share in (0.2, 0.4, 0.6, 0.8, 1.0):
        time.sleep(max(0.0, calm + share * seconds - time.monotonic()))
        moment = (
            f"{time.monotonic() - calm:.0f} s after the last start, {told.counts['lists']} lists"
        )
        memory.append((moment, server.memory_mb))
    return memory


def _until_indexed(key: str, patience: float = 300) -> None:
    end = time.monotonic() + patience
    with calling(key) as client:
        while client.get("/health").json()["index_behind"]:
            if time.monotonic() > end:
                raise SystemExit("the index is still behind")
            time.sleep(0.5)


def differences(home: Home) -> list[str]:
    """Compare the index with the store, and with one that is made of it anew; what differs."""
    found: list[str] = []
    with tempfile.TemporaryDirectory(prefix="duijie-churn-") as folder:
        anew, settings = Home(Path(folder)), Settings(home=home.root, encoder=ENCODER)
        with open_store(settings) as store:
            bring_up_to_date(store, anew, make_indexer(settings))
            for side in SIDES:
                ids = sorted(record.id for record in store.iterate(side))
                grown = Bundle.open(home.index(side), verify="full")
                made = Bundle.open(anew.index(side))
                if grown.meta[META_REVISION] != store.last_revision(side):
                    found.append(f"{side}: the index is at another revision")
                found += [f"{side}: {what}" for what in _differ(grown, made, ids)]
    return found


def _differ(grown: Bundle, made: Bundle, ids: list[str]) -> Iterator[str]:
    both = (grown, made)
    if not len(grown) == len(made) == len(ids):
        yield f"{len(grown)} records in the index, {len(made)} made anew, {len(ids)} in the store"
        return
    if not np.array_equal(*(one.vectors(one.rows(ids)) for one in both)):
        yield "vectors differ"
    for word in WORDS:
        hits = [set(one.ids(one.lexical_search([word], len(ids)).rows)) for one in both]
        if hits[0] != hits[1]:
            yield "words differ"
    for column in grown.layout.columns:
        if grown.counts(column) != made.counts(column):
            yield f"column {column} differs"


def main(words: Sequence[str] = ()) -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--changes", type=int, default=24_000)
    parser.add_argument("--records", type=int, default=10_000)
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="duijie-churn-") as folder:
        home = Home(Path(folder) / "home")
        make_home(home, given.records, ENCODER)
        told, memory = churn(home, given)
        print(f"load of the machine {os.getloadavg()[0]:.1f}")
        for what, count in sorted(told.counts.items()):
            print(f"{what}: {count:,}")
        print(f"stale hits: {told.counts['stale hits']}")
        for moment, size in memory:
            print(f"memory {moment}: {size:,.0f} MB")
        wrong = differences(home)
        print("index equal to the store" if not wrong else "\n".join(wrong))


if __name__ == "__main__":
    main(sys.argv[1:])
