"""The cheapest way to make a plan possible: which bounds to move, which wishes to give up."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.errors import UnsolvedError
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.linear import Programme
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import DIMENSIONS, Pool
from matcher.roadshow.rules import Kind, Rule

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

    def __init__(self, entrants: int) -> None:
        self.programme = Programme()
        for _ in range(entrants):
            self.programme.column(0.0)
        self.less: dict[int, int] = {}
        self.more: dict[int, int] = {}
        self.steps: dict[int, list[tuple[int, int]]] = {}

    def add(self, number: int, rule: Rule) -> None:
        """Add a rule, with one column for missing its least and one for passing its most."""
        price = -PRICES[rule.kind]
        terms = [(one, 1.0) for one in rule.members]
        # An event without anybody on stage is no way out.
        lowest = 1 if rule.kind == "size" else 0
        if rule.least > lowest:
            self.less[number] = self.programme.column(price, high=float(rule.least - lowest))
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


def cheapest(
    pool: Pool, plan: Plan, rules: Sequence[Rule], deadline: Deadline
) -> tuple[tuple[Change, ...], bool]:
    """Find the changes of least total price after which the rules can be kept.

    Returns:
        The changes, none if none were found in time; and whether none are cheaper for sure.
    """
    elastic = _Elastic(len(pool.entrants))
    shown = [one.shown for one in pool.entrants]
    for number, rule in enumerate(rules):
        if rule.kind == "shown":
            elastic.add_cap(number, rule, plan.most_shown or 0, shown)
        else:
            elastic.add(number, rule)
    try:
        solved = elastic.programme.solve(deadline.left)
    except UnsolvedError:
        return (), False
    values = solved.values
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
    return tuple(found), solved.status == "optimal"


def _raised(rule: Rule, plan: Plan, cap: int) -> Change:
    text = f"登台次数的上限由 {plan.most_shown} 次放宽到 {cap} 次"
    return Change(rule, cap, text)


def _changed(rule: Rule, less: int, more: int) -> Change:
    if rule.kind == "size":
        size = rule.most - less + more
        return Change(rule, size, f"登台名额由 {rule.most} 项改为 {size} 项")
    if rule.quota is not None:
        name = f"{DIMENSIONS[rule.quota.dimension]}“{rule.quota.value}”"
        if rule.kind == "least":
            bound = rule.least - less
            return Change(rule, bound, f"{name}的下限由 {rule.least} 项降到 {bound} 项")
        bound = rule.most + more
        return Change(rule, bound, f"{name}的上限由 {rule.most} 项提高到 {bound} 项")
    return Change(rule, None, f"放弃“{rule.text}”")
