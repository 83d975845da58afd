"""Whole batch jobs over a small world, and what they leave behind."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from indexing.bundle import Bundle
from indexing.filters import InRange
from matcher.batch.executor import Executor, Serial
from matcher.batch.job import Job, Outcome
from matcher.batch.plan import Plan
from matcher.indexer import update
from matcher.types import Achievement, Need, Side
from tests.batch_world import EMBEDDER, PAIRS, PLAN, SEGMENTER, open_parts
from tests.matcher import worlds
from tests.matcher.worlds import NEEDS

ACHIEVEMENTS = (
    *worlds.ACHIEVEMENTS,
    *(
        Achievement(id=f"B{at:02}", title=f"{one}{other}技术", trl=at % 9 + 1)
        for at, (one, other) in enumerate(PAIRS)
    ),
)
DENSE = replace(PLAN, uses_words=False)
ROOT = Path(__file__).parents[1]
HERE = Serial()
HIGH = InRange("trl", 5, None)


def change(folder: Path, side: Side, changed: list, removed: list[str]) -> None:
    """Bring a saved side up to date."""
    bundle = Bundle.open(folder / side)
    update(bundle, changed, removed, EMBEDDER, SEGMENTER)
    bundle.save(folder / side)


@dataclass(frozen=True)
class Dying:
    """An `Executor` whose job is killed after some parts."""

    after: int

    def map(self, work: Callable, tasks: Iterable) -> Iterator:
        for at, task in enumerate(tasks):
            if at == self.after:
                raise KeyboardInterrupt
            yield work(task)


def run(
    home: Path,
    out: Path,
    plan: Plan = PLAN,
    needs: Iterable[Need] = NEEDS,
    since: Path | None = None,
    executor: Executor = HERE,
    stale: Iterable[str] = (),
) -> Outcome:
    answers = Bundle.open(home / "achievement")
    job = Job(plan, out, answers, partial(open_parts, home), since)
    return job.run([*needs], frozenset(stale), executor)


def tables(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "parts").iterdir())}


def rows(out: Path) -> list[tuple]:
    found = pq.read_table(out / "parts").to_pylist()
    return [(row["need"], row["rank"], row["achievement"], row["score"]) for row in found]
