"""Fits a model of one's own and measures it."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np

from matcher.conformal import bound_of
from matcher.evaluation.outcome import Outcome, PairScore
from matcher.evaluation.resampling import difference, figure
from matcher.fit import Fit
from matcher.memory.compared import Comparer
from matcher.memory.folds import Split, judge_apart
from matcher.memory.train import fit_own
from matcher.memory.trained import TrainedModel
from service.training.labels import LabelledPair

Progress = Callable[[str, float], None]
COMPARED = ("ndcg@10", "mae")
"""Figures whose difference is tested; a test of each would take minutes on many pairs."""
NAMES: Mapping[Split, str] = {"need": "按需求交叉验证", "pair": "按对交叉验证"}


@dataclass(frozen=True, slots=True)
class Measured:
    """Cross-validation: one's own model and the shipped weights on the same pairs."""

    own: Outcome
    shipped: Outcome

    def document(self) -> dict[str, Any]:
        """All figures with their intervals, for the card and `--json`."""
        own, shipped = self.own.samples(), self.shipped.samples()
        return {
            "own": {name: _known(figure(one)) for name, one in own.items()},
            "shipped": {name: _known(figure(one)) for name, one in shipped.items()},
            "difference": {
                name: _known(difference(own[name], shipped[name]))
                for name in COMPARED
                if name in own
            },
        }


def fit_labels(
    labels: Sequence[LabelledPair],
    comparer: Comparer,
    splits: Sequence[Split],
    progress: Progress,
) -> tuple[TrainedModel, dict[str, Any]]:
    """Fit a model and measure it.

    Args:
        labels: need by need.
        comparer: makes the numbers of pairs.
        splits: what to measure by; by need in any case, which also gives the abstention.
        progress: called with the step and the share of it that is done.

    Returns:
        The model, and its card: counts, fingerprints, figures, date; no texts.
    """
    pairs = comparer(
        [(one.need, one.achievement) for one in labels], lambda share: progress("比较", share)
    )
    levels = np.array([int(one.level) for one in labels], dtype=np.int64)
    shipped = [comparer.shipped(*one) for one in zip(pairs.offers, pairs.values, strict=True)]
    measured: dict[str, Any] = {}
    bound = 0.0
    for split in dict.fromkeys(("need", *splits)):
        fits = judge_apart(pairs, levels, split, progress=partial(progress, NAMES[split]))
        if split == "need":
            bound = bound_of(fits, levels.tolist())
        both = outcome_of(labels, fits), outcome_of(labels, shipped)
        measured[split] = Measured(*both).document()
    progress("拟合", 0.0)
    model = replace(fit_own(pairs, levels), abstention=bound)
    card = {
        "kind": "proportional odds over pair features and remembered labels",
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_with": comparer.fingerprints,
        "pairs": len(labels),
        "needs": len(pairs.needs),
        "achievements": len(pairs.achievements),
        "levels": {str(level): count for level, count in sorted(Counter(levels.tolist()).items())},
        "cross_validation": measured,
    }
    return model, card


def outcome_of(labels: Sequence[LabelledPair], fits: Sequence[Fit]) -> Outcome:
    """Lists and scores need by need; each labelled row counts as a record of its own."""
    qrels: dict[str, dict[str, int]] = {}
    scores: dict[str, dict[str, PairScore]] = {}
    for row, (one, fit) in enumerate(zip(labels, fits, strict=True)):
        qrels.setdefault(one.need_id, {})[f"{row:06}"] = int(one.level)
        scores.setdefault(one.need_id, {})[f"{row:06}"] = PairScore.of(fit)
    run = {
        need: sorted(by, key=lambda id_, by=by: (-by[id_].score, id_))  # type: ignore[misc]
        for need, by in scores.items()
    }
    return Outcome(qrels, run, scores)


def _known(one: Any) -> dict[str, Any]:
    """A figure as JSON has it: None where there is no number."""
    told: dict[str, Any] = asdict(one)
    return {name: value if math.isfinite(value) else None for name, value in told.items()}
