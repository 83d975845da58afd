"""The rules of a plan, each a bound on how many of some entrants are chosen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import DIMENSIONS, Dimension, Pool
from matcher.roadshow.selection import QuotaCount

EVERY = "*"
"""The value of a quota that stands for every value."""
Kind = Literal["size", "least", "most", "must", "must_not", "shown", "conflict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`least <= number of chosen members <= most`.

    Attributes:
        kind: which part of the plan it comes from; `least` and `most` are the sides of a quota.
        text: the rule in Chinese, as an organiser would say it.
        members: places in `pool.entrants`, rising.
        least, most: the bounds; `most` may exceed the number of members.
        quota: with its value spelled out, for the sides of a quota.
        ids: of the named entrants, for must, must_not and conflict.
    """

    kind: Kind
    text: str
    members: tuple[int, ...]
    least: int
    most: int
    quota: Quota | None = None
    ids: tuple[str, ...] = ()


def rules_of(pool: Pool, plan: Plan) -> tuple[Rule, ...]:
    """All rules of a plan that fits its pool; in an order that no order of input moves."""
    place = {one.id: row for row, one in enumerate(pool.entrants)}
    everyone = tuple(range(len(pool.entrants)))
    found = [_rule("size", f"登台 {plan.size} 项", everyone, plan.size, plan.size)]
    for quota in spelled_out(pool, plan.quotas):
        found += _sides(pool, quota)
    for id_ in sorted(set(plan.must)):
        found.append(_rule("must", f"必须登台：{id_}", (place[id_],), 1, 1, ids=(id_,)))
    for id_ in sorted(set(plan.must_not)):
        found.append(_rule("must_not", f"不得登台：{id_}", (place[id_],), 0, 0, ids=(id_,)))
    if plan.most_shown is not None:
        often = [row for row, one in enumerate(pool.entrants) if one.shown >= plan.most_shown]
        text = f"已登台 {plan.most_shown} 次及以上的不再登台（{len(often)} 项）"
        found.append(_rule("shown", text, often, 0, 0))
    for one, other in sorted({(min(pair), max(pair)) for pair in plan.conflicts}):
        members = sorted((place[one], place[other]))
        text = f"{one} 与 {other} 不同台"
        found.append(_rule("conflict", text, members, 0, 1, ids=(one, other)))
    return tuple(found)


def spelled_out(pool: Pool, quotas: Iterable[Quota]) -> list[Quota]:
    """Quotas with `*` replaced by each value of the pool, in the order of dimension and value."""
    found = set()
    for one in quotas:
        values = values_of(pool, one.dimension) if one.value == EVERY else [one.value]
        for value in values:
            found.add((one.dimension, value, one.least, one.most))
    rank = {name: number for number, name in enumerate(DIMENSIONS)}
    ordered = sorted(found, key=lambda key: (rank[key[0]], key[1], key[2], key[3] or 0, str(key)))
    return [Quota(dimension=d, value=v, least=least, most=most) for d, v, least, most in ordered]


def values_of(pool: Pool, dimension: Dimension) -> list[str]:
    """The values that occur in a dimension, in order."""
    return sorted({value for one in pool.entrants for value in one.groups.get(dimension, ())})


def counts(pool: Pool, plan: Plan, chosen: Iterable[str]) -> tuple[QuotaCount, ...]:
    """How each quota stands."""
    picked = set(chosen)
    on_stage = [one for one in pool.entrants if one.id in picked]
    return tuple(
        QuotaCount(
            quota,
            quota.value,
            sum(quota.value in one.groups.get(quota.dimension, ()) for one in on_stage),
        )
        for quota in spelled_out(pool, plan.quotas)
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """Rules as arrays.

    Attributes:
        allowed: bool[entrants], who may be chosen at all.
        forced: bool[entrants], who must be.
        groups: bool[rows, entrants] of the quotas; `least`, `most`: int64[rows].
        apart: bool[entrants, entrants], who may not stand beside whom.
        size: how many are chosen.
    """

    allowed: NDArray[np.bool_]
    forced: NDArray[np.bool_]
    groups: NDArray[np.bool_]
    least: NDArray[np.int64]
    most: NDArray[np.int64]
    apart: NDArray[np.bool_]
    size: int

    def narrow(self, places: NDArray[np.intp]) -> "Frame":
        """The same rules if only these entrants could be chosen."""
        return Frame(
            self.allowed[places],
            self.forced[places],
            self.groups[:, places],
            self.least,
            self.most,
            self.apart[np.ix_(places, places)],
            self.size,
        )

    def bounds(self) -> Iterator[tuple[NDArray[np.intp], int, int]]:
        """Who are counted, at least and at most how many: all rules but who may or must be in."""
        yield np.arange(len(self.allowed)), self.size, self.size
        for row, least, most in zip(self.groups, self.least, self.most, strict=True):
            yield np.flatnonzero(row), int(least), int(most)
        for pair in np.argwhere(np.triu(self.apart)):
            yield pair, 0, 1

    def keeps(self, chosen: Sequence[int]) -> bool:
        """Whether a set keeps every rule."""
        picked = np.zeros(len(self.allowed), dtype=bool)
        picked[list(chosen)] = True
        held = self.groups[:, picked].sum(axis=1)
        return (
            int(picked.sum()) == self.size
            and not (picked & ~self.allowed).any()
            and not (self.forced & ~picked).any()
            and bool(((held >= self.least) & (held <= self.most)).all())
            and not self.apart[np.ix_(picked, picked)].any()
        )


def frame(rules: Iterable[Rule], entrants: int) -> Frame:
    """Lay the rules of a plan out."""
    allowed, forced = np.ones(entrants, dtype=bool), np.zeros(entrants, dtype=bool)
    apart = np.zeros((entrants, entrants), dtype=bool)
    sides: dict[tuple[int, ...], tuple[int, int]] = {}
    size = 0
    for one in rules:
        members = list(one.members)
        if one.kind == "size":
            size = one.least
        elif one.kind in ("must_not", "shown"):
            allowed[members] = False
        elif one.kind == "must":
            forced[members] = True
        elif one.kind == "conflict":
            apart[members[0], members[1]] = apart[members[1], members[0]] = True
        else:
            low, high = sides.get(one.members, (0, entrants))
            sides[one.members] = max(low, one.least), min(high, one.most)
    groups = np.zeros((len(sides), entrants), dtype=bool)
    for row, key in enumerate(sides):
        groups[row, list(key)] = True
    least, most = (np.array([side[at] for side in sides.values()], np.int64) for at in (0, 1))
    return Frame(allowed, forced, groups, least, most, apart, size)


def _sides(pool: Pool, quota: Quota) -> list[Rule]:
    members = [
        row
        for row, one in enumerate(pool.entrants)
        if quota.value in one.groups.get(quota.dimension, ())
    ]
    name = f"{DIMENSIONS[quota.dimension]}“{quota.value}”"
    found = []
    if quota.least > 0:
        text = f"{name}至少 {quota.least} 项（候选 {len(members)} 项）"
        found.append(_rule("least", text, members, quota.least, len(pool.entrants), quota))
    if quota.most is not None:
        text = f"{name}至多 {quota.most} 项（候选 {len(members)} 项）"
        found.append(_rule("most", text, members, 0, quota.most, quota))
    return found


def _rule(
    kind: Kind,
    text: str,
    members: Sequence[int],
    least: int,
    most: int,
    quota: Quota | None = None,
    ids: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        kind=kind,
        text=text,
        members=tuple(members),
        least=least,
        most=most,
        quota=quota,
        ids=ids,
    )
