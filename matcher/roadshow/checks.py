"""Whether a plan fits its pool: every mistake at once, each with what to do."""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from matcher.errors import RoadshowError
from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.rules import EVERY, values_of

SHOWN = 6
"""How many of the known values a message lists."""


def check(pool: Pool, plan: Plan) -> None:
    """Say what is wrong.

    Raises:
        RoadshowError: the plan names who is not there, or contradicts itself; all mistakes, each
            on a line of its own.
    """
    mistakes = list(_mistakes(pool, plan))
    if mistakes:
        lines = "\n".join(f"{number}. {one}" for number, one in enumerate(mistakes, 1))
        raise RoadshowError(f"“{plan.title}”的方案有 {len(mistakes)} 处错误：\n{lines}")


def _mistakes(pool: Pool, plan: Plan) -> Iterator[str]:
    yield from _sizes(pool, plan)
    yield from worth_mistakes(plan.worth)
    for quota in plan.quotas:
        yield from _quota(pool, quota)
    yield from _names(pool, plan)
    yield from pair_mistakes(pool, plan.conflicts, plan.barred)


def _sizes(pool: Pool, plan: Plan) -> Iterator[str]:
    if plan.size < 1:
        yield f"登台名额为 {plan.size}，至少要 1 项。"
    if not pool.entrants:
        yield "没有候选成果，请先放宽筛选条件。"
    elif plan.size > len(pool.entrants):
        yield (
            f"登台名额 {plan.size} 项超过候选成果 {len(pool.entrants)} 项，请减少名额或增加候选。"
        )
    if plan.most_shown is not None and plan.most_shown < 1:
        yield f"登台上限为 {plan.most_shown} 次，没有成果能登台，请写 1 或更大，或去掉此项。"
    if not plan.seconds > 0:
        yield f"求解时限为 {plan.seconds:g} 秒，应大于 0。"


def worth_mistakes(worth: Worth) -> Iterator[str]:
    """Say which numbers of an aim make no sense."""
    named = {
        "强相关": worth.strong,
        "较强相关": worth.fairly_strong,
        "弱相关": worth.weak,
        "描述质量": worth.quality,
        "新近程度": worth.freshness,
        "行业多样": worth.diversity,
        "曝光公平": worth.fairness,
    }
    for name, value in named.items():
        if not (math.isfinite(value) and value >= 0):
            yield f"“{name}”的分值为 {value:g}，应为 0 或正数。"
    shares = worth.repeats
    if not shares:
        yield "重复覆盖的份额为空，至少要写第一项（如 1.0）。"
    if any(not (math.isfinite(share) and share >= 0) for share in shares):
        yield f"重复覆盖的份额 {_listed(shares)} 中有负数或非数，应为 0 或正数。"
    elif any(later > sooner for sooner, later in pairwise(shares)):
        yield f"重复覆盖的份额 {_listed(shares)} 应当不升（后来的不比先前的多）。"


def _quota(pool: Pool, quota: Quota) -> Iterator[str]:
    if quota.dimension not in DIMENSIONS:
        yield f"配额的维度“{quota.dimension}”无法识别，可用：{'、'.join(DIMENSIONS)}。"
        return
    name = f"{DIMENSIONS[quota.dimension]}“{quota.value}”的配额"
    if quota.least < 0:
        yield f"{name}下限为 {quota.least}，应为 0 或更大。"
    if quota.most is not None and quota.most < max(quota.least, 0):
        yield f"{name}下限 {quota.least} 高于上限 {quota.most}，请对调或改正。"
    known = values_of(pool, quota.dimension)
    if quota.value != EVERY and quota.value not in known:
        there = "、".join(known[:SHOWN]) + ("等" if len(known) > SHOWN else "")
        yield f"{name}：候选中没有这个取值，现有：{there or '无'}。"


def _names(pool: Pool, plan: Plan) -> Iterator[str]:
    entrants = {one.id for one in pool.entrants}
    for what, ids in (("必须登台", plan.must), ("不得登台", plan.must_not)):
        for id_ in dict.fromkeys(ids):
            if id_ not in entrants:
                yield f"“{what}”中的 {id_} 不在候选成果里。"
    for id_ in sorted({*plan.must} & {*plan.must_not}):
        yield f"{id_} 既在“必须登台”又在“不得登台”，请去掉一处。"


def pair_mistakes(
    pool: Pool, conflicts: Iterable[tuple[str, str]], barred: Iterable[tuple[str, str]]
) -> Iterator[str]:
    """Say which conflicts, and which conflicts of interest, name who is not there."""
    entrants = {one.id for one in pool.entrants}
    guests = {one.id for one in pool.guests}
    for pair in dict.fromkeys(conflicts):
        for id_ in pair:
            if id_ not in entrants:
                yield f"互斥 {pair[0]} × {pair[1]} 中的 {id_} 不在候选成果里。"
        if pair[0] == pair[1]:
            yield f"互斥 {pair[0]} × {pair[1]} 是同一项成果，请去掉。"
    for entrant, guest in dict.fromkeys(barred):
        if entrant not in entrants:
            yield f"利益冲突 {entrant} × {guest} 中的 {entrant} 不在候选成果里。"
        if guest not in guests:
            yield f"利益冲突 {entrant} × {guest} 中的 {guest} 不在听众需求里。"


def _listed(shares: Sequence[float]) -> str:
    return "、".join(f"{share:g}" for share in shares)
