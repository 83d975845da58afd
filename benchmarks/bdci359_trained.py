"""bdci359 with `duijie train fit`: cross-validation by need and by pair, three seeds.

Of a need's judged achievements the lists are ranked by scores of all folds together. The pairs'
numbers are kept under DUIJIE_BENCH_HOME, if it is set: to read 9,129 pairs takes a while.
"""

import csv
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.measuring import data_folder, table
from matcher.evaluation.outcome import Outcome
from matcher.memory.compared import Compared, Comparer
from matcher.memory.folds import judge_apart
from matcher.types import Achievement, Level, Need
from service.bootstrap import make_comparer
from service.settings import load_settings
from service.training.fitted import outcome_of
from service.training.labels import LabelledPair

SEEDS = (0, 1, 2)
SHOWN = ("ndcg@10", "p@5", "1/(1+mae)", "qwk", "ece")


def main() -> None:
    """Measure the shipped weights and models of one's own on the same pairs."""
    data = data_folder()
    if data is None:
        return
    labels = _labels(data / "bdci359")
    comparer = make_comparer(load_settings())
    pairs = _compared(labels, comparer)
    levels = np.array([int(one.level) for one in labels], dtype=np.int64)
    shipped = [comparer.shipped(*one) for one in zip(pairs.offers, pairs.values, strict=True)]
    rows = {"shipped weights": _cells([outcome_of(labels, shipped)])}
    for split in ("need", "pair"):
        outcomes = [
            outcome_of(labels, judge_apart(pairs, levels, split, seed))  # type: ignore[arg-type]
            for seed in SEEDS
        ]
        rows[f"`train fit`, 5 folds by {split}"] = _cells(outcomes)
    table(f"bdci359, {len(labels):,} pairs, mean of {len(SEEDS)} seeds ± spread", rows)


def _labels(folder: Path) -> list[LabelledPair]:
    csv.field_size_limit(10**9)
    with (folder / "needs.csv").open(encoding="utf-8-sig", newline="") as stream:
        needs = {
            row["need_id"]: Need(
                id="", title=row["title"].strip(), text=row["text"].replace("\\n", "\n").strip()
            )
            for row in csv.DictReader(stream)
        }
    with (folder / "pairs.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["need_id"] in needs]
    found = [
        LabelledPair(
            row["need_id"],
            needs[row["need_id"]],
            Achievement(id="", title=row["achievement_title_terms"].strip()),
            Level(int(row["level"])),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.need_id)


def _compared(labels: Sequence[LabelledPair], comparer: Comparer) -> Compared:
    pairs = [(one.need, one.achievement) for one in labels]
    kept = os.environ.get("DUIJIE_BENCH_HOME")
    if not kept:
        return comparer(pairs)
    name = hashlib.sha256(json.dumps(comparer.fingerprints).encode()).hexdigest()[:16]
    file = Path(kept) / f"bdci359-pairs-{name}.npz"
    if file.is_file():
        with np.load(file, allow_pickle=False) as stored:
            return Compared(
                stored["needs"],
                stored["achievements"],
                stored["need_at"],
                stored["achievement_at"],
                tuple(stored["offers"].tolist()),
                tuple(json.loads(str(stored["values"]))),
            )
    found = comparer(pairs, lambda share: print(f"compared {share:.0%}", end="\r", flush=True))
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        file,
        needs=found.needs,
        achievements=found.achievements,
        need_at=found.need_at,
        achievement_at=found.achievement_at,
        offers=np.array(found.offers),
        values=np.array(json.dumps([dict(one) for one in found.values])),
    )
    return found


def _cells(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """Mean over seeds; beside it the spread of the seeds and the first seed's interval."""
    figures = [one.figures() for one in outcomes]
    cells = {}
    for name in SHOWN:
        values = np.array([one[name].value for one in figures])
        spread = f" ± {values.std(ddof=1):.3f}" if len(values) > 1 else ""
        first = figures[0][name]
        cells[name] = f"{values.mean():.3f}{spread} [{first.low:.3f}, {first.high:.3f}]"
    return cells
