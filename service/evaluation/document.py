"""Shapes an evaluation as the document that `--json` prints and the page shows."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from matcher.errors import EvaluationError
from matcher.evaluation import breakdown
from matcher.evaluation.calibration import reliability
from matcher.evaluation.outcome import compare, level_curve, score_curve
from matcher.evaluation.selective import Curve
from matcher.types import Level
from service.evaluation.result import Earlier, Evaluation

WORST = 20
"""Needs that are listed."""
POINTS = 40
"""Points of a curve."""


def document(evaluation: Evaluation, against: Earlier | None = None) -> dict[str, Any]:
    """Compute all that is told, without any text of a record; what has no value is None.

    Raises:
        EvaluationError: it cannot be compared with the earlier one.
    """
    outcome, traits = evaluation.outcome, evaluation.traits
    judged = outcome.judged()
    scores = [one.said.score for one in judged]
    happened = [one.truth >= Level.FAIRLY_STRONG for one in judged]
    figures = {
        name: asdict(one) for name, one in outcome.figures().items() if math.isfinite(one.value)
    }
    found = {
        "needs": len(outcome.qrels),
        "achievements": evaluation.setup.achievements,
        "judgements": len(judged),
        "figures": figures,
        "setup": _setup(evaluation),
        "comparison": None if against is None else _comparison(evaluation, against),
        "reliability": [asdict(one) for one in reliability(scores, happened)],
        "risk_coverage": {
            "level": _curve(level_curve(outcome)),
            "score": _curve(score_curve(outcome)),
        },
        "confusion": breakdown.confusion(outcome),
        "groups": {
            "industry": _groups(breakdown.by_industry(outcome, traits.industries)),
            "need_length": _groups(breakdown.by_need_length(outcome, traits.need_lengths)),
            "achievement_length": _groups(
                breakdown.by_achievement_length(outcome, traits.achievement_lengths)
            ),
        },
        "worst": [
            {"id": one["name"], "industry": traits.industries[one["name"]], **one}
            for one in _groups(breakdown.by_need_alone(outcome)[:WORST])
        ],
    }
    return _known(found)  # type: ignore[no-any-return]


def _comparison(evaluation: Evaluation, against: Earlier) -> dict[str, Any]:
    new, old = evaluation.setup, against.setup
    if (new.candidates, new.pool) != (old.candidates, old.pool):
        raise EvaluationError(
            "两次评测排序的范围不同（--candidates 或成果文件不一样），不能比较；"
            "请用同样的文件和选项重新评测其中一次，再作比较。"
        )
    found = compare(evaluation.outcome, against.outcome)
    earlier = against.outcome.figures()
    return {
        "setup": _setup(against),
        "figures": {
            name: {"earlier": earlier[name].value, **asdict(one)}
            for name, one in found.items()
            if math.isfinite(one.value)
        },
    }


def _setup(one: Evaluation | Earlier) -> dict[str, Any]:
    made = one.setup.made.isoformat(timespec="seconds")
    return {**asdict(one.setup), "made": made, "answers": one.outcome.digest}


def _curve(curve: Curve) -> dict[str, Any]:
    count = len(curve.coverage)
    shown = sorted({-(-count * step // POINTS) - 1 for step in range(1, POINTS + 1)})
    points = [[float(curve.coverage[at]), float(curve.risk[at])] for at in shown]
    return {"area": curve.area, "best": curve.best, "points": points}


def _groups(groups: Sequence[breakdown.Group]) -> list[dict[str, Any]]:
    return [asdict(one) for one in groups]


def _known(found: Any) -> Any:
    """Put None where there is no number: JSON has no word for nan."""
    if isinstance(found, dict):
        return {name: _known(one) for name, one in found.items()}
    if isinstance(found, Iterable) and not isinstance(found, str):
        return [_known(one) for one in found]
    return None if isinstance(found, float) and not math.isfinite(found) else found
