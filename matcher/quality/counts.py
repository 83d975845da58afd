"""Many assessments, added up in little memory."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from matcher.quality.assess import Assessment

POOR = 0.4
"""Score below which a description counts as poor."""
BINS = 5


@dataclass(slots=True)
class QualityCounts:
    """What many assessments say.

    Attributes:
        assessed: How many there were.
        total: Sum of their scores.
        bins: How many scores lie in each fifth of [0, 1], lowest first.
        poor: How many are below `POOR`.
        missing: By title of an aspect, how many records lack it wholly.
        advice: By advice, how many records get it.
        lost: By advice, how much of their scores all records together miss for it.
        defects: By name, how many records have it.
    """

    assessed: int = 0
    total: float = 0.0
    bins: list[int] = field(default_factory=lambda: [0] * BINS)
    poor: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    advice: Counter[str] = field(default_factory=Counter)
    lost: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    defects: Counter[str] = field(default_factory=Counter)

    def add(self, assessment: Assessment) -> None:
        """Count one."""
        self.assessed += 1
        self.total += assessment.score
        self.bins[min(BINS - 1, int(assessment.score * BINS))] += 1
        self.poor += assessment.score < POOR
        self.missing.update(part.title for part in assessment.parts if part.value == 0)
        for words, lost in assessment.told:
            self.advice[words] += 1
            self.lost[words] += lost
        self.defects.update(defect.name for defect in assessment.defects)

    def worth_most(self, most: int) -> list[tuple[str, int]]:
        """Give the advice that would gain most over all records, with how many get it."""
        best = sorted(self.lost, key=lambda words: (-self.lost[words], words))
        return [(words, self.advice[words]) for words in best[:most]]

    @property
    def mean(self) -> float | None:
        """Mean score; None without any."""
        return self.total / self.assessed if self.assessed else None
