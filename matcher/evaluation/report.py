"""Evaluates lists and pair scores against judgements; every figure with its interval."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from matcher.errors import EvaluationError
from matcher.evaluation import metrics
from matcher.evaluation.calibration import BINS, calibration_error
from matcher.evaluation.metrics import Qrels, Run
from matcher.evaluation.resampling import Figure, Rows, Sampled, figure, mean
from matcher.evaluation.selective import risk_coverage
from matcher.types import Level

__all__ = ["Figure", "Qrels", "Run", "Scored", "check_qrels", "level_figures", "ranking_figures"]

Floats = NDArray[np.float64]


class Scored(Protocol):
    """What is said about one pair; a `matcher.fit.Fit` is one."""

    @property
    def score(self) -> float:
        """P(level >= 3)."""

    @property
    def level(self) -> Level:
        """The level that is shown."""

    @property
    def probabilities(self) -> Mapping[Level, float]:
        """P(level) for each level."""


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
    """nDCG@10, MRR@10, recall@10/50/100 and P@5 over the judged needs; see `metrics.by_need`."""
    return {name: figure(one) for name, one in ranking_samples(run, qrels).items()}


def level_figures(
    judged: Sequence[tuple[str, int, Scored]], *, bins: int = BINS
) -> dict[str, Figure]:
    """MAE, 1/(1+MAE), QWK, ECE and AURC over judged pairs; see `level_samples`."""
    return {name: figure(one) for name, one in level_samples(judged, bins=bins).items()}


def ranking_samples(run: Run, qrels: Qrels) -> dict[str, Sampled]:
    """Ranking figures, taken apart by need."""
    found = metrics.by_need(run, qrels)
    return {name: Sampled.means(values) for name, values in found.items()}


def level_samples(
    judged: Sequence[tuple[str, int, Scored]], *, bins: int = BINS
) -> dict[str, Sampled]:
    """Level figures, taken apart by need.

    Args:
        judged: (need id, true level, what is said) of each pair.
        bins: equally filled bins of the calibration error of P(level >= 3).

    MAE is between the true level and the median of the probabilities, which minimises it. QWK is
    Cohen's kappa with quadratic weights (Cohen 1968) of the true and the shown level. AURC is the
    mean |true - shown level| over all shares of pairs that may be kept, the surest first.
    """
    rows: dict[str, list[list[float]]] = defaultdict(list)
    for need, level, said in judged:
        error = abs(level - median_level(said.probabilities))
        is_relevant = level >= metrics.RELEVANT
        sureness = said.probabilities[said.level]
        rows[need].append([error, level, int(said.level), said.score, is_relevant, sureness])
    by_need = {need: np.array(some, dtype=np.float64) for need, some in rows.items()}

    def ece(some: Rows) -> float:
        return calibration_error(some[:, 3], some[:, 4], bins)

    statistics = {
        "mae": mean,
        "1/(1+mae)": _closeness,
        "qwk": _kappa,
        "ece": ece,
        "aurc": _area,
    }
    return {name: Sampled(by_need, statistic) for name, statistic in statistics.items()}


def median_level(probabilities: Mapping[Level, float]) -> Level:
    """Return the highest level that is reached with a probability of at least one half."""
    reached = 0.0
    for level in reversed(Level):
        reached += probabilities[level]
        if reached >= 0.5:
            return level
    return Level.NONE


def expected_level(probabilities: Mapping[Level, float]) -> float:
    """Mean level, 1-4."""
    return math.fsum(level * p for level, p in probabilities.items())


def quadratic_kappa(truth: Sequence[int] | Floats, given: Sequence[int] | Floats) -> float:
    """Cohen's kappa with quadratic weights of two lists of levels.

    1 - observed / expected squared distance; nan where all are of one level. The tests hold it to
    scikit-learn's `cohen_kappa_score`, whose checks take a thousand times longer: too long for
    intervals that draw needs a thousand times.
    """
    a, b = np.asarray(truth, dtype=np.float64), np.asarray(given, dtype=np.float64)
    # the mean squared distance of two independent draws, one from each list
    by_chance = a.var() + b.var() + (a.mean() - b.mean()) ** 2
    return float(1 - np.mean((a - b) ** 2) / by_chance) if by_chance else float("nan")


def _closeness(rows: Rows) -> float:
    return 1 / (1 + mean(rows))


def _kappa(rows: Rows) -> float:
    return quadratic_kappa(rows[:, 1], rows[:, 2])


def _area(rows: Rows) -> float:
    return risk_coverage(rows[:, 5], np.abs(rows[:, 1] - rows[:, 2])).area
