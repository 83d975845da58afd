"""The cheapest way to make a plan possible: which bounds to move, which wishes to give up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matcher.roadshow.linear import Programme
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.rules import Kind, Rule, rules_of, spelled_out

PRICES: dict[Kind, float] = {
    "least": 1.0,
    "most": 1.0,
    "shown": 1.0,
    "size": 3.0,
    "must": 2.0,
    "must_not": 2.0,
    "conflict": 3.0,
}
"""Of moving a bound by one (of a quota, the cap, the size), or giving up one named wish. Quotas are
rules of thumb, names were put down on purpose; places and conflicts are often settled elsewhere."""


@dataclass(frozen=True, slots=True)
class Change:
    """One rule made milder.

    Attributes:
        rule: as it was.
        bound: its new bound: of a quota's side, the size, or the cap on appearances (None: no
            cap); None for a wish or conflict that is given up.
        text: in Chinese.
    """

    rule: Rule
    bound: int | None
    text: str


class _Elastic:
    """Rows that may be broken for a price."""

    def __init__(self, entrants: int, size: int) -> None:
        self.programme = Programme()
        self.size = size
        for _ in range(entrants):
            self.programme.column(0.0)
        self.less: dict[int, int] = {}
        self.more: dict[int, int] = {}
        self.steps: dict[int, list[tuple[int, int]]] = {}

    def add(self, number: int, rule: Rule) -> None:
        """Add a rule, with one column for missing its least and one for passing its most."""
        price = -PRICES[rule.kind]
        terms = [(one, 1.0) for one in rule.members]
        if rule.least > 0:
            self.less[number] = self.programme.column(price, high=float(rule.least))
            terms.append((self.less[number], 1.0))
        if rule.most < len(rule.members):
            spare = float(len(rule.members) - rule.most)
            self.more[number] = self.programme.column(price, high=spare)
            terms.append((self.more[number], -1.0))
        self.programme.row(terms, low=float(rule.least), high=float(rule.most))

    def add_cap(self, number: int, rule: Rule, cap: int, shown: Sequence[int]) -> None:
        """Add the cap: it is raised step by step, and each step lets in who was shown so often."""
        steps: list[tuple[int, int]] = []
        for often in sorted({shown[one] for one in rule.members}):
            before = steps[-1][1] + 1 if steps else cap
            column = self.programme.column(-PRICES["shown"] * (often + 1 - before))
            if steps:
                self.programme.row([(column, 1.0), (steps[-1][0], -1.0)], high=0.0)
            for one in rule.members:
                if shown[one] == often:
                    self.programme.row([(one, 1.0), (column, -1.0)], high=0.0)
            steps.append((column, often))
        self.steps[number] = steps


def cheapest(pool: Pool, plan: Plan) -> tuple[Change, ...]:
    """Find the changes of least total price after which the plan can be kept."""
    rules = rules_of(pool, plan)
    elastic = _Elastic(len(pool.entrants), plan.size)
    shown = [one.shown for one in pool.entrants]
    for number, rule in enumerate(rules):
        if rule.kind == "shown":
            elastic.add_cap(number, rule, plan.most_shown or 0, shown)
        else:
            elastic.add(number, rule)
    values = elastic.programme.solve(plan.seconds).values
    found = []
    for number, rule in enumerate(rules):
        if number in elastic.steps:
            raised = [often for column, often in elastic.steps[number] if values[column] > 0.5]
            if raised:
                found.append(_raised(rule, plan, raised[-1] + 1))
            continue
        less = round(values[elastic.less[number]]) if number in elastic.less else 0
        more = round(values[elastic.more[number]]) if number in elastic.more else 0
        if less or more:
            found.append(_changed(rule, less, more))
    return tuple(found)


def loosened(pool: Pool, plan: Plan, changes: Sequence[Change]) -> Plan:
    """The plan with these changes; quotas with `*` are spelled out where one of theirs changed."""
    size, shown, quotas = plan.size, plan.most_shown, list(plan.quotas)
    gone = {one.rule.ids for one in changes if one.rule.ids}
    for one in changes:
        if one.rule.kind == "size" and one.bound is not None:
            size = one.bound
        elif one.rule.kind == "shown":
            shown = one.bound
        elif one.rule.quota is not None:
            quotas = [_milder(quota, one) for quota in spelled_out(pool, quotas)]
    return replace(
        plan,
        size=size,
        most_shown=shown,
        quotas=tuple(quotas),
        must=tuple(one for one in plan.must if (one,) not in gone),
        must_not=tuple(one for one in plan.must_not if (one,) not in gone),
        conflicts=tuple(pair for pair in plan.conflicts if (min(pair), max(pair)) not in gone),
    )


def _milder(quota: Quota, change: Change) -> Quota:
    named = change.rule.quota
    if named is None or (quota.dimension, quota.value) != (named.dimension, named.value):
        return quota
    bound = change.bound or 0
    if change.rule.kind == "least":
        return replace(quota, least=min(quota.least, bound))
    return quota if quota.most is None else replace(quota, most=max(quota.most, bound))


def _raised(rule: Rule, plan: Plan, cap: int) -> Change:
    text = f"登台次数的上限由 {plan.most_shown} 次放宽到 {cap} 次"
    return Change(rule, cap, text)


def _changed(rule: Rule, less: int, more: int) -> Change:
    if rule.kind == "size":
        size = rule.least - less + more
        return Change(rule, size, f"登台名额由 {rule.least} 项改为 {size} 项")
    if rule.quota is not None:
        name = f"{DIMENSIONS[rule.quota.dimension]}“{rule.quota.value}”"
        if rule.kind == "least":
            bound = rule.least - less
            return Change(rule, bound, f"{name}的下限由 {rule.least} 项降到 {bound} 项")
        bound = rule.most + more
        return Change(rule, bound, f"{name}的上限由 {rule.most} 项提高到 {bound} 项")
    return Change(rule, None, f"放弃“{rule.text}”")
