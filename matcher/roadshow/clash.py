"""Why a plan cannot be kept: the fewest rules that clash, and the cheapest way out."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.errors import InfeasibleError, UnsolvedError
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.loosen import Change, cheapest
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.possible import programme_of
from matcher.roadshow.rules import Rule


@dataclass(frozen=True, slots=True)
class Clash:
    """Why no selection keeps all rules.

    Attributes:
        rules: cannot be kept together, but can if any one of them is given up; of two such sets
            the smaller.
        changes: of least cost (`loosen`), after which the whole plan can be kept; none if none
            were found in time.
        fewest: whether none of the rules can be spared for sure; else the time ran out before.
        proved: whether nothing cheaper than the changes is possible for sure.
    """

    rules: tuple[Rule, ...]
    changes: tuple[Change, ...]
    fewest: bool = True
    proved: bool = True

    def as_error(self, title: str) -> InfeasibleError:
        """Say it to people."""
        clash = tuple(one.text for one in self.rules)
        changes = tuple(one.text for one in self.changes)
        few = "" if self.fewest else "（时限内未能缩到最少）"
        message = f"“{title}”的规则不能同时满足。互相冲突的规则{few}：\n{_numbered(clash)}"
        if changes:
            told = "改动最少的办法" if self.proved else "一种可行的改动（时限内未证明最少）"
            message += f"\n{told}：\n{_numbered(changes)}"
        return InfeasibleError(message, clash, changes)


def clash_of(pool: Pool, plan: Plan, rules: Sequence[Rule], deadline: Deadline) -> Clash:
    """Say why rules, of which it is known, cannot be kept together.

    The wanted answer is small, but each step towards it is a programme: what the time does not
    allow stays out, and the clash says so.
    """
    changes, proved = cheapest(pool, plan, rules, deadline)
    judge = _Judge(len(pool.entrants), deadline)
    sets = [_fewest(order, judge) for order in (list(rules), list(rules)[::-1])]
    smaller = min(sets, key=len)
    ordered = tuple(one for one in rules if one in smaller)
    return Clash(ordered, changes, fewest=judge.sure, proved=proved)


class _Judge:
    """Says whether some set keeps rules; `sure` until it had to guess for lack of time."""

    def __init__(self, entrants: int, deadline: Deadline) -> None:
        self._entrants, self._deadline = entrants, deadline
        self.sure = True

    def possible(self, rules: Sequence[Rule]) -> bool:
        """Whether these can be kept; a guess is yes, which makes no clash of what is none."""
        try:
            programme_of(rules, self._entrants).solve(self._deadline.left)
        except InfeasibleError:
            return False
        except UnsolvedError:
            self.sure = False
        return True


def _fewest(rules: list[Rule], judge: _Judge) -> list[Rule]:
    """A set of clashing rules of which none can be spared (QuickXplain: Junker, AAAI 2004)."""

    def needed(kept: list[Rule], grown: bool, rest: list[Rule]) -> list[Rule]:
        if grown and not judge.possible(kept):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        from_second = needed(kept + first, bool(first), second)
        from_first = needed(kept + from_second, bool(from_second), first)
        return from_first + from_second

    return needed([], False, rules)


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {one}" for number, one in enumerate(lines, 1))
