"""科技成果包: the best K achievements for a field or a region, without saying one thing twice."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow.alike import Alike, Likeness, compare
from matcher.roadshow.board import Board
from matcher.roadshow.checks import check
from matcher.roadshow.choose import select
from matcher.roadshow.clash import clash_of
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import PairFit, Pool
from matcher.roadshow.possible import most_together
from matcher.roadshow.rules import Rule, rules_of
from matcher.roadshow.selection import Selection, gap_between
from matcher.roadshow.theme import Theme

_LEAST_SECONDS = 1e-3
"""Left for the choice itself where finding its size took all the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlan:
    """What a package is to be.

    Attributes:
        size: achievements in it; where the rules do not allow so many, as many as they do, and
            then the best of that number.
        theme: field, region, floors of quality and readiness.
        most_alike: two achievements that are alike by this much, or more, are not both in.
        worth: what is wanted; a package counts each need by its best answers, as an event does.
    """

    title: str = "科技成果包"
    size: int
    theme: Theme = field(default_factory=Theme)
    most_alike: float = 0.8
    worth: Worth = field(default_factory=Worth)
    quotas: tuple[Quota, ...] = ()
    must: tuple[str, ...] = ()
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A need that a package covers: `best` of its fits, and who else answers it."""

    guest: str
    best: PairFit
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A package.

    Attributes:
        selection: with status, bound and gap.
        answered: needs with a fit of level 2 or better, by id.
        unanswered: ids of the others.
        redundancy: pairs within the package that share anything, the most alike first.
        kept_apart: pairs of which only one could be in.
        left_out: who was no candidate, and why.
    """

    selection: Selection
    answered: tuple[Answered, ...]
    unanswered: tuple[str, ...]
    redundancy: tuple[Alike, ...]
    kept_apart: tuple[Alike, ...]
    left_out: Mapping[str, str]


def bundle(pool: Pool, plan: BundlePlan, alike: Likeness | None = None) -> Bundle:
    """Choose a package.

    Raises:
        RoadshowError: nobody keeps the rules, or the plan makes no sense.
        InfeasibleError: quotas or must-haves that cannot be kept together, however small.
        UnsolvedError: nothing was found in time.
    """
    left_out = {one.id: why for one in pool.entrants if (why := plan.theme.against(one))}
    within = plan.theme.narrow(pool)
    if not within.entrants:
        raise RoadshowError(f"“{plan.title}”没有符合范围的候选成果，请放宽领域、地区或质量要求。")
    if not 0 < plan.most_alike <= 1:
        raise RoadshowError(f"相似上限 {plan.most_alike:g} 应大于 0、不超过 1，请改正后重试。")
    if plan.size < 1:
        raise RoadshowError(f"“{plan.title}”的项数 {plan.size} 应为 1 或更大的整数，请改正后重试。")
    pairs = compare(within, plan.worth, alike or {})
    apart = tuple(one for one in pairs if one.most >= plan.most_alike)
    selection = _select(within, _event(plan, within, apart))
    chosen = set(selection.chosen)
    inside = [one for one in pairs if one.left in chosen and one.right in chosen]
    answered = _answered(within, chosen)
    named = {one.guest for one in answered}
    return Bundle(
        selection=selection,
        answered=answered,
        unanswered=tuple(one.id for one in within.guests if one.id not in named),
        redundancy=tuple(sorted(inside, key=lambda one: (-one.most, one.left, one.right))),
        kept_apart=apart,
        left_out=left_out,
    )


def _event(plan: BundlePlan, within: Pool, apart: tuple[Alike, ...]) -> Plan:
    """A package is an event whose stage has `size` places; it is no appearance on one."""
    return Plan(
        title=plan.title,
        size=min(plan.size, len(within.entrants)),
        worth=replace(plan.worth, fairness=0.0),
        quotas=plan.quotas,
        must=plan.must,
        conflicts=tuple((one.left, one.right) for one in apart),
        seconds=plan.seconds,
    )


def _select(within: Pool, event: Plan) -> Selection:
    """Choose as many as the rules allow, and of all such packages the best."""
    deadline = Deadline(event.seconds)
    check(within, event)
    rules = [_told(one) for one in rules_of(within, event)]
    try:
        most = most_together(rules, len(within.entrants), deadline)
    except InfeasibleError:
        raise clash_of(within, event, rules, deadline).as_error(event.title) from None
    left = max(deadline.left, _LEAST_SECONDS)
    found = select(within, replace(event, size=most.count, seconds=left))
    if most.proved:
        return found
    # A larger package may be possible: none is worth more than its parts, each by itself.
    alone = np.sort(Board.of(within, event).gains([]))[::-1][: event.size]
    bound = max(found.bound, float(alone.sum()))
    gap = gap_between(found.value, bound)
    return replace(found, status="feasible", bound=bound, gap=gap)


def _told(rule: Rule) -> Rule:
    """The rule as it is for a package."""
    if rule.kind == "size":
        return replace(rule, least=1, text=f"至多 {rule.most} 项")
    if rule.kind == "conflict":
        return replace(rule, text=f"{rule.ids[0]} 与 {rule.ids[1]} 内容相近，不同时入选")
    return replace(rule, text=f"必须入选：{rule.ids[0]}") if rule.kind == "must" else rule


def _answered(pool: Pool, chosen: set[str]) -> tuple[Answered, ...]:
    fits: Mapping[str, list[PairFit]] = defaultdict(list)
    for one in pool.fits:
        if one.entrant in chosen and one.level > 1:
            fits[one.guest].append(one)
    found = []
    for guest, answers in sorted(fits.items()):
        best, *others = sorted(answers, key=lambda one: (-one.level, -one.score, one.entrant))
        found.append(Answered(guest, best, tuple(one.entrant for one in others)))
    return tuple(found)
