"""This project beside txtai, Haystack and Milvus Lite: the same records, vectors and words.

`DUIJIE_DATA=… DUIJIE_BENCH_HOME=… make bench-peers`. Each engine runs in processes of its own with
one thread, so its memory is its own; the peers run in `.venv-peers`, which `make` fills. What they
are given is told in `benchmarks.peers_texts`. Times are CPU times.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import data_folder, table
from benchmarks.peers_texts import write

OURS, PEERS = Path(sys.executable), Path(".venv-peers/bin/python")
ENGINES: Mapping[str, tuple[str, Path]] = {
    "duijie": ("duijie", OURS),
    "FAISS + tantivy": ("floor", OURS),
    "txtai": ("txtai", PEERS),
    "Haystack": ("haystack", PEERS),
    "Milvus Lite": ("milvus_lite", PEERS),
}
"""Module and interpreter."""
STEPS = ("index", "answers")
QUIET = {"OMP_NUM_THREADS": "1", "HAYSTACK_TELEMETRY_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
ASKED_AS = {"title": "title → abstract", "full": "motivation → method and result"}
Found = Mapping[str, Any]


def measured(name: str, folder: Path) -> dict[str, Any] | None:
    """What one engine takes; None, with a line that says why, where it cannot be run."""
    module, python = ENGINES[name]
    if not python.is_file():
        print(f"没有安装 {name}（缺少 {python}），略过；运行 make bench-peers 会安装。", flush=True)
        return None
    work = folder / module
    shutil.rmtree(work, ignore_errors=True)
    found: dict[str, Any] = {}
    for step in STEPS:
        command = [str(python), "-m", f"benchmarks.peers_engines.{module}"]
        done = subprocess.run(
            [*command, str(folder), str(work), step],
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | QUIET,
        )
        if done.returncode:
            print(f"{name} 的 {step} 没有成功（退出码 {done.returncode}），略过。", flush=True)
            return None
        found |= parsed(done.stdout)
    shutil.rmtree(work, ignore_errors=True)
    (folder / f"{module}.json").write_text(json.dumps(found), encoding="utf-8")
    return found


def parsed(printed: str) -> dict[str, Any]:
    """Read what an engine's process printed: JSON in the last line, whatever came before."""
    return dict(json.loads(printed.strip().splitlines()[-1]))


def rows(found: Mapping[str, Found]) -> dict[str, dict[str, str]]:
    """Make a table: a row for each figure, a column for each engine."""
    names = [name for name in next(iter(found.values())) if name not in ("versions", "gains")]
    made = {name: {engine: _shown(own[name]) for engine, own in found.items()} for name in names}
    for form in next(iter(found.values()))["gains"]:
        told = {engine: own["gains"][form] for engine, own in found.items()}
        common = min(map(len, told.values()))
        made[f"nDCG@10, {ASKED_AS[form]}"] = {
            engine: f"{np.mean(some):.3f}" for engine, some in told.items()
        }
        made[f"nDCG@10, {ASKED_AS[form]}, the first {common}"] = {
            engine: f"{np.mean(some[:common]):.3f}" for engine, some in told.items()
        }
    made["versions"] = {
        engine: ", ".join(f"{name} {number}" for name, number in own["versions"].items())
        for engine, own in found.items()
    }
    return made


def _shown(value: float) -> str:
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"


def goals(ours: Found, txtai: Found) -> dict[str, dict[str, str]]:
    """Compare with txtai as the goals are written; differences with their 95 % interval."""

    def row(goal: str, value: str, met: bool) -> dict[str, str]:
        return {"goal": goal, "measured": value, "": "met" if met else "**missed**"}

    made = {}
    for name, what, least in (
        ("hybrid query", "all: CPU ms", 8.0),
        ("index", "index, CPU s", 1.5),
    ):
        times = txtai[what] / ours[what]
        made[f"{name}, times as fast"] = row(f"≥ {least:g}", f"{times:.2f}", times >= least)
    for form, own in ours["gains"].items():
        less = [a - b for a, b in zip(own, txtai["gains"][form], strict=False)]
        mean, spread = float(np.mean(less)), 1.96 * float(np.std(less)) / len(less) ** 0.5
        value = f"{mean:+.4f} ± {spread:.4f}"
        made[f"nDCG@10, {ASKED_AS[form]}: difference"] = row("≥ 0", value, mean >= 0)
    for name in ("MB at the most, indexing", "MB after the questions"):
        share = ours[name] / txtai[name]
        made[f"{name}: share of txtai's"] = row("≤ 1", f"{share:.2f}", share <= 1)
    return made


def main(words: Sequence[str] = ()) -> None:
    """Measure every engine that is there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--records", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--only", nargs="*", choices=ENGINES, default=list(ENGINES))
    given = parser.parse_args(words)
    data, home = data_folder(), os.environ.get("DUIJIE_BENCH_HOME", "")
    if data is None:
        return
    if not home:
        print("DUIJIE_BENCH_HOME is not set: this measurement needs a folder with 3 GB to spare")
        return
    for records in given.records:
        folder = Path(home) / f"peers-{records}"
        write(folder, data, records)
        tried = {name: measured(name, folder) for name in given.only}
        found = {name: own for name, own in tried.items() if own is not None}
        if found:
            table(f"{records:,} records", rows(found))
        if {"duijie", "txtai"} <= set(found):
            table(f"{records:,} records, beside txtai", goals(found["duijie"], found["txtai"]))


if __name__ == "__main__":
    main(sys.argv[1:])
