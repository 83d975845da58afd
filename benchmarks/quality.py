"""Do needs that are described better get better answers? Rank correlations, need by need.

Each need's judged achievements are scored by `duijie score`'s scorer. The error is the mean
|level - expected level|; nDCG@10 is of the judged ones. Partial correlations hold the need's mean
level (and the length of its text) fixed, since easy levels make small errors.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import rankdata, spearmanr

from benchmarks.measuring import data_folder, table
from matcher.evaluation.metrics import ndcg
from matcher.quality import assess
from matcher.quantities import find_indicators
from matcher.types import Achievement, Need
from service.bootstrap import make_scorer
from service.sample import sample_judgements
from service.settings import load_settings

FEWEST = 5
"""Judged achievements that a need must have."""
Judged = Sequence[tuple[Achievement, int]]


def main() -> None:
    """Measure the bundled sample, then the real needs where they are."""
    judgements = sample_judgements()
    offered = {one.id: one for one in judgements.achievements}
    _measure(
        "sample",
        [
            # Without the other fields: what the text says is what is measured.
            (
                Need(id=need.id, title=need.title, text=need.text),
                [(offered[id_], n) for id_, n in judgements.levels.get(need.id, {}).items()],
            )
            for need in judgements.needs
        ],
    )
    data = data_folder()
    if data is not None:
        csv.field_size_limit(10**9)
        _measure("bdci359", _real(data))


def _real(data: Path) -> Iterator[tuple[Need, Judged]]:
    judged: dict[str, list[tuple[Achievement, int]]] = defaultdict(list)
    with (data / "bdci359" / "pairs.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            title = row["achievement_title_terms"]
            one = Achievement(id=row["achievement_id"], title=title)
            judged[row["need_id"]].append((one, int(row["level"])))
    with (data / "bdci359" / "needs.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            id_, text = row["need_id"], row["text"].replace("\\n", "\n")
            yield Need(id=id_, title=row["title"], text=text), judged[id_]


def _measure(title: str, shown: Iterable[tuple[Need, Judged]]) -> None:
    score = make_scorer(load_settings())
    kept = [(need, judged) for need, judged in shown if len(judged) >= FEWEST]
    errors, gains, means = [], [], []
    for need, judged in kept:
        fits = score([(need, achievement) for achievement, _ in judged])
        levels = [level for _, level in judged]
        errors.append(
            float(np.mean([abs(n - fit.expected) for n, fit in zip(levels, fits, strict=True)]))
        )
        order = sorted(range(len(levels)), key=lambda at: -fits[at].score)
        gains.append(ndcg([levels[at] for at in order], levels, 10) if max(levels) > 1 else np.nan)
        means.append(float(np.mean(levels)))
    said = {
        "score": [assess(need).score for need, _ in kept],
        "indicators": [float(len(find_indicators(need.text))) for need, _ in kept],
        "characters": [float(len(need.text)) for need, _ in kept],
    }
    ranked = ~np.isnan(gains)
    rows = {}
    for name, values in said.items():
        held = [means] if name == "characters" else [means, said["characters"]]
        found = spearmanr(np.array(values)[ranked], np.array(gains)[ranked])
        rows[name] = {
            "error": f"{spearmanr(values, errors).statistic:+.2f}",
            "error, level held": f"{_partial(values, errors, [means]):+.2f}",
            "error, level and length held": f"{_partial(values, errors, held):+.2f}",
            "nDCG@10": f"{found.statistic:+.2f} (p = {found.pvalue:.2f})",
        }
    table(f"{title}, {len(kept)} needs", rows)


def _partial(x: Sequence[float], y: Sequence[float], held: Sequence[Sequence[float]]) -> float:
    """Spearman's rank correlation of what is left of x and y when `held` is regressed out."""
    ranks = np.column_stack([np.ones(len(x)), *(rankdata(one) for one in held)])
    rest = [one - ranks @ np.linalg.lstsq(ranks, one)[0] for one in (rankdata(x), rankdata(y))]
    return float(np.corrcoef(*rest)[0, 1])
