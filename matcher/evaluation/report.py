"""Evaluates lists and pair scores against judgements; every figure with its interval."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.errors import EvaluationError
from matcher.evaluation import metrics
from matcher.fit import Fit

Qrels = Mapping[str, Mapping[str, int]]
"""need id -> achievement id -> level 1-4; what is not judged counts as level 1."""
Run = Mapping[str, Sequence[str]]
"""need id -> achievement ids, best first."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over needs with its 95 % bootstrap interval, needs resampled."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        """Average one value a need."""
        low, high = metrics.bootstrap_interval(values)
        return cls(float(np.mean(values)) if len(values) else float("nan"), low, high)


def check_qrels(qrels: Qrels) -> None:
    """Refuse judgements that cannot be evaluated.

    Raises:
        EvaluationError: there are none, or a level is not 1-4.
    """
    if not qrels:
        raise EvaluationError("没有可用的评判记录；请检查 qrels 文件是否为空。")
    for need, judged in qrels.items():
        for achievement, level in judged.items():
            if level not in (1, 2, 3, 4):
                raise EvaluationError(
                    f"需求 {need} 与成果 {achievement} 的等级是 {level}，须为 1、2、3 或 4。"
                )


def ranking_figures(run: Run, qrels: Qrels) -> dict[str, Figure]:
    """nDCG@10, MRR@10, recall@10/50/100 and P@5 over the judged needs.

    A need counts for a figure only where the figure can be above 0: nDCG needs a level of 2 or
    more among its judgements, the others a level of 3 or more.
    """
    by_name: dict[str, list[float]] = {}
    for need, judged in qrels.items():
        ranked = [judged.get(achievement, 1) for achievement in run.get(need, ())]
        levels = list(judged.values())
        if max(levels) >= 2:
            by_name.setdefault("ndcg@10", []).append(metrics.ndcg(ranked, levels, 10))
        if max(levels) < metrics.RELEVANT:
            continue
        by_name.setdefault("mrr@10", []).append(metrics.reciprocal_rank(ranked, 10))
        for k in (10, 50, 100):
            by_name.setdefault(f"recall@{k}", []).append(metrics.recall(ranked, levels, k))
        by_name.setdefault("p@5", []).append(metrics.precision(ranked, 5))
    return {name: Figure.of(values) for name, values in by_name.items()}


def level_figures(
    judged: Sequence[tuple[str, int, Fit]], *, bins: int = 10
) -> dict[str, Figure | float]:
    """MAE, 1/(1+MAE), QWK and ECE over judged pairs.

    Args:
        judged: (need id, true level, fit) of each pair.
        bins: equally filled bins of the calibration error of P(level >= 3).

    MAE is between the true level and the median level, which minimises it; its interval
    resamples needs. The other figures belong to the whole set of pairs.
    """
    truth = [level for _, level, _ in judged]
    given = [int(fit.level) for _, _, fit in judged]
    errors = np.abs(np.array(truth) - np.array(given))
    mae = float(errors.mean())
    by_need: dict[str, list[int]] = {}
    for (need, _, _), error in zip(judged, errors, strict=True):
        by_need.setdefault(need, []).append(int(error))
    low, high = _ratio_interval(list(by_need.values()))
    happened = [level >= metrics.RELEVANT for level in truth]
    return {
        "mae": Figure(mae, low, high),
        "1/(1+mae)": Figure(1 / (1 + mae), 1 / (1 + high), 1 / (1 + low)),
        "qwk": metrics.quadratic_kappa(truth, given),
        "ece": metrics.calibration_error([fit.score for _, _, fit in judged], happened, bins),
    }


def _ratio_interval(groups: Sequence[Sequence[int]], rounds: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean over all pairs, needs resampled."""
    sums = np.array([sum(group) for group in groups], dtype=np.float64)
    counts = np.array([len(group) for group in groups], dtype=np.float64)
    drawn = np.random.default_rng(0).integers(0, len(groups), size=(rounds, len(groups)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return float(low), float(high)
