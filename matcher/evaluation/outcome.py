"""What one configuration answered under a set of judgements, and what another has over it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from matcher.errors import EvaluationError
from matcher.evaluation.report import (
    Qrels,
    Run,
    Scored,
    expected_level,
    level_samples,
    ranking_samples,
)
from matcher.evaluation.resampling import Difference, Figure, Sampled, difference, figure
from matcher.evaluation.selective import Curve, risk_coverage
from matcher.types import Level


@dataclass(frozen=True, slots=True)
class PairScore:
    """What was said about one pair; a `Scored`.

    Attributes:
        score: P(level >= 3).
        level: the level that is shown.
        probabilities: P(level) for each level.
    """

    score: float
    level: Level
    probabilities: Mapping[Level, float]

    @classmethod
    def of(cls, said: Scored) -> Self:
        """Keep what an evaluation needs."""
        return cls(said.score, said.level, dict(said.probabilities))

    @property
    def expected(self) -> float:
        """Mean level, 1-4."""
        return expected_level(self.probabilities)


@dataclass(frozen=True, slots=True)
class Judged:
    """One pair with the true level and what was said."""

    need: str
    achievement: str
    truth: int
    said: PairScore

    @property
    def level_error(self) -> int:
        """How far the shown level is from the true one."""
        return abs(self.truth - int(self.said.level))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lists and scores of pairs with their judgements.

    Attributes:
        qrels: the judgements.
        run: the lists.
        scores: need id -> achievement id -> what was said, for each judged pair.
    """

    qrels: Qrels
    run: Run
    scores: Mapping[str, Mapping[str, PairScore]]

    def judged(self) -> list[Judged]:
        """All judged pairs, need by need."""
        return [
            Judged(need, id_, level, self.scores[need][id_])
            for need, levels in self.qrels.items()
            for id_, level in levels.items()
        ]

    @property
    def digest(self) -> str:
        """Hash of all answers: equal where two configurations say the same, to six digits."""
        lists = {need: list(self.run.get(need, ())) for need in self.qrels}
        scores = {
            need: {
                id_: [round(p, 6) for p in said.probabilities.values()] for id_, said in by.items()
            }
            for need, by in self.scores.items()
        }
        told = json.dumps([lists, scores], sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def samples(self) -> dict[str, Sampled]:
        """All figures, taken apart by need."""
        triples = [(one.need, one.truth, one.said) for one in self.judged()]
        return {**ranking_samples(self.run, self.qrels), **level_samples(triples)}

    def figures(self) -> dict[str, Figure]:
        """All figures, each with its interval."""
        return {name: figure(one) for name, one in self.samples().items()}


def compare(new: Outcome, old: Outcome) -> dict[str, Difference]:
    """Say for each figure what `new` has over `old`; see `resampling.difference`.

    Raises:
        EvaluationError: they were not judged by the same judgements.
    """
    if new.qrels != old.qrels:
        raise EvaluationError(
            "两次评测用的标注不同，不能比较；请用同一份 --qrels 重新评测其中一次，再作比较。"
        )
    earlier = old.samples()
    return {
        name: difference(one, earlier[name])
        for name, one in new.samples().items()
        if name in earlier
    }


def level_curve(outcome: Outcome) -> Curve:
    """Risk |true - shown level|; sure is a high probability of the shown level."""
    judged = outcome.judged()
    sureness = [one.said.probabilities[one.said.level] for one in judged]
    return risk_coverage(sureness, [float(one.level_error) for one in judged])


def score_curve(outcome: Outcome) -> Curve:
    """Risk (score - outcome)^2 of "level >= 3" (Brier 1950); sure is a score far from one half."""
    judged = outcome.judged()
    sureness = [abs(one.said.score - 0.5) for one in judged]
    errors = [(one.said.score - (one.truth >= Level.FAIRLY_STRONG)) ** 2 for one in judged]
    return risk_coverage(sureness, errors)
