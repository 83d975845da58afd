"""Where the errors are: by industry, by length, by need, by level."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from matcher.evaluation.metrics import GRADED, by_need
from matcher.evaluation.outcome import Judged, Outcome
from matcher.types import Level

PARTS = 3
"""Lengths are divided into so many parts of about equally many records."""


@dataclass(frozen=True, slots=True)
class Group:
    """Judged pairs that have something in common.

    Attributes:
        name: what they have in common, in Chinese.
        needs: how many needs they belong to.
        pairs: how many pairs.
        error: mean |true - shown level|.
        bias: mean of expected - true level; above 0: judged too high.
        ndcg: mean nDCG@10 of the needs that have one; nan where none has.
    """

    name: str
    needs: int
    pairs: int
    error: float
    bias: float
    ndcg: float


def by_industry(outcome: Outcome, industries: Mapping[str, str]) -> list[Group]:
    """Group by the need's industry (need id -> industry), the one with most pairs first."""
    found = _groups(outcome, lambda one: industries[one.need])
    return sorted(found, key=lambda group: (-group.pairs, group.name))


def by_need_length(outcome: Outcome, lengths: Mapping[str, int]) -> list[Group]:
    """Group by the characters of title and text (need id -> count), short needs first."""
    return _by_length(
        outcome, {need: lengths[need] for need in outcome.qrels}, lambda one: one.need
    )


def by_achievement_length(outcome: Outcome, lengths: Mapping[str, int]) -> list[Group]:
    """Group by the characters of title and text (achievement id -> count), short ones first."""
    judged = {id_ for levels in outcome.qrels.values() for id_ in levels}
    return _by_length(outcome, {id_: lengths[id_] for id_ in judged}, lambda one: one.achievement)


def by_need_alone(outcome: Outcome) -> list[Group]:
    """Each need by itself, the worst list first, then the worst levels; named by its id."""
    found = _groups(outcome, lambda one: one.need)
    return sorted(found, key=lambda one: (np.isnan(one.ndcg), one.ndcg, -one.error, one.name))


def confusion(outcome: Outcome) -> list[list[int]]:
    """Count pairs: row is the true level, column the shown one, both from 1 to 4."""
    counts = [[0] * len(Level) for _ in Level]
    for one in outcome.judged():
        counts[one.truth - 1][one.said.level - 1] += 1
    return counts


def _by_length(
    outcome: Outcome, lengths: Mapping[str, int], id_of: Callable[[Judged], str]
) -> list[Group]:
    shares = np.arange(1, PARTS) / PARTS
    # a cut is a length that occurs: all records of one length fall into one part
    cuts = np.unique(np.quantile(list(lengths.values()), shares, method="lower")).tolist()
    names = [f"不超过 {cut:,} 字" for cut in cuts[:1]]
    names += [f"{low + 1:,}–{high:,} 字" for low, high in pairwise(cuts)]
    names.append(f"超过 {cuts[-1]:,} 字")
    part = {id_: int(np.searchsorted(cuts, length)) for id_, length in lengths.items()}
    return _groups(outcome, lambda one: names[part[id_of(one)]], names)


def _groups(
    outcome: Outcome, name_of: Callable[[Judged], str], order: Sequence[str] = ()
) -> list[Group]:
    ndcg = by_need(outcome.run, outcome.qrels).get(GRADED, {})
    members: dict[str, list[Judged]] = defaultdict(list)
    for one in outcome.judged():
        members[name_of(one)].append(one)
    return [_group(name, members[name], ndcg) for name in order or members if name in members]


def _group(name: str, pairs: Sequence[Judged], ndcg: Mapping[str, float]) -> Group:
    needs = list(dict.fromkeys(one.need for one in pairs))
    measured = [ndcg[need] for need in needs if need in ndcg]
    return Group(
        name,
        len(needs),
        len(pairs),
        float(np.mean([one.level_error for one in pairs])),
        float(np.mean([one.said.expected - one.truth for one in pairs])),
        float(np.mean(measured)) if measured else float("nan"),
    )
