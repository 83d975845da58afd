"""All needs against all achievements: time, beside the bare matrix product; kills; changes.

`DUIJIE_DATA=… DUIJIE_BENCH_HOME=… python -m benchmarks.batch [--records N] [--needs N]`. Records
and index are made as those of `benchmarks.million`. A need is a mix of two of its questions, with
a little noise. Times are CPU time of one thread.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.measuring import data_folder, table
from benchmarks.million import build
from benchmarks.million_records import ENCODER, Shards
from indexing.base import Rows, Vectors
from indexing.bundle import Bundle
from matcher.batch.executor import Serial
from matcher.batch.job import Job
from matcher.batch.plan import BLOCK, Plan
from matcher.batch.work import Parts
from matcher.documents import Document
from matcher.types import Need
from matcher.weight_file import Weights

TOP = 50
NEW_SHARE = 100
"""One record in so many is new in the job that goes on from an earlier one."""


class Described(Bundle):
    """An index whose records all have a text: those of `benchmarks.million` do not say so."""

    def numbers(self, column: str, rows: Rows) -> Any:
        """Values of a number column."""
        return np.ones(len(rows)) if column == "has_text" else super().numbers(column, rows)


@dataclass(frozen=True)
class World:
    """Needs and where their answers lie."""

    root: Path
    shards: Shards
    count: int

    def needs(self) -> list[Need]:
        """As many as were asked for; what they say is known by `open`."""
        return [Need(id=f"N{at:06}", title="x") for at in range(self.count)]

    def open(self) -> Parts:
        """Open the index and mix the needs."""
        vectors, words = self.shards.questions()
        chance = np.random.default_rng(7)
        pairs = chance.integers(0, len(vectors), (self.count, 2))
        mixed = vectors[pairs[:, 0]] + np.float32(0.5) * vectors[pairs[:, 1]]
        mixed += chance.standard_normal(mixed.shape, dtype=np.float32) * np.float32(0.01)
        mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)

        def place(document: Any) -> int:
            return int(document.record.id[1:])

        def read(need: Need) -> Document:
            first, second = pairs[int(need.id[1:])]
            said = [*words[first][::2], *words[second][1::2]]
            body = SimpleNamespace(text="x" * 50)
            asked = SimpleNamespace(record=need, full="x", body=body, words=said)
            return cast(Document, asked)

        return Parts(
            answers=Described.open(self.root),
            asked=Bundle.create(dim=vectors.shape[1], fingerprint="", columns={}),
            read=read,
            encode=lambda some: mixed[[place(one) for one in some]],
            first=Weights.shipped(ENCODER).first,
        )


def job(world: World, out: Path, since: Path | None, *, words: bool, hidden: int) -> dict[str, Any]:
    """Do what is missing of a job, in this process."""
    without = frozenset(f"CN{at * NEW_SHARE:09}" for at in range(hidden))
    plan = Plan(top=TOP, uses_words=words, without=without, made_of={})
    parts = world.open()
    needs = world.needs()
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = Job(plan, out, parts.answers, lambda: parts, since).run(needs, frozenset(), Serial())
    cpu = time.process_time() - cpu
    return {"cpu": cpu, "wall": time.perf_counter() - wall, **asdict(outcome)}


def bare(world: World, records: int, blocks: int) -> float:
    """CPU seconds of the product alone, for all needs: some blocks of them, scaled up."""
    vectors = np.concatenate([*world.shards.vectors(records)])
    parts, tile = world.open(), 1024
    needs = [parts.read(need) for need in world.needs()[: blocks * BLOCK]]
    asked: Vectors = np.ascontiguousarray(parts.encode(needs))
    scores = np.empty((BLOCK, tile), dtype=np.float32)
    begun = time.process_time()
    for start in range(0, len(asked), BLOCK):
        block = asked[start : start + BLOCK]
        for at in range(0, len(vectors) - tile + 1, tile):
            np.matmul(block, vectors[at : at + tile].T, out=scores[: len(block)])
    return (time.process_time() - begun) * world.count / len(asked)


def in_a_process(given: Any, out: Path, *more: str, kill_at: int = 0) -> dict[str, Any]:
    """Do a job in a process of its own, and kill it once some parts are there."""
    numbers = ["--records", str(given.records), "--needs", str(given.needs)]
    command = [sys.executable, "-m", "benchmarks.batch", *numbers, "--out", str(out), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while kill_at and process.poll() is None:
            if len(list(out.glob("parts/part-*"))) >= kill_at:
                process.send_signal(signal.SIGKILL)
                return {}
            time.sleep(0.05)
        told = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return dict(json.loads(told.splitlines()[-1]))


def equal(one: Path, other: Path) -> bool:
    """Whether two jobs ended alike, byte by byte."""
    names = [sorted(path.name for path in (out / "parts").iterdir()) for out in (one, other)]
    return names[0] == names[1] and all(
        (one / "parts" / name).read_bytes() == (other / "parts" / name).read_bytes()
        for name in names[0]
    )


def measure(given: Any, home: Path, world: World) -> dict[str, str]:
    """All figures of one size."""
    whole, killed, old, new = (home / name for name in ("whole", "killed", "old", "new"))
    for out in (whole, killed, old, new, home / "words"):
        shutil.rmtree(out, ignore_errors=True)
    parts = -(-given.needs // BLOCK)
    found: dict[str, str] = {}
    product = bare(world, given.records, min(parts, 4))
    done = in_a_process(given, whole)
    found["bare product, CPU s"] = f"{product:.1f}"
    found["the job, CPU s"] = f"{done['cpu']:.1f}"
    found["bare / job"] = f"{product / done['cpu']:.2f}"
    found["the job, wall s"] = f"{done['wall']:.1f}"
    for at in (1, 2):
        in_a_process(given, killed, kill_at=max(1, at * parts // 3))
    rest = in_a_process(given, killed)
    found["parts kept after two kills"] = f"{rest['kept']} of {rest['parts']}"
    found["killed and resumed, equal"] = str(equal(whole, killed))
    few = replace_needs(given, max(BLOCK, given.needs // 10))
    shutil.rmtree(killed)
    once = in_a_process(few, killed)
    in_a_process(few, old, "--hidden", str(given.records // NEW_SHARE))
    after = in_a_process(few, new, "--since", str(old))
    found[f"{few.needs:,} needs, whole, CPU s"] = f"{once['cpu']:.1f}"
    found[f"{few.needs:,} needs, 1 % of records new, CPU s"] = f"{after['cpu']:.1f}"
    found["of these compared with everything"] = str(after["searched"])
    found["gone on from, equal"] = str(equal(killed, new))
    asked = in_a_process(replace_needs(given, BLOCK), home / "words", "--words")
    found["with words, CPU ms a need"] = f"{asked['cpu'] / BLOCK * 1e3:.1f}"
    return found


def replace_needs(given: Any, needs: int) -> Any:
    """The same call for fewer needs."""
    return argparse.Namespace(**{**vars(given), "needs": needs})


def main(words: Sequence[str] = ()) -> None:
    """Measure one size, or do one job."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--needs", type=int, default=10_000)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--since", type=Path)
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--hidden", type=int, default=0)
    given = parser.parse_args(words)
    data, named = data_folder(), os.environ.get("DUIJIE_BENCH_HOME", "")
    if data is None or not named:
        print("DUIJIE_BENCH_HOME is not set: this measurement needs a folder with 10 GB to spare")
        return
    home = Path(named) / "million"
    shards = Shards(home, data)
    world = World(home / f"index-{given.records}", shards, given.needs)
    with threadpool_limits(1):
        if given.out:
            done = job(world, given.out, given.since, words=given.words, hidden=given.hidden)
            print(json.dumps(done))
            return
        shards.make(given.records)
        if not Bundle.exists(world.root):
            build(world.root, shards, given.records)
        found = measure(given, home / "batch", world)
    name = f"{given.needs:,} × {given.records:,}"
    table(name, {row: {"": cell} for row, cell in found.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
