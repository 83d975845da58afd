"""What an achievement says to each requirement: met, partly met or missing, and where.

The pair reader gives a probability of each verdict and says which sentence answers. Where a
requirement is a number and the achievement states one of the same quantity, the two are compared
as quantities, and what the comparison says is weighed in as evidence of its own (Bayes' rule with
the likelihoods of `VerdictOdds`, taken as independent of the reader).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.documents import Document
from matcher.quantities import compare, find_indicators, same_quantity
from matcher.quantities.types import Indicator, Relation
from matcher.requirements.extract import Asked
from matcher.types import Requirement, Span, Verdict, VerdictName
from models.base import PairReading

Floats = NDArray[np.float64]
NAMES: tuple[VerdictName, ...] = ("missing", "partly", "met")
"""In the order of the reader's probabilities."""
LIGHTEST = 0.2
"""Weight of a token that says nothing by itself, such as a number or a particle."""
NEARNESS = 20.0
"""What a cosine is worth beside the logarithm of the reader's probability (chosen on dev)."""
HALF = 0.5
FAR_OFF = (0.96, 0.03, 0.01)
"""Probabilities of the verdicts of a number that is far off."""
POINTED = 0.1
"""Probability of silence up to which a missing requirement counts as contradicted."""
_TINY = 1e-3
NOWHERE = 0
"""The reader's passage that stands for silence."""


@dataclass(frozen=True, slots=True)
class VerdictOdds:
    """How the reader's verdicts are weighed.

    Attributes:
        bias: factor of each verdict's probability, in the order of `NAMES`.
        relations: how likely each outcome of a comparison is under each verdict; a requirement
            without comparable numbers is left to the reader.
    """

    bias: tuple[float, float, float] = (1.0, 1.0, 1.0)
    relations: Mapping[Relation, tuple[float, float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """The achievement's number that a requirement was compared with; see `quantities.compare`."""

    relation: Relation
    indicator: Indicator
    ratio: float | None = None

    @property
    def is_far_off(self) -> bool:
        """Whether less than half of what is required is reached: no wording makes up for that."""
        return self.relation == "against" and self.ratio is not None and self.ratio < HALF


@dataclass(frozen=True, slots=True)
class Read:
    """A pair as the reader saw it.

    Attributes:
        asked: the need's requirements.
        achievement: what was read; its sentences are the reader's passages.
        reading: what the reader made of it.
        compared: for each requirement the number that it was compared with, if any.
        shares: float64[requirements, 3], probability of each verdict by the reader and the
            numbers (see `NAMES`); the fit's coverage is made of these.
        named: the same by all that is known (`matcher.requirements.naming`), and what verdicts are
            named by; `shares` where there is no such model.
        likeness: float64[requirements, sentences], how near each sentence comes to each.
    """

    asked: Asked
    achievement: Document
    reading: PairReading
    compared: tuple[Compared | None, ...]
    shares: Floats
    named: Floats
    likeness: Floats

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict a requirement."""
        return tuple(self._verdict(at, one) for at, one in enumerate(self.asked.requirements))

    def _verdict(self, at: int, requirement: Requirement) -> Verdict:
        name = NAMES[int(self.named[at].argmax())]
        compared, passages = self.compared[at], self.reading.passages[at]
        silent = len(passages) < 2 or float(passages[NOWHERE]) > POINTED
        against = name == "missing" and (
            (compared is not None and compared.relation == "against") or not silent
        )
        proof: tuple[Span, ...] = ()
        if (name != "missing" or against) and self.achievement.sentences:
            proof = (self._proof(at, compared),)
        return Verdict(requirement, name, float(self.named[at].max()), against, proof)

    def _proof(self, at: int, compared: Compared | None) -> Span:
        """The sentence with the compared number, else the one that comes nearest.

        The reader's pointer and late interaction are added up on the scale of logarithms.
        """
        places = self.achievement.sentences
        if compared is not None and compared.relation in ("met", "short", "against"):
            start = compared.indicator.value_span[0]
            home = next((one for one in places if one[0] <= start < one[1]), None)
            if home is not None:
                return self.achievement.span(*home)
        pointed = np.log(self.reading.passages[at][1:] + _TINY) + NEARNESS * self.likeness[at]
        best = int(pointed.argmax())
        return self.achievement.span(*places[best])


def weighed(reading: PairReading, compared: Sequence[Compared | None], odds: VerdictOdds) -> Floats:
    """Probabilities of the verdicts, float64[requirements, 3]; what was not seen is missing."""
    shares = np.asarray(reading.verdicts, dtype=np.float64) * np.array(odds.bias)
    shares[np.isnan(shares).any(axis=1)] = (1.0, 0.0, 0.0)
    for at, one in enumerate(compared):
        if one is not None and one.relation in odds.relations:
            shares[at] *= np.array(odds.relations[one.relation])
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def compared_numbers(asked: Asked, achievement: Document) -> tuple[Compared | None, ...]:
    """Compare each required number with the achievement's number of the same quantity, if any."""
    asks = any(one.indicator is not None for one in asked.requirements)
    numbers = find_indicators(achievement.full) if asks else []
    return tuple(_compared(one, numbers) for one in asked.requirements)


def _compared(requirement: Requirement, numbers: Sequence[Indicator]) -> Compared | None:
    """Compare a requirement with the number that speaks most of the same quantity."""
    wanted = requirement.indicator
    if wanted is None:
        return None
    best, found = 0.0, None
    for one in numbers:
        comparison = compare(wanted, one)
        relation, ratio = comparison.relation, comparison.ratio
        if (
            relation != "unrelated"
            and (alike := same_quantity(wanted.quantity, one.quantity)) > best
        ):
            best, found = alike, Compared(relation, one, ratio)
    return found
