"""What a selection is like, in figures that hold for any way of choosing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log2

from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Dimension, Entrant, Pool
from matcher.roadshow.rules import counts
from matcher.types import Level

Levels = Mapping[tuple[str, str], Level]
"""(entrant, guest) -> level; a pair that is not there fits nothing."""
ALPHA = 0.5
"""How much an answered need loses for each answer before."""
_LIKENESS: tuple[Dimension, ...] = ("industry", "region", "institution", "readiness", "mode")


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one selection.

    Attributes:
        coverage: share of the needs, by weight, with an answer of level 3 or better.
        alpha_ndcg: α-nDCG of the order of the stage, needs as intents.
        distance: mean distance of two on stage (intra-list distance, ILD), 0-1.
        institution_gini: inequality of stage places among all institutions of the pool, 0-1.
        shown_gini: the same with past appearances counted in.
        violations: by how much quotas are missed or passed, summed; 0 if all are kept.
    """

    coverage: float
    alpha_ndcg: float
    distance: float
    institution_gini: float
    shown_gini: float
    violations: int


def measure(
    pool: Pool, plan: Plan, chosen: Sequence[str], levels: Levels | None = None
) -> Measures:
    """Measure a selection.

    Args:
        pool: what was chosen from.
        plan: for its quotas.
        chosen: ids in the order of the stage.
        levels: judged levels; without them those that the fits show.
    """
    known = levels_of(pool) if levels is None else levels
    return Measures(
        need_coverage(pool, chosen, known),
        alpha_ndcg(pool, chosen, known),
        intra_list_distance(pool, chosen),
        gini(exposure(pool, chosen, past=False)),
        gini(exposure(pool, chosen)),
        violations(pool, plan, chosen),
    )


def levels_of(pool: Pool) -> dict[tuple[str, str], Level]:
    """The levels that the fits show."""
    return {(fit.entrant, fit.guest): fit.level for fit in pool.fits}


def need_coverage(pool: Pool, chosen: Sequence[str], levels: Levels) -> float:
    """Share of the needs, by weight, that someone chosen answers; nan without needs."""
    total = sum(one.weight for one in pool.guests)
    answered = {guest for one in chosen for guest in _answered(pool, one, levels)}
    covered = sum(one.weight for one in pool.guests if one.id in answered)
    return covered / total if total else float("nan")


def alpha_ndcg(pool: Pool, chosen: Sequence[str], levels: Levels, alpha: float = ALPHA) -> float:
    """α-nDCG (Clarke et al., SIGIR 2008), needs as intents, each with its weight.

    α-DCG = sum_i 1/log2(1 + i) * sum_g w_g * J(i, g) * (1 - α)^(answers of g before i), J = 1 for
    level 3 or better, divided by that of the list of equal length that is filled greedily from the
    whole pool (the best one is NP-hard; the greedy one is the usual stand-in). 0 if nobody answers
    anything.
    """
    weights = {one.id: one.weight for one in pool.guests}
    answers = {one.id: _answered(pool, one.id, levels) for one in pool.entrants}
    seen: defaultdict[str, int] = defaultdict(int)

    def gain(one: str) -> float:
        return sum(weights[guest] * (1 - alpha) ** seen[guest] for guest in answers[one])

    def discounted(order: Sequence[str | None]) -> float:
        seen.clear()
        left, total = sorted(answers), 0.0
        for rank, named in enumerate(order, 1):
            one = max(left, key=gain) if named is None else named
            total += gain(one) / log2(1 + rank)
            left.remove(one)
            for guest in answers[one]:
                seen[guest] += 1
        return total

    ideal = discounted([None] * len(chosen))
    return discounted(list(chosen)) / ideal if ideal else 0.0


def intra_list_distance(pool: Pool, chosen: Sequence[str]) -> float:
    """Mean Jaccard distance of the groups of any two chosen (ILD: Ziegler et al., WWW 2005)."""
    people = {one.id: _marks(one) for one in pool.entrants}
    pairs = list(combinations([people[one] for one in chosen], 2))
    far = [1 - len(a & b) / len(a | b) if a | b else 0.0 for a, b in pairs]
    return sum(far) / len(far) if far else 0.0


def exposure(pool: Pool, chosen: Sequence[str], *, past: bool = True) -> list[int]:
    """Appearances of each institution of the pool, this event's with or without past ones."""
    picked = set(chosen)
    found: defaultdict[str, int] = defaultdict(int)
    for one in pool.entrants:
        if one.institution:
            found[one.institution] += (one.shown if past else 0) + (one.id in picked)
    return [found[name] for name in sorted(found)]


def gini(shares: Sequence[float]) -> float:
    """Gini coefficient: 0 if all have the same, towards 1 if one has all; 0 of nothing.

    G = sum_i (2i - n - 1) x_(i) / (n sum x), x_(i) rising.
    """
    total, count = sum(shares), len(shares)
    if not total:
        return 0.0
    ranked = enumerate(sorted(shares), 1)
    return sum((2 * rank - count - 1) * share for rank, share in ranked) / (count * total)


def violations(pool: Pool, plan: Plan, chosen: Sequence[str]) -> int:
    """By how much quotas are missed or passed, summed over quotas and values."""
    over = 0
    for one in counts(pool, plan, chosen):
        most = one.count if one.quota.most is None else one.quota.most
        over += max(0, one.quota.least - one.count) + max(0, one.count - most)
    return over


def _answered(pool: Pool, entrant: str, levels: Levels) -> list[str]:
    return [
        one.id
        for one in pool.guests
        if levels.get((entrant, one.id), Level.NONE) >= Level.FAIRLY_STRONG
    ]


def _marks(one: Entrant) -> set[tuple[str, str]]:
    return {(name, value) for name in _LIKENESS for value in one.groups.get(name, ())}
