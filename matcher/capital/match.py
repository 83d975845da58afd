"""Adds up what rules and text say of a mandate and a seeker: a score that comes apart again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from matcher.capital.rules import judge
from matcher.capital.seeker import Seeker
from matcher.capital.types import RULES, Mandate, MandateFit, Part, RuleName, Ruling, State
from matcher.errors import MandateError

Likeness = Callable[[Sequence[tuple[Mandate, Seeker]]], Sequence[float]]
"""How alike the texts of pairs are, each in [0, 1]; asked once for all pairs."""

TEXT = "text"
WEIGHTS: Mapping[RuleName | str, float] = {
    "field": 3.0,
    TEXT: 3.0,
    "readiness": 1.5,
    "stage": 1.0,
    "ticket": 1.5,
    "region": 1.0,
    "requirement": 1.5,
    "kind": 1.0,
}
"""What each part counts beside the others; validity alone recommends nothing."""
VALUES: Mapping[State, float] = {"met": 1.0, "unknown": 0.5, "broken": 0.0}


def match_mandates(
    mandates: Iterable[Mandate],
    seekers: Iterable[Seeker],
    likeness: Likeness,
    *,
    today: date,
    weights: Mapping[RuleName | str, float] = WEIGHTS,
) -> tuple[MandateFit, ...]:
    """Judge every mandate beside every seeker.

    The score is sum(w_p * v_p) / sum(w_p) over the parts p that have something to judge: v is 1
    for met, 1/2 for unknown and 0 for broken, the mean over several requirements, and the
    likeness for the text. A pair with a broken hard rule scores 0 and is kept, with its reasons.

    Returns:
        Achievements, then needs, by their ids; of each the best first, ties by the mandate's id,
        excluded pairs last.

    Raises:
        MandateError: two mandates have one id, or `likeness` gave other than a number in [0, 1]
            for each pair.
    """
    offered = sorted(mandates, key=lambda one: one.id)
    for one, following in pairwise(offered):
        if one.id == following.id:
            raise MandateError(f"资金编号“{one.id}”出现了两次，请改正其中一个。")
    asking = sorted(seekers, key=lambda one: (one.side, one.id))
    pairs = [(mandate, seeker) for seeker in asking for mandate in offered]
    alike = [float(one) for one in likeness(pairs)] if pairs else []
    if len(alike) != len(pairs) or any(not 0 <= one <= 1 for one in alike):
        raise MandateError("文本相似度的个数或取值有误：每对应有一个 0 到 1 之间的数，请检查模型。")
    fits = [
        _fit(mandate, seeker, judge(mandate, seeker, today), value, weights)
        for (mandate, seeker), value in zip(pairs, alike, strict=True)
    ]
    return tuple(sorted(fits, key=_place))


def _place(fit: MandateFit) -> tuple[str, str, bool, float, str]:
    return fit.side, fit.seeker, fit.excluded, -fit.score, fit.mandate


def _fit(
    mandate: Mandate,
    seeker: Seeker,
    rulings: tuple[Ruling, ...],
    alike: float,
    weights: Mapping[RuleName | str, float],
) -> MandateFit:
    found: dict[str, tuple[str, float]] = {}
    for rule, label in RULES.items():
        states = [VALUES[one.state] for one in rulings if one.rule == rule]
        if states and weights.get(rule, 0.0) > 0:
            found[rule] = (label, sum(states) / len(states))
    found[TEXT] = ("文本", alike)
    total = sum(weights.get(name, 0.0) for name in found)
    if total <= 0:
        raise MandateError("各部分的权重之和为零，无法评分，请至少给一部分大于零的权重。")
    parts = tuple(
        Part(name, label, weights.get(name, 0.0) / total, value)
        for name, (label, value) in found.items()
    )
    out = any(one.state == "broken" and one.hard for one in rulings)
    score = 0.0 if out else sum(one.adds for one in parts)
    return MandateFit(mandate.id, seeker.id, seeker.side, score, parts, rulings)
