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
from matcher.quantities.types import Relation
from matcher.requirements.clauses import Place, widened
from matcher.requirements.extract import Asked
from matcher.requirements.pairing import Compared
from matcher.requirements.polarity import NEITHER, Denial
from matcher.types import Requirement, Span, Verdict, VerdictName
from models.base import PairReading

Floats = NDArray[np.float64]
NAMES: tuple[VerdictName, ...] = ("missing", "partly", "met")
"""In the order of the reader's probabilities."""
LIGHTEST = 0.2
"""Weight of a token that says nothing by itself, such as a number or a particle."""
NEARNESS = 20.0
"""What a cosine is worth beside the logarithm of the reader's probability (chosen on dev)."""
FAR_OFF = (0.96, 0.03, 0.01)
"""Probabilities of the verdicts of a number that is far off."""
REACHED = (0.1, 0.1, 0.8)
"""The same of a number that is reached, where the reader would have missed it: of 104 in pairs from
level 3 on (fit and dev) 98 are met, 2 partly."""
DENIED: Mapping[str, tuple[float, float, float]] = {
    "agrees": (0.15, 0.7, 1.0),
    "opposes": (1.0, 0.1, 0.05),
}
"""Likelihoods of the verdicts, counted on the gold set's train part (630 requirements that deny
something): of 98 where an achievement denies the same 2 are missing, 13 partly, 83 met; of 6 where
it says the contrary 5 are missing."""
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
        clauses: of the achievement, in order; what is quoted is one of them.
        clause_likeness: float64[requirements, clauses], as `likeness`.
        denials: for each requirement how the achievement stands to what it denies, and where it
            says so; empty where that was not looked for.
    """

    asked: Asked
    achievement: Document
    reading: PairReading
    compared: tuple[Compared | None, ...]
    shares: Floats
    named: Floats
    likeness: Floats
    clauses: tuple[Place, ...] = ()
    clause_likeness: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    denials: tuple[Denial, ...] = ()

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One verdict a requirement."""
        return tuple(self._verdict(at, one) for at, one in enumerate(self.asked.requirements))

    def _verdict(self, at: int, requirement: Requirement) -> Verdict:
        name = NAMES[int(self.named[at].argmax())]
        compared, passages = self.compared[at], self.reading.passages[at]
        denial = self.denials[at] if self.denials else NEITHER
        silent = len(passages) < 2 or float(passages[NOWHERE]) > POINTED
        against = name == "missing" and (
            (compared is not None and compared.relation == "against")
            or denial.polarity == "opposes"
            or not silent
        )
        proof: tuple[Span, ...] = ()
        if (name != "missing" or against) and self.achievement.sentences:
            proof = (self.achievement.span(*self._proof(at, compared, denial, name)),)
        return Verdict(requirement, name, float(self.named[at].max()), against, proof)

    def _proof(
        self, at: int, compared: Compared | None, denial: Denial, name: VerdictName
    ) -> Place:
        """The clause that denies, or has the compared number, else the one that comes nearest.

        The sentence is chosen by the reader's pointer and late interaction, added up on the scale
        of logarithms, the clause within it by late interaction.
        """
        places = self.achievement.sentences
        if denial.polarity == ("opposes" if name == "missing" else "agrees"):
            return self._clause(at, denial.place, denial.place[0])
        if compared is not None and compared.relation in ("met", "short", "against"):
            start = compared.indicator.value_span[0]
            home = next((one for one in places if one[0] <= start < one[1]), None)
            if home is not None:
                return self._clause(at, home, start)
        pointed = np.log(self.reading.passages[at][1:] + _TINY) + NEARNESS * self.likeness[at]
        return self._clause(at, places[int(pointed.argmax())])

    def _clause(self, at: int, home: Place, holds: int | None = None) -> Place:
        """The clause of a sentence that holds a place, else the nearest, and what fits beside."""
        inside = [
            column
            for column, (first, last) in enumerate(self.clauses)
            if first < home[1] and last > home[0]
        ]
        if not inside:
            return home
        worth = [float(self.clause_likeness[at, column]) for column in inside]
        places = [self.clauses[column] for column in inside]
        best = max(range(len(inside)), key=worth.__getitem__)
        if holds is not None:
            best = next((one for one, (_, last) in enumerate(places) if last > holds), best)
        return widened(places, best, worth)


def weighed(reading: PairReading, compared: Sequence[Compared | None], odds: VerdictOdds) -> Floats:
    """Probabilities of the verdicts, float64[requirements, 3]; what was not seen is missing."""
    shares = np.asarray(reading.verdicts, dtype=np.float64) * np.array(odds.bias)
    shares[np.isnan(shares).any(axis=1)] = (1.0, 0.0, 0.0)
    for at, one in enumerate(compared):
        if one is not None and one.relation in odds.relations:
            shares[at] *= np.array(odds.relations[one.relation])
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def with_denials(named: Floats, denials: Sequence[Denial]) -> Floats:
    """Weigh in what the achievement denies, by Bayes' rule with `DENIED`."""
    factors = np.array([DENIED.get(one.polarity, (1.0, 1.0, 1.0)) for one in denials])
    weighed_in = named * factors.reshape(named.shape)
    return np.asarray(weighed_in / weighed_in.sum(axis=1, keepdims=True))
