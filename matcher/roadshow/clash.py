"""Why a plan cannot be kept: the fewest rules that clash, and the cheapest way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.errors import InfeasibleError
from matcher.roadshow.checks import check
from matcher.roadshow.linear import Programme
from matcher.roadshow.loosen import Change, cheapest
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.rules import Rule, rules_of


@dataclass(frozen=True, slots=True)
class Clash:
    """Why no selection keeps all rules.

    Attributes:
        rules: cannot be kept together, but can if any one of them is given up; of two such sets
            the smaller.
        changes: of least cost (`loosen`), after which the whole plan can be kept.
    """

    rules: tuple[Rule, ...]
    changes: tuple[Change, ...]

    def as_error(self, title: str) -> InfeasibleError:
        """Say it to people."""
        clash = tuple(one.text for one in self.rules)
        changes = tuple(one.text for one in self.changes)
        message = f"“{title}”的规则不能同时满足。互相冲突的规则：\n{_numbered(clash)}"
        if changes:
            message += f"\n改动最少的办法：\n{_numbered(changes)}"
        return InfeasibleError(message, clash, changes)


def explain(pool: Pool, plan: Plan) -> Clash | None:
    """Say why a plan cannot be kept; None if it can.

    Raises:
        RoadshowError: the plan does not fit the pool.
    """
    check(pool, plan)
    rules, entrants = rules_of(pool, plan), len(pool.entrants)
    if possible(rules, entrants):
        return None
    sets = [_fewest(order, entrants) for order in (rules, rules[::-1])]
    smaller = min(sets, key=len)
    ordered = tuple(one for one in rules if one in smaller)
    return Clash(ordered, cheapest(pool, plan))


def possible(rules: Sequence[Rule], entrants: int) -> bool:
    """Whether some set keeps these rules."""
    programme = Programme()
    for _ in range(entrants):
        programme.column(0.0)
    for rule in rules:
        terms = [(one, 1.0) for one in rule.members]
        if rule.kind == "shown":
            for term in terms:
                programme.row([term], high=0.0)
        else:
            programme.row(terms, low=float(rule.least), high=float(rule.most))
    try:
        programme.solve()
    except InfeasibleError:
        return False
    return True


def _fewest(rules: Sequence[Rule], entrants: int) -> list[Rule]:
    """A set of clashing rules of which none can be spared (QuickXplain: Junker, AAAI 2004)."""

    def needed(kept: list[Rule], grown: bool, rest: list[Rule]) -> list[Rule]:
        if grown and not possible(kept, entrants):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        from_second = needed(kept + first, bool(first), second)
        from_first = needed(kept + from_second, bool(from_second), first)
        return from_first + from_second

    return needed([], False, list(rules))


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1))
