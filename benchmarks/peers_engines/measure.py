"""Measures one engine: its index in one process, its answers in another that opens what was saved.

`python -m benchmarks.peers_engines.ENGINE FOLDER WORK STEP` prints what was found as JSON in its
last line. Needs only numpy beside the engine, so that it runs in the peers' environment too.
"""

import argparse
import importlib.metadata
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers_engines.protocol import NEAREST, Engine, Question, Rows, questions_of, rows_of

CHANGED = 100
ADDED = "二次"
"""The word by which the changed records differ."""
WARM = 3
PATIENCE = 15.0
"""CPU seconds, after which no more questions are asked: some engines take seconds for one."""
SHARE = 0.1
"""A filtered question asks for records whose `share`, uniform in [0, 1), is below."""


def index(engine: Engine, folder: Path, work: Path) -> dict[str, Any]:
    """CPU seconds to index, save and change; each change ends with an answer that shows it."""
    rows, first = rows_of(folder), questions_of(folder)[0]
    found: dict[str, Any] = {"MB before indexing": _held()["VmHWM"]}

    def answered(act: Callable[[], None]) -> None:
        act()
        engine.ask(first, None)

    found["index, CPU s"] = _cpu(lambda: answered(lambda: engine.build(rows, work)))
    found["save, CPU s"] = _cpu(lambda: engine.save(work))
    changed = [f"{words} {ADDED}" for words in rows.words[:CHANGED]]
    again = Rows(range(CHANGED), changed, rows.vectors[:CHANGED], rows.share[:CHANGED])
    found["change 100, CPU s"] = _cpu(lambda: answered(lambda: engine.update(again)))
    found["save again, CPU s"] = _cpu(lambda: engine.save(work))
    found["MB at the most, indexing"] = _held()["VmHWM"]
    found["versions"] = {name: importlib.metadata.version(name) for name in engine.packages}
    return found


def answers(engine: Engine, folder: Path, work: Path) -> dict[str, Any]:
    """Milliseconds of an answer, filtered or not, quality and memory."""
    asked, share = questions_of(folder), np.load(folder / "share.npy")
    found: dict[str, Any] = {"open, CPU s": _cpu(lambda: engine.open(work))}
    for name, below in (("all", None), (f"{SHARE:.0%}", SHARE)):
        lists, taken = _asked(engine, asked, below)
        found[f"{name}: questions"] = len(lists)
        found[f"{name}: CPU ms"] = float(np.mean(taken))
        found[f"{name}: CPU ms, p95"] = float(np.percentile(taken, 95))
        found[f"{name}: answers"] = float(np.mean([len(some) for some in lists]))
        if below is None:
            found["gains"] = gains(asked, lists)
        elif any(share[number] >= below for some in lists for number in some):
            raise SystemExit(f"{type(engine).__name__} 的筛选结果有误：含有不符合条件的记录。")
    held = _held()
    return found | {"MB after the questions": held["VmRSS"], "of it private": held["RssAnon"]}


def _asked(
    engine: Engine, asked: Sequence[Question], below: float | None
) -> tuple[list[list[int]], list[float]]:
    for question in asked[:WARM]:
        engine.ask(question, below)
    lists: list[list[int]] = []
    taken: list[float] = []
    for question in asked:
        begun = time.process_time()
        lists.append(engine.ask(question, below))
        taken.append((time.process_time() - begun) * 1e3)
        if sum(taken) > PATIENCE * 1e3:
            break
    return lists, taken


def gains(asked: Sequence[Question], lists: Sequence[Sequence[int]]) -> dict[str, list[float]]:
    """nDCG@10 of each list, by the form of its question."""
    found: dict[str, list[float]] = {}
    for question, ranked in zip(asked, lists, strict=False):
        found.setdefault(question.form, []).append(ndcg(ranked, question.answer))
    return dict(sorted(found.items()))


def ndcg(ranked: Sequence[int], answer: int) -> float:
    """nDCG@10 of a list with one right answer: 1 / log2(1 + rank), or 0."""
    best = list(ranked[:NEAREST])
    return float(1 / np.log2(best.index(answer) + 2)) if answer in best else 0.0


def _cpu(act: Callable[[], Any]) -> float:
    begun = time.process_time()
    act()
    return time.process_time() - begun


def _held() -> dict[str, float]:
    """MB by the names of the kernel; unlike `getrusage`, of this program alone."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    parts = [line.split() for line in lines if line.endswith(" kB")]
    return {name.rstrip(":"): int(size) / 1024 for name, size, _ in parts}


STEPS = {"index": index, "answers": answers}


def main(make: Callable[[], Engine]) -> None:
    """Do one step and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("step", choices=STEPS)
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    print(json.dumps(STEPS[given.step](make(), given.folder, given.work)), flush=True)
