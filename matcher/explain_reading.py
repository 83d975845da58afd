"""Why a pair that was read has its score: the requirements one by one, then the rest.

What the features of the requirements add to the log-odds is handed out to them: each adds its own
share, below or above what an unrelated achievement would get.
"""

import math
from dataclasses import replace

import numpy as np

from matcher.documents import side_of
from matcher.explain import cut, opening, reasons_of_pair
from matcher.features import PairFeatures
from matcher.fit import Fit, FitModel
from matcher.reading.closely import by_requirement
from matcher.requirements.verdicts import Read
from matcher.types import Evidence, Record, Verdict

LABELS = {"met": "满足要求", "partly": "部分满足要求", "missing": "未提到要求"}
AGAINST = "不符合要求"


def explain_reading(
    pair: PairFeatures, read: Read, fit: Fit, model: FitModel, asking: Record, limit: int
) -> tuple[Evidence, ...]:
    """List the reasons, largest first; see `matcher.explain.explain`."""
    need, achievement = pair.need.document, pair.achievement.document
    reasons = [*reasons_of_pair(pair, fit, model), *_requirements(pair, read, fit, model)]
    if "reader" in fit.contributions:
        label = "两段文字对读的判断"
        whole = fit.contributions["reader"]
        reasons.append(Evidence("reading", label, opening(need), opening(achievement), whole))
    if side_of(asking) == "achievement":
        reasons = [replace(one, left=one.right, right=one.left) for one in reasons]
    return cut(reasons, limit)


def verdict_label(verdict: Verdict) -> str:
    """The verdict in words."""
    return AGAINST if verdict.contradicted else LABELS[verdict.name]


def _requirements(pair: PairFeatures, read: Read, fit: Fit, model: FitModel) -> list[Evidence]:
    verdicts = read.verdicts
    features = by_requirement(pair, read)
    whole = math.fsum(fit.contributions.get(name, 0.0) for name in features)
    if not verdicts:
        return [Evidence("requirement", "需求没有写明要求", None, None, whole)] if whole else []
    worth = np.zeros(len(verdicts))
    for name in (one for one in features if one in model.weights):  # always in the same order
        worth += model.weights[name] * (features[name] - model.references[name]) / len(verdicts)
    worth[np.abs(worth).argmax()] += whole - math.fsum(worth)  # what rounding leaves over
    return [
        Evidence(
            "requirement",
            f"{verdict_label(verdict)}“{verdict.requirement.span.text}”",
            verdict.requirement.span,
            verdict.evidence[0] if verdict.evidence else None,
            float(share),
        )
        for verdict, share in zip(verdicts, worth, strict=True)
    ]
