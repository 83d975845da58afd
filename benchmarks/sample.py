"""The bundled sample, cross-validated by need: parts, fused and reranked lists, calibration.

Weights are fitted to four fifths of the needs and measured on the rest, for three shuffles.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks.measuring import table
from matcher.embed import Centre, Embedder
from matcher.evaluation import metrics
from matcher.evaluation.report import level_figures
from matcher.fit import Fit
from matcher.text.segment import JiebaSegmenter
from matcher.weighing import Example, Judgements, fit_models
from matcher.weighing.fit_weights import make_examples
from matcher.weight_file import Weights
from models.registry import load_encoder, shipped_names
from service.bootstrap import late_encoder
from service.sample import sample_judgements

SEEDS, FOLDS = (0, 1, 2), 5
Ranker = Callable[[Example], float]


def main() -> None:
    """Measure each shipped encoder, for each kind of pair."""
    judgements = sample_judgements()
    for name in shipped_names():
        encoder = load_encoder(name)
        centre = Centre.stored(Weights.shipped(name).centre)
        embedder = Embedder(encoder, late_encoder(encoder), centre)
        shown, _ = make_examples(judgements, embedder, JiebaSegmenter())
        for offer in ("full-full", "full-title"):
            rows = [one for one in shown if one.offer == offer]
            table(f"{name}, need-achievement {offer}", _measure(rows, judgements))


def _measure(rows: Sequence[Example], judgements: Judgements) -> dict[str, dict[str, str]]:
    parts: dict[str, Ranker] = {
        "BM25": lambda one: one.first["lexical"],
        "dense": lambda one: one.first["dense"],
    }
    figures: dict[str, list[dict[str, float]]] = defaultdict(list)
    for seed in SEEDS:
        for name, ranker in parts.items():
            figures[name].append(_ranking(rows, ranker, judgements))
        fits = _cross_validated(rows, seed)
        for name in ("fused", "reranked"):
            fitted = {id(one): fit for one, fit in fits[name]}
            ranked = _ranking(rows, lambda one: fitted[id(one)].log_odds, judgements)  # noqa: B023
            figures[name].append({**ranked, **_levels(fits[name], judgements)})
    return {name: _spread(measured) for name, measured in figures.items()}


def _cross_validated(rows: Sequence[Example], seed: int) -> dict[str, list[tuple[Example, Fit]]]:
    needs = np.random.default_rng(seed).permutation(sorted({one.need for one in rows}))
    fits: dict[str, list[tuple[Example, Fit]]] = {"fused": [], "reranked": []}
    for fold in range(FOLDS):
        held_out = set(needs[fold::FOLDS])
        rest = [one for one in rows if one.need not in held_out]
        first, pair = fit_models(rest, "first"), fit_models(rest, "pair")
        for one in rows:
            if one.need in held_out:
                fits["fused"].append((one, first(one.offer, one.first)))
                fits["reranked"].append((one, pair(one.offer, one.pair)))
    return fits


def _ranking(rows: Sequence[Example], ranker: Ranker, judgements: Judgements) -> dict[str, float]:
    by_need: dict[str, list[Example]] = defaultdict(list)
    for one in rows:
        by_need[one.need].append(one)
    ndcg, precision = [], []
    for need, candidates in by_need.items():
        ranked = [one.level for one in sorted(candidates, key=lambda one: -ranker(one))]
        ndcg.append(metrics.ndcg(ranked, list(judgements.levels[need].values()), 10))
        precision.append(metrics.precision(ranked, 5))
    return {"nDCG@10": float(np.mean(ndcg)), "P@5": float(np.mean(precision))}


def _levels(fits: Sequence[tuple[Example, Fit]], judgements: Judgements) -> dict[str, float]:
    everything = [(one.need, one.level, fit) for one, fit in fits]
    judged = [
        (one.need, one.level, fit)
        for one, fit in fits
        if one.achievement in judgements.levels[one.need]
    ]
    figures = level_figures(judged)
    return {
        "ECE (candidates)": level_figures(everything)["ece"].value,
        "MAE (judged)": figures["mae"].value,
        "QWK (judged)": figures["qwk"].value,
    }


def _spread(measured: Sequence[dict[str, float]]) -> dict[str, str]:
    names = ("nDCG@10", "P@5", "ECE (candidates)", "MAE (judged)", "QWK (judged)")
    cells = {}
    for name in names:
        values = [one[name] for one in measured if name in one]
        cells[name] = f"{np.mean(values):.3f} ± {np.std(values):.3f}" if values else "–"
    return cells
