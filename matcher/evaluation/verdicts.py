"""How right verdicts are, and whether they quote the right sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from matcher.types import Span, Verdict, VerdictName

NAMES: tuple[VerdictName, ...] = get_args(VerdictName)


@dataclass(frozen=True, slots=True)
class VerdictScore:
    """Precision, recall and F1 of one verdict, and how often it is the true one."""

    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class VerdictScores:
    """How right verdicts are.

    Attributes:
        macro_f1: mean F1 of the three verdicts; one that occurs on neither side counts as 0.
        accuracy: share that is right.
        by_name: each verdict by itself.
        confusion: counts; row is the true verdict, column the given one, in the order of `NAMES`.
    """

    macro_f1: float
    accuracy: float
    by_name: Mapping[VerdictName, VerdictScore]
    confusion: tuple[tuple[int, ...], ...]


def verdict_scores(truth: Sequence[VerdictName], given: Sequence[VerdictName]) -> VerdictScores:
    """Compare verdicts about the same requirements, of which there must be one at least."""
    columns = precision_recall_fscore_support(truth, given, labels=NAMES, zero_division=0.0)
    by_name = {
        name: VerdictScore(float(precision), float(recall), float(f1), int(count))
        for name, precision, recall, f1, count in zip(NAMES, *columns, strict=True)
    }
    counts = confusion_matrix(truth, given, labels=NAMES)
    return VerdictScores(
        sum(one.f1 for one in by_name.values()) / len(NAMES),
        float(counts.trace() / counts.sum()),
        by_name,
        tuple(tuple(int(count) for count in row) for row in counts),
    )


@dataclass(frozen=True, slots=True)
class EvidenceScore:
    """How often the right place is quoted.

    Attributes:
        right: quotes that overlap the marked place.
        count: requirements that both sides call met, where a place is marked.
    """

    right: int
    count: int

    @property
    def accuracy(self) -> float:
        """Share of the right ones; nan where there is none to judge."""
        return self.right / self.count if self.count else float("nan")


def evidence_score(pairs: Sequence[tuple[Verdict, Verdict]]) -> EvidenceScore:
    """Judge the evidence of (true, given) verdicts where both say `met`.

    A quote is right where any of its spans shares a character with any marked span; a verdict
    without evidence is wrong.
    """
    judged = [
        (truth.evidence, given.evidence)
        for truth, given in pairs
        if truth.name == given.name == "met" and truth.evidence
    ]
    right = sum(
        any(_touch(one, other) for one in marked for other in quoted) for marked, quoted in judged
    )
    return EvidenceScore(right, len(judged))


def _touch(one: Span, other: Span) -> bool:
    return one.field == other.field and one.start < other.end and other.start < one.end
