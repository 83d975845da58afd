"""A score taken apart as a waterfall: where it begins, what each reason adds, where it ends."""

import math
from dataclasses import dataclass

from matcher.explain import cut
from matcher.fit import logistic
from matcher.types import Evidence, Match
from service.present import SEEN

SHOWN = 12
_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Step:
    """One bar; `x` and `width` are percentages of the drawing's width.

    Attributes:
        label: the reason.
        amount: log-odds that it adds; for the ends, where they stand.
        share: P(level >= 3) after this step.
        kind: `plus`, `minus` or `total`.
        name: of the requirement that it stands for, as highlights name it; may be empty.
    """

    label: str
    amount: float
    share: float
    kind: str
    x: float
    width: float
    name: str = ""


def steps(match: Match) -> tuple[list[Step], float]:
    """Give the bars from top to bottom, and where the even odds (0) lie, in percent."""
    seen = sum(abs(one.contribution) >= SEEN for one in match.evidence)
    reasons = cut(match.evidence, min(SHOWN, seen))
    places = [match.base]
    for one in reasons:
        places.append(places[-1] + one.contribution)
    low, high = min(0.0, *places), max(0.0, *places)
    room = (high - low or 1.0) * _MARGIN
    low, high = low - room, high + room

    def at(value: float) -> float:
        return 100 * (value - low) / (high - low)

    def bar(label: str, amount: float, start: float, end: float, kind: str, name: str = "") -> Step:
        x, width = at(min(start, end)), abs(at(end) - at(start))
        return Step(label, amount, logistic(end), kind, x, max(width, 0.4), name)

    found = [bar("起点：还没有任何依据", match.base, 0.0, match.base, "total")]
    for one, start, end in zip(reasons, places, places[1:], strict=False):
        kind = "plus" if one.contribution >= 0 else "minus"
        found.append(bar(one.label, one.contribution, start, end, kind, _name(match, one)))
    last = match.base + math.fsum(one.contribution for one in match.evidence)
    return [*found, bar("合计", last, 0.0, last, "total")], at(0.0)


def _name(match: Match, reason: Evidence) -> str:
    if reason.kind != "requirement" or reason.left is None:
        return ""
    names = (v.requirement.id for v in match.verdicts if v.requirement.span == reason.left)
    return next(names, "")
