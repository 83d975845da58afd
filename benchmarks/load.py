"""Many people at a running server at once, beside a bare FastAPI route in the same run.

`python -m benchmarks.load [--records 20000] [--users 50] [--seconds 120] [--think 2] [--asked 0]`:
a home of made records (put together from sentences of the bundled sample; a tenth of the
achievements is hidden from the users), `duijie serve` in a process of its own, users who open pages
and call the API with a pause in between, each turn followed by a call of the bare route. Prints
errors, p50 and p95 of each route, and the server's memory before and after.

Users ask about any need, so nearly every list is made anew; `--asked 200` are the needs that a team
works on. `--home` keeps the home for the next run: with the default encoder it takes half an hour
of one core to make, with `--encoder static-zh-256` a minute.
"""

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from fastapi import FastAPI
from sqlalchemy import update

from benchmarks.measuring import table
from matcher.types import Record, Side
from service.access.organisations import add_organisation
from service.access.passwords import hashed
from service.access.people import OneTime, add_person
from service.bootstrap import make_indexer, open_store
from service.present import NOTES
from service.sample import sample_judgements
from service.settings import Home, Settings
from service.store.people_tables import UserRow
from service.store.store import Store
from service.sync import bring_up_to_date

HIDDEN = 10
"""Of so many achievements one is its holder's alone."""
PASSWORD = "four green 河马 9"
LOGINS = 10
NEEDS_SHARE = 0.2
PORT, BARE_PORT = 8878, 8879
TURNS = {
    "page /needs": (4, "/needs"),
    "page /achievements?q": (3, "/achievements?q={word}"),
    "page /achievements?page": (2, "/achievements?page={page}"),
    "page /needs/ID": (4, "/needs/{need}"),
    "page /needs/ID/matches": (3, "/needs/{need}/matches"),
    "part /needs/ID/matches": (3, "/needs/{need}/matches#part"),
    "page /dashboard": (1, "/dashboard"),
    "api /needs": (3, "/api/v1/needs?limit=50"),
    "api /needs/ID": (4, "/api/v1/needs/{need}"),
    "api /needs/ID/matches": (2, "/api/v1/needs/{need}/matches?k=10"),
}
"""Weight and address of what people do; `#part` is asked for as htmx does."""
HURRIED_WORDS = ('"hurried"', NOTES["hurried"])
"""By these one knows a list that came by search alone: in JSON, on a page."""
QUARTERS = 4
"""Memory is read so many times: what is kept grows to its bound, a leak goes on."""
WORDS = ("涂层", "催化剂", "传感器", "废水", "轴承", "检测", "电池", "保鲜")


def made_records(side: Side, count: int, chance: random.Random) -> list[Record]:
    """Records whose texts are sentences of several of the sample's."""
    sample = sample_judgements()
    given: Sequence[Record] = sample.needs if side == "need" else sample.achievements
    parts = [one for record in given for one in re.findall(r"[^。]+。", record.text)]
    made = []
    for at in range(count):
        text = "".join(chance.sample(parts, min(4, len(parts))))
        changed: dict[str, Any] = {"id": f"{side[0].upper()}{at:05d}", "text": text}
        if side == "achievement" and at % HIDDEN == 0:
            changed["visibility"] = "本机构"
        made.append(replace(chance.choice(given), **changed))
    return made


def make_home(home: Home, records: int, encoder: str) -> None:
    """Fill a home with records, their index, and people."""
    settings, chance = Settings(home=home.root, encoder=encoder), random.Random(7)
    with open_store(settings) as store:
        needs = int(records * NEEDS_SHARE)
        for side, count in (("need", needs), ("achievement", records - needs)):
            with store.importing(side, "made") as batch:
                for record in made_records(side, count, chance):
                    batch.put(record)
        bring_up_to_date(store, home, make_indexer(settings))
        _add_people(store)


def _add_people(store: Store) -> None:
    once = OneTime(PASSWORD, hashed(PASSWORD))
    with store.writing() as (connection, _transaction, _revision):
        place = add_organisation(connection, None, "某中心", "broker")
        for at in range(LOGINS):
            add_person(connection, None, f"user{at}", f"某{at}", place, once)
        connection.execute(update(UserRow).values(must_change=False))


def bare() -> None:
    """Serve one route that does nothing."""
    app = FastAPI()

    @app.get("/bare")
    def nothing() -> dict[str, str]:
        return {"state": "ok"}

    uvicorn.run(app, port=BARE_PORT, log_level="error")


class Load:
    """What many users measure.

    Attributes:
        times: seconds of each answer, by what was asked.
        faults: answers that are none, by what was asked and what came.
        hurried: lists that came by search alone, as many waited.
    """

    def __init__(self, needs: int, think: float) -> None:
        self.needs = needs
        self.think = think
        self.times: dict[str, list[float]] = defaultdict(list)
        self.faults: Counter[str] = Counter()
        self.hurried = 0

    async def run(self, users: int, seconds: float) -> None:
        """Let users work for a while."""
        base = f"http://127.0.0.1:{PORT}"
        jars = []
        for at in range(LOGINS):
            async with httpx.AsyncClient(base_url=base, timeout=60) as one:
                who = {"login": f"user{at}", "password": PASSWORD}
                (await one.post("/api/v1/session", json=who)).raise_for_status()
                jars.append(httpx.Cookies(one.cookies))
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for at in range(users):
                group.create_task(self._user(base, jars[at % LOGINS], at, until))

    async def _user(self, base: str, jar: httpx.Cookies, number: int, until: float) -> None:
        chance = random.Random(number)
        names, weights = list(TURNS), [weight for weight, _ in TURNS.values()]
        async with httpx.AsyncClient(base_url=base, cookies=jar, timeout=60) as one:
            await asyncio.sleep(chance.uniform(0, self.think))
            while time.monotonic() < until:
                name = chance.choices(names, weights)[0]
                await self._ask(one, name, self._address(name, chance))
                await self._ask(one, "bare route", f"http://127.0.0.1:{BARE_PORT}/bare")
                await asyncio.sleep(chance.expovariate(1 / self.think) if self.think else 0)

    def _address(self, name: str, chance: random.Random) -> str:
        words: dict[str, Any] = {
            "need": f"N{chance.randrange(self.needs):05d}",
            "word": chance.choice(WORDS),
            "page": chance.randrange(1, 20),
        }
        return TURNS[name][1].format(**words)

    async def _ask(self, one: httpx.AsyncClient, name: str, address: str) -> None:
        path, _, part = address.partition("#")
        headers = {"Accept": "text/html", **({"HX-Request": "true"} if part else {})}
        begun = time.perf_counter()
        try:
            answer = await one.get(path, headers=headers)
        except httpx.HTTPError as error:
            self.faults[f"{name}: {type(error).__name__}"] += 1
            return
        self.times[name].append(time.perf_counter() - begun)
        if answer.status_code != 200:
            self.faults[f"{name}: {answer.status_code}"] += 1
        self.hurried += "/matches" in name and any(one in answer.text for one in HURRIED_WORDS)


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def until_ready(patience: float = 600) -> None:
    """Wait until the server can match."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if httpx.get(f"http://127.0.0.1:{PORT}/api/v1/ready", timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    raise SystemExit("the server was not ready in time")


def measure(home: Path, given: argparse.Namespace) -> None:
    """Serve a home, let users work at it, and print what they met."""
    more = {"DUIJIE_ENCODER": given.encoder, "DUIJIE_CALLS_PER_MINUTE": "1000000"}
    serve = ("-m", "service.cli.main", "--home", str(home), "serve", "--port", str(PORT))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([sys.executable, *serve], env={**os.environ, **more}, **quiet)
    plain = subprocess.Popen([sys.executable, "-c", "from benchmarks.load import bare; bare()"])
    try:
        until_ready()
        load = Load(given.asked or int(given.records * NEEDS_SHARE), given.think)
        asyncio.run(load.run(LOGINS, 10.0))  # what is loaded at the first use
        load.times.clear()
        load.faults.clear()
        load.hurried = 0
        memory = [memory_mb(server.pid)]
        for _ in range(QUARTERS):
            asyncio.run(load.run(given.users, given.seconds / QUARTERS))
            memory.append(memory_mb(server.pid))
    finally:
        for one in (server, plain):
            one.terminate()
            one.wait(30)
    counted = sum(map(len, load.times.values()))
    print(f"{given.users} users, {given.seconds:.0f} s, {given.records:,} records")
    print(f"load of the machine {os.getloadavg()[0]:.1f}: {counted:,} answers")
    print(f"faults: {dict(load.faults)}")
    print(f"lists by search alone, as many waited: {load.hurried:,}")
    shown = " → ".join(f"{one:,.0f}" for one in memory)
    print(f"memory of the server, before and after each quarter: {shown} MB")
    rows = {name: _figures(load.times[name]) for name in (*TURNS, "bare route")}
    table("seconds", rows)


def _figures(times: Sequence[float]) -> dict[str, str]:
    p50, p95 = np.percentile(times, (50, 95)) if times else (np.nan, np.nan)
    return {"answers": f"{len(times):,}", "p50": f"{p50:.3f}", "p95": f"{p95:.3f}"}


def main(words: Sequence[str] = ()) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--think", type=float, default=2.0, help="mean pause of a user, seconds")
    parser.add_argument("--asked", type=int, default=0, help="needs that users open; 0: any")
    parser.add_argument("--encoder", default="", help="the default one, unless given")
    parser.add_argument("--home", type=Path, help="kept for the next run; made if it is not there")
    given = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="duijie-load-") as folder:
        home = Home(given.home or Path(folder))
        if not home.database.is_file():
            make_home(home, given.records, given.encoder)
        measure(home.root, given)


if __name__ == "__main__":
    main(sys.argv[1:])
