"""Rules alone as a 0/1 programme: whether they can be kept, and by how many at the most."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.roadshow.deadline import Deadline
from matcher.roadshow.linear import Programme
from matcher.roadshow.rules import Rule


@dataclass(frozen=True, slots=True)
class Most:
    """How many can be chosen together; `proved` if no larger number is possible for sure."""

    count: int
    proved: bool


def programme_of(rules: Sequence[Rule], entrants: int, worth: float = 0.0) -> Programme:
    """Lay out rules; the columns are the entrants, each with this worth."""
    programme = Programme()
    for _ in range(entrants):
        programme.column(worth)
    for rule in rules:
        programme.between(rule.members, rule.least, rule.most)
    return programme


def most_together(rules: Sequence[Rule], entrants: int, deadline: Deadline) -> Most:
    """Find the largest number that keeps the rules.

    Raises:
        InfeasibleError: no number does.
        UnsolvedError: none was found in time.
    """
    solved = programme_of(rules, entrants, 1.0).solve(deadline.left)
    return Most(round(solved.value), solved.status == "optimal")
