"""What a pair is worth to an event before anything is chosen."""

from datetime import date

from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import Entrant, PairFit
from matcher.types import Level


def expected_worth(worth: Worth, fit: PairFit) -> float:
    """Expected value of a fit over its calibrated probabilities."""
    return sum(p * worth.of(level) for p, level in zip(fit.probabilities, Level, strict=True))


def freshness(one: Entrant, held_on: date | None) -> float:
    """1 for what was published on the day of the event, half of it a year before, 0 if unknown."""
    if one.published is None or held_on is None:
        return 0.0
    return float(0.5 ** (max(0, (held_on - one.published).days) / 365))
