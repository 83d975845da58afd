"""A million records on one machine: size, memory, start, recall and time of each stage.

`DUIJIE_DATA=… DUIJIE_BENCH_HOME=… python -m benchmarks.million [--records N …]`. How the records
are made is told in `benchmarks.million_records`; they and the indexes lie in DUIJIE_BENCH_HOME and
are used again. Times are CPU time, so that other work on the machine counts as little as it can.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import data_folder, table
from benchmarks.million_records import COLUMNS, SHARD, Shards
from benchmarks.million_searches import measure_searches
from indexing.base import Vectors
from indexing.bundle import Bundle, Entry

SIZES = (10_000, 100_000, 1_000_000)
FINGERPRINT = "benchmarks.million"
BATCH = 2_000
SAVED_EVERY = 250_000
CHANGES = 100


def build(root: Path, shards: Shards, records: int) -> dict[str, float]:
    """Make an index as `duijie index` does: batches, saves on the way, then compaction."""
    shutil.rmtree(root, ignore_errors=True)
    bundle = Bundle.create(dim=256, fingerprint=FINGERPRINT, columns=COLUMNS)
    taken = {"adding": 0.0, "saving": 0.0, "compaction": 0.0, "last save": 0.0}
    entries, done = _all_entries(shards, records), 0
    while batch := list(islice(entries, BATCH)):
        taken["adding"] += _cpu(lambda some=batch: bundle.upsert(some))  # type: ignore[misc]
        done += len(batch)
        if done % SAVED_EVERY == 0 or done == records:
            taken["saving"] += _cpu(lambda: bundle.save(root))
    if bundle.compaction_due:
        taken["compaction"] = _cpu(bundle.compact)
        taken["last save"] = _cpu(lambda: bundle.save(root))
    taken["MB at the most"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return taken


def _all_entries(shards: Shards, records: int) -> Iterator[Entry]:
    every = (entry for at in range(-(-records // SHARD)) for entry in shards.entries(at))
    return islice(every, records)


def change(root: Path, shards: Shards, records: int) -> dict[str, float]:
    """Open an index, write some records again with other words, save; as one import would."""
    given = list(islice(shards.entries(0), CHANGES))
    found: dict[str, float] = {}
    for turn in ("first", "second", "third"):
        bundle: list[Bundle] = []
        found[f"{turn}: open"] = _wall(lambda into=bundle: into.append(Bundle.open(root)))  # type: ignore[misc]
        altered = [Entry(one.id, one.vector, [*one.tokens, turn], one.columns) for one in given]
        found[f"{turn}: write"] = _wall(lambda some=altered, b=bundle: b[0].upsert(some))  # type: ignore[misc]
        before = _written()
        found[f"{turn}: save"] = _wall(lambda b=bundle: b[0].save(root))  # type: ignore[misc]
        found[f"{turn}: MB written"] = (_written() - before) / 1e6
    return found


def start(root: Path, shards: Shards, _records: int) -> dict[str, float]:
    """Open an index in a new process, answer one question, and say what memory that took."""
    vectors, words = shards.questions()
    begun = time.perf_counter()
    bundle = Bundle.open(root)
    opened = time.perf_counter()
    ask(bundle, vectors[0], words[0])
    answered = time.perf_counter()
    for vector, some in zip(vectors[1:101], words[1:101], strict=True):
        ask(bundle, vector, some)
    status = _memory()
    return {
        "bytes on disk a record": sum(p.stat().st_size for p in _files(root)) / len(bundle),
        "open ms": (opened - begun) * 1e3,
        "first answer ms": (answered - opened) * 1e3,
        "RSS MB after 100 questions": status["VmRSS"],
        "of it private": status["RssAnon"],
    }


def _files(root: Path) -> list[Path]:
    newest = max(root.glob("gen-*"))
    return [path for path in newest.rglob("*") if path.is_file()]


def ask(bundle: Bundle, vector: Vectors, words: Sequence[str]) -> None:
    """Retrieve as `matcher.retrieve` does."""
    dense = bundle.dense(vector, 100)
    lexical = bundle.lexical_search(words, 100)
    bundle.ids(np.union1d(dense.rows, lexical.rows))


def _cpu(act: Callable[[], Any]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _wall(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _memory() -> dict[str, float]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {
        line.split(":")[0]: int(line.split()[1]) / 1024
        for line in lines
        if "RSS" in line or "Rss" in line
    }


def _written() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


STEPS: dict[str, Callable[[Path, Shards, int], dict[str, float]]] = {
    "build": build,
    "start": start,
    "searches": measure_searches,
    "change": change,
}


def in_a_process(step: str, records: int) -> dict[str, float]:
    """Run a step in a process of its own, so that its memory is its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.million",
        "--step",
        step,
        "--records",
        str(records),
    ]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main(words: Sequence[str] = ()) -> None:
    """Measure each size, or do one step of one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="*", default=SIZES)
    parser.add_argument("--step", choices=STEPS)
    given = parser.parse_args(words)
    data, home = data_folder(), os.environ.get("DUIJIE_BENCH_HOME", "")
    if data is None or not home:
        print("DUIJIE_BENCH_HOME is not set: this measurement needs a folder with 10 GB to spare")
        return
    shards = Shards(Path(home) / "million", data)
    if given.step:
        root = Path(home) / "million" / f"index-{given.records[0]}"
        print(json.dumps(STEPS[given.step](root, shards, given.records[0])))
        return
    shards.make(max(given.records))
    for step in STEPS:
        found = {f"{count:,}": in_a_process(step, count) for count in given.records}
        names = next(iter(found.values()))
        table(step, {name: {n: f"{own[name]:,.4g}" for n, own in found.items()} for name in names})


if __name__ == "__main__":
    main(sys.argv[1:])
