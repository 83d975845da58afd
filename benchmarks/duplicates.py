"""One record per thing: precision and recall on made pairs and on real copies, speed, memory.

`python -m benchmarks.duplicates --fit` refits `matcher/duplicates/weights.json` to the fit part of
the made set; without it the shipped weights are measured on the test part.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import matcher.duplicates
from benchmarks.duplicates_made import MadePair, made_pairs
from benchmarks.measuring import table
from matcher.duplicates.facts import Facts, facts_of
from matcher.duplicates.lexicon import shipped_lexicon
from matcher.duplicates.model import SameModel, fit_model, shipped_model
from matcher.duplicates.reading import Reading

MERGE_FROM, SUGGEST_FROM = 0.7, 0.3
CARD = {
    "fitted_on": "the fit part of benchmarks.duplicates_made (edited and changed sample records, "
    "templates written for this project); no real record",
    "refit": "python -m benchmarks.duplicates --fit",
}
SAMPLES = 1000
HELD_OUT_KINDS: tuple[tuple[str, ...], ...] = (
    ("reworded_title", "shortened_title"),
    ("reworded_text", "combined"),
    ("dropped", "truncated", "reordered"),
    ("traditional", "garbled"),
    ("boilerplate", "introduced"),
    ("title_only", "untitled"),
    ("other_year", "other_units"),
    ("template_product", "template_same_text", "template_title_only"),
    ("product_in_text",),
    ("size_in_title",),
    ("size_in_text",),
    ("series", "later_part", "year", "model", "opposite"),
    ("similar_title", "same_introduction"),
    ("generic_title", "same_title_other_text"),
    ("word_swapped",),
)


@dataclass(frozen=True, slots=True)
class Read:
    """A made pair and what is known about it."""

    pair: MadePair
    facts: Facts


def main() -> None:
    """Measure, or refit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--fit", action="store_true", help="refit and write the weights")
    rows = read_pairs(made_pairs())
    # Called by `python -m benchmarks duplicates` too, whose arguments are not for us.
    if parser.parse_known_args()[0].fit:
        model = fit_model(_fitted(rows), MERGE_FROM, SUGGEST_FROM)
        file = Path(matcher.duplicates.__file__).with_name("weights.json")
        file.write_text(model.dumps(CARD), encoding="utf-8")
    measure(rows)
    measure_generality(rows)


def read_pairs(pairs: Sequence[MadePair]) -> list[Read]:
    """Find out the facts of each pair."""
    lexicon = shipped_lexicon()
    return [
        Read(one, facts_of(Reading.of(one.left, lexicon), Reading.of(one.right, lexicon)))
        for one in pairs
    ]


def _fitted(rows: Sequence[Read], without: Collection[str] = ()) -> list[tuple[Facts, bool]]:
    return [
        (one.facts, one.pair.same)
        for one in rows
        if not one.pair.is_test and one.pair.kind not in without
    ]


def measure(rows: Sequence[Read]) -> None:
    """Print precision, recall and F1 of the test part, and the recall of each kind of edit."""
    model = shipped_model()
    tested = [one for one in rows if one.pair.is_test]
    found = {
        name: _figures(tested, model, threshold)
        for name, threshold in (
            ("merge", model.merge_from),
            ("one half", 0.5),
            ("suggest", model.suggest_from),
        )
    }
    counts = Counter(one.pair.same for one in tested)
    table(f"test: {counts[True]} pairs, {counts[False]} non-pairs", found)
    kinds: dict[str, list[bool]] = defaultdict(list)
    for one in tested:
        name = f"{'pair' if one.pair.same else 'non-pair'} {one.pair.kind}"
        kinds[name].append((model(one.facts) >= model.merge_from) == one.pair.same)
    table(
        "kind (at the merge threshold)",
        {
            name: {"n": str(len(right)), "right": f"{np.mean(right):.3f}"}
            for name, right in sorted(kinds.items())
        },
    )


def _figures(rows: Sequence[Read], model: SameModel, threshold: float) -> dict[str, str]:
    same = np.array([one.pair.same for one in rows])
    said = np.array([model(one.facts) >= threshold for one in rows])
    rng = np.random.default_rng(0)
    samples = [rng.integers(0, len(rows), len(rows)) for _ in range(SAMPLES)]
    cells = {"threshold": f"{threshold}"}
    for at, name in enumerate(("precision", "recall", "F1")):
        value = _precision_recall_f1(same, said)[at]
        spread = [_precision_recall_f1(same[rows], said[rows])[at] for rows in samples]
        low, high = np.quantile(spread, (0.025, 0.975))
        cells[name] = f"{value:.4f} [{low:.4f}, {high:.4f}]"
    cells["wrong merges"] = str(int((said & ~same).sum()))
    return cells


def _precision_recall_f1(same: np.ndarray, said: np.ndarray) -> tuple[float, float, float]:
    hits = float((same & said).sum())
    precision, recall = hits / max(1, said.sum()), hits / max(1, same.sum())
    return precision, recall, 2 * hits / max(1, said.sum() + same.sum())


def measure_generality(rows: Sequence[Read]) -> None:
    """Leave kinds of edits out of the fit, and print how they are judged in the test part."""
    found = {}
    for kinds in HELD_OUT_KINDS:
        model = fit_model(_fitted(rows, kinds), MERGE_FROM, SUGGEST_FROM)
        tested = [one for one in rows if one.pair.is_test and one.pair.kind in kinds]
        right = [(model(one.facts) >= MERGE_FROM) == one.pair.same for one in tested]
        everything = [one for one in rows if one.pair.is_test]
        whole = _precision_recall_f1(
            np.array([one.pair.same for one in everything]),
            np.array([model(one.facts) >= MERGE_FROM for one in everything]),
        )
        found[", ".join(kinds)] = {
            "n": str(len(right)),
            "right": f"{np.mean(right):.3f}",
            "precision of all": f"{whole[0]:.4f}",
            "F1 of all": f"{whole[2]:.4f}",
        }
    table("kinds never seen in the fit", found)


if __name__ == "__main__":
    main()
