"""When to leave a pair to a person: a set of levels that holds the true one with known odds.

Split conformal prediction (Vovk et al. 2005; Sadinle et al. 2019, "Least Ambiguous Set-Valued
Classifiers"): of pairs that were not used for fitting, all but a chosen share have a true level
whose probability is at least some bound; for a new pair every level from that bound on is thought
possible. The bound is fitted once (`matcher.conformal`) and kept with the weights.
"""

from matcher.fit import Fit
from matcher.types import Level

WIDE = 3
"""Levels; a set that spans so many tells nothing."""
FLAG = "needs_person"


def possible_levels(fit: Fit, bound: float) -> tuple[Level, ...]:
    """The levels that cannot be excluded, without gaps; the likeliest is always among them."""
    likeliest = max(Level, key=lambda level: fit.probabilities[level])
    kept = [level for level in Level if fit.probabilities[level] >= bound] or [likeliest]
    low, high = min(*kept, likeliest), max(*kept, likeliest)
    return tuple(level for level in Level if low <= level <= high)


def flags_of(fit: Fit, bound: float) -> tuple[str, ...]:
    """`needs_person` where the levels that cannot be excluded span three or more."""
    return (FLAG,) if bound and len(possible_levels(fit, bound)) >= WIDE else ()
