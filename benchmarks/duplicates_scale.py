"""Duplicates on real abstracts (DUIJIE_DATA), and speed and memory on 100,000 made records."""

import json
import random
import re
import resource
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from benchmarks.duplicates_edits import EDITS
from benchmarks.duplicates_made import _sample_bases
from benchmarks.measuring import data_folder, table
from benchmarks.prepare_static import _shingles
from matcher.duplicates.candidates import CandidateIndex
from matcher.duplicates.find import decisions, index_of
from matcher.duplicates.judge import Decision, Judge
from matcher.duplicates.reading import Outline
from matcher.text.segment import read_words
from matcher.types import Achievement, Record

RECORDS = 100_000
PATTERNS = (
    "{}用{}",
    "基于{1}的{0}方法",
    "{}与{}联用工艺",
    "{}{}装置",
    "一种{}的{}系统",
    "{}及其{}",
)
COPIES = 2_000
COPY_SHARE = 0.95
"""A text that shares this much of its sampled shingles with another one is a copy of it."""


class InMemory:
    """A `RecordSource` of records in memory."""

    def __init__(self, records: Sequence[Achievement]) -> None:
        self._by_id = {one.id: one for one in records}

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        """Records in the order of ids."""
        return [self._by_id[id_] for id_ in ids]


def main() -> None:
    """Measure both."""
    measure_abstracts()
    measure_scale()


def measure_abstracts() -> None:
    """Print recall of the copies among real abstracts, and what else is merged."""
    folder = data_folder()
    if folder is None:
        return
    with (folder / "csl" / "csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    records = [
        Achievement(id=f"{at:05}", title=row.get("title") or "", text=row["abstract"])
        for at, row in enumerate(rows)
    ]
    copies = _copies([record.text for record in records])
    started = time.perf_counter()
    found = list(decisions(index_of(records), InMemory(records), Judge()))
    seconds = time.perf_counter() - started
    figures = {}
    for verdicts in (("same",), ("same", "maybe")):
        said = {_rows(one) for one in found if one.verdict in verdicts}
        figures[" + ".join(verdicts)] = {
            "pairs": str(len(said)),
            "copies found": f"{len(said & copies)} of {len(copies)}",
            "other pairs per 10,000 records": f"{len(said - copies) / len(records) * 1e4:.1f}",
            "records/s": f"{len(records) / seconds:.0f}",
        }
    table(f"{len(records)} abstracts", figures)


def _rows(one: Decision) -> tuple[int, int]:
    left, right = sorted((int(one.left), int(one.right)))
    return left, right


def _copies(texts: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs whose shorter text stands in the other one, nearly letter by letter."""
    where: dict[int, list[int]] = defaultdict(list)
    sampled = [_shingles(text) for text in texts]
    for at, shingles in enumerate(sampled):
        for shingle in shingles:
            where[shingle].append(at)
    found = set()
    for at, shingles in enumerate(sampled):
        shared: dict[int, int] = defaultdict(int)
        for shingle in shingles:
            for other in where[shingle]:
                shared[other] += other < at
        for other, count in shared.items():
            if count >= COPY_SHARE * max(1, min(len(shingles), len(sampled[other]))):
                found.add((other, at))
    return found


def measure_scale() -> None:
    """Print speed and memory of finding and judging among 100,000 made records."""
    before = _peak_mb()
    started = time.perf_counter()
    index = CandidateIndex()
    stream = _made(RECORDS)
    while batch := [Outline.of(one) for one in islice(stream, 2000)]:
        index.add(batch)
    added = time.perf_counter()
    pairs = index.pairs()
    paired = time.perf_counter()
    peak = _peak_mb()
    place = {id_: at for at, id_ in enumerate(index.ids)}
    wanted = {(place[id_[:-1]], place[id_]) for id_ in index.ids if id_.endswith("c")}
    codes = {min(pair) * len(place) + max(pair) for pair in wanted}
    found = np.isin(list(codes), pairs[:, 0] * len(place) + pairs[:, 1])
    table(
        f"{RECORDS} made records",
        {
            "candidates": {
                "taking in": f"{RECORDS / (added - started):.0f} records/s",
                "pairing": f"{paired - added:.1f} s",
                "pairs": str(len(pairs)),
                "recall of copies": f"{found.mean():.4f}",
                "memory": f"{peak - before:.0f} MB",
            }
        },
    )


def _made(count: int) -> Iterator[Achievement]:
    """Records of terms and of clauses of the sample, and edited copies of some of them."""
    rng = random.Random(1)
    texts = "".join(one.text for one, _ in _sample_bases())
    clauses = [piece for piece in re.split(r"[，。；,;\s]", texts) if 5 <= len(piece) <= 20]
    terms = [term for term in read_words("terms.txt") if len(term) > 2]
    kinds = sorted(set(EDITS) - {"untitled"})
    every = count // COPIES
    for at in range(count - COPIES):
        first, second, third = rng.sample(terms, 3)
        title = rng.choice(PATTERNS).format(first, second)
        chosen = rng.sample(clauses, rng.randint(8, 30))
        chosen = [f"{one}{rng.choice('，，。')}" for one in chosen]
        text = "".join([f"针对{first}，研究{third}。", *chosen])
        made = Achievement(id=f"{at:06}", title=title, text=text)
        yield made
        if at % (every - 1) == 0 and at // (every - 1) < COPIES:
            edited = EDITS[rng.choice(kinds)](made, rng)
            yield Achievement(id=f"{at:06}c", title=edited.title, text=edited.text)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
