"""Whether two people who label the same pairs mean the same."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from sklearn.metrics import cohen_kappa_score

from matcher.evaluation.report import quadratic_kappa
from matcher.types import VerdictName


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two labellers agree on what both labelled.

    Attributes:
        kappa: agreement beyond chance, 1 at best; nan where only one label was ever given.
        exact: share of equal labels; nan without any common item.
        count: how many items both labelled.
    """

    kappa: float
    exact: float
    count: int


def level_agreement(first: Mapping[Hashable, int], second: Mapping[Hashable, int]) -> Agreement:
    """Agreement on levels 1-4, by Cohen's kappa with quadratic weights (QWK)."""
    common = [item for item in first if item in second]
    ours, theirs = [first[item] for item in common], [second[item] for item in common]
    kappa = quadratic_kappa(ours, theirs) if common else float("nan")
    return Agreement(kappa, _exact(ours, theirs), len(common))


def verdict_agreement(
    first: Mapping[Hashable, VerdictName], second: Mapping[Hashable, VerdictName]
) -> Agreement:
    """Agreement on verdicts, by Cohen's kappa (1960): nearness of verdicts does not count."""
    common = [item for item in first if item in second]
    ours, theirs = [first[item] for item in common], [second[item] for item in common]
    told = len({*ours, *theirs}) > 1
    kappa = float(cohen_kappa_score(ours, theirs)) if told else float("nan")
    return Agreement(kappa, _exact(ours, theirs), len(common))


def _exact(ours: list[int] | list[VerdictName], theirs: list[int] | list[VerdictName]) -> float:
    equal = [one == other for one, other in zip(ours, theirs, strict=True)]
    return sum(equal) / len(equal) if equal else float("nan")
