"""How well requirements and their numbers are read, against ones marked by hand."""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.evaluation.resampling import Figure, Rows, Sampled, figure
from matcher.quantities import Indicator, magnitude
from matcher.types import Requirement, RequirementKind, Span

LEAST_OVERLAP = 0.5
KINDS: tuple[RequirementKind, ...] = get_args(RequirementKind)
Requirements = Mapping[str, Sequence[Requirement]]
"""need id -> its requirements."""
_CLOSE, _TINY = 1e-6, 1e-15


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Precision, recall and F1 (van Rijsbergen 1979) of counts that are summed over all needs."""

    found: int
    gold: int
    matched: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right; nan where nothing was found."""
        return self.matched / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """Share of what is there that was found; nan where nothing is there."""
        return self.matched / self.gold if self.gold else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of both; nan where nothing is there and nothing was found."""
        both = self.found + self.gold
        return 2 * self.matched / both if both else float("nan")


@dataclass(frozen=True, slots=True)
class Extraction:
    """How requirements were found.

    Attributes:
        overall: spans alone, whatever their kind.
        f1: F1 of that with its interval, needs drawn.
        by_kind: a match must also be of the same kind.
        kind_accuracy: share of the matched spans that have the right kind; nan without any.
    """

    overall: Retrieved
    f1: Figure
    by_kind: Mapping[RequirementKind, Retrieved]
    kind_accuracy: float


def extraction(found: Requirements, gold: Requirements) -> Extraction:
    """Compare the requirements of each need in `gold`; see `matches`."""
    pairs = {need: matches(found.get(need, ()), marked) for need, marked in gold.items()}
    counts = {
        need: np.array([[len(found.get(need, ())), len(marked), len(pairs[need])]], dtype=float)
        for need, marked in gold.items()
    }
    overall = Retrieved(*(int(n) for n in np.concatenate(list(counts.values())).sum(axis=0)))
    of_kind = {kind: _of_kind(kind, found, gold) for kind in KINDS}
    alike = [one.kind == other.kind for some in pairs.values() for one, other in some]
    return Extraction(
        overall,
        figure(Sampled(counts, _f1)),
        of_kind,
        float(np.mean(alike)) if alike else float("nan"),
    )


def matches(
    found: Sequence[Requirement], gold: Sequence[Requirement], least: float = LEAST_OVERLAP
) -> list[tuple[Requirement, Requirement]]:
    """Pair what was found with what was marked, one to one.

    Two may be paired where their spans' intersection over union is `least` or more. Of all ways to
    pair, that with most pairs is taken, and among those the one with the greatest overlap.
    """
    overlap = np.array([[overlap_of(one.span, other.span) for other in gold] for one in found])
    if not overlap.size:
        return []
    allowed = overlap >= least
    rows, columns = linear_sum_assignment(
        np.where(allowed, min(overlap.shape) + overlap, 0.0), maximize=True
    )
    return [
        (found[row], gold[column])
        for row, column in zip(rows, columns, strict=True)
        if allowed[row, column]
    ]


def overlap_of(one: Span, other: Span) -> float:
    """Intersection over union in characters; 0 where the spans are in different fields."""
    if one.field != other.field:
        return 0.0
    shared = min(one.end, other.end) - max(one.start, other.start)
    union = max(one.end, other.end) - min(one.start, other.start)
    return max(0, shared) / union if union else 0.0


@dataclass(frozen=True, slots=True)
class IndicatorReading:
    """Shares of marked indicators that were read exactly.

    Attributes:
        count: marked indicators.
        comparator: the comparator is the same.
        value: both bounds are the same.
        unit: the unit is the same, however it is spelt.
        exact: all three.
    """

    count: int
    comparator: float
    value: float
    unit: float
    exact: float


def indicator_reading(
    pairs: Sequence[tuple[Indicator | None, Indicator | None]],
) -> IndicatorReading:
    """Compare (read, marked) indicators; those without a mark are left out, unread ones count."""
    judged = [_agreement(read, marked) for read, marked in pairs if marked is not None]
    if not judged:
        return IndicatorReading(0, *(float("nan"),) * 4)
    comparator, value, unit = np.mean(judged, axis=0).tolist()
    return IndicatorReading(
        len(judged), comparator, value, unit, float(np.mean([all(one) for one in judged]))
    )


def _agreement(read: Indicator | None, marked: Indicator) -> tuple[bool, bool, bool]:
    if read is None:
        return False, False, False
    values = all(
        _same_value((ours, read.unit), (theirs, marked.unit))
        for ours, theirs in ((read.low, marked.low), (read.high, marked.high))
    )
    return read.comparator == marked.comparator, values, _same_unit(read.unit, marked.unit)


def _same_value(read: tuple[float | None, str], marked: tuple[float | None, str]) -> bool:
    """Equal in base units (1.2 GPa is 1200 MPa), or as written where units cannot be compared."""
    if read[0] is None or marked[0] is None:
        return read[0] is marked[0]
    ours, theirs = read[0], marked[0]
    if _plain(read[1]) != _plain(marked[1]):
        base, other = magnitude(ours, read[1]), magnitude(theirs, marked[1])
        if base and other and base[1] == other[1]:
            ours, theirs = base[0], other[0]
    return math.isclose(ours, theirs, rel_tol=_CLOSE, abs_tol=_TINY)


def _same_unit(read: str, marked: str) -> bool:
    """Spelt alike, or of the same dimension: whether the value fits it, `_same_value` says."""
    if _plain(read) == _plain(marked):
        return True
    ours, theirs = magnitude(1.0, read), magnitude(1.0, marked)
    return ours is not None and theirs is not None and ours[1] == theirs[1]


def _plain(unit: str) -> str:
    return "".join(unicodedata.normalize("NFKC", unit).split())


def _of_kind(kind: RequirementKind, found: Requirements, gold: Requirements) -> Retrieved:
    def only(some: Sequence[Requirement]) -> list[Requirement]:
        return [one for one in some if one.kind == kind]

    counts = [
        (len(ours), len(marked), len(matches(ours, marked)))
        for ours, marked in (
            (only(found.get(need, ())), only(marked)) for need, marked in gold.items()
        )
    ]
    return Retrieved(*(sum(column) for column in zip(*counts, strict=True)))


def _f1(rows: Rows) -> float:
    found, gold, matched = rows.sum(axis=0)
    return float(2 * matched / (found + gold)) if found + gold else float("nan")
