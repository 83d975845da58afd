"""Which number of an achievement answers a number that a need asks for.

A name alone does not tell: 游离单体含量低于0.2% is answered by 游离HDI不高于0.15%, which shares no
more than a character with it. So each number of the achievement that could be compared (same
dimension) is judged by its name, by how near the words around it come to the requirement (late
interaction), by how that compares with its rivals, and by its size. A logistic model weighs them
(`matcher.weighing.pairing_model` fits it); the likeliest number is compared if it is likely enough.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from matcher.features import PairFeatures
from matcher.quantities import Comparison, compare, find_indicators, same_quantity
from matcher.quantities.types import Indicator, Relation
from matcher.requirements.clauses import Place
from matcher.requirements.extract import Asked
from matcher.requirements.linear import LinearModel

Floats = NDArray[np.float64]
PAIRING_FEATURES = (
    "same",  # how likely the names stand for one quantity
    "named_alike",  # whether that is the likelier
    "unnamed",  # the number has no name
    "share",  # it is a percentage or the like
    "bare",  # it has no unit
    "clause",  # how near its clause comes to the requirement
    "sentence",
    "clause_lead",  # by how much the nearest clause of all comes nearer
    "sentence_lead",
    "behind",  # by how much the nearest clause of a rival comes nearer
    "first",  # no rival's clause comes nearer
    "alone",
    "rivals",  # logarithm of the numbers that could be compared
    "distance",  # |logarithm of the share that is reached|
    "need",
    "dense",  # the whole pair's nearness
)
FARTHEST = 3.0
"""Largest `distance`: twenty times too much or too little, or no share to speak of."""
HALF = 0.5
PAIRED = 0.5
"""Probability from which on a number is taken as the answer."""
NAMED = 0.8
"""How likely a requirement is missing whose name recurs with numbers that are far off, and whose
dimension with no other: 31 of 39 in pairs from level 3 on (train, fit and dev), 2 are met."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The achievement's number that a requirement was compared with; see `quantities.compare`.

    Attributes:
        chance: how likely it is the answer.
    """

    relation: Relation
    indicator: Indicator
    ratio: float | None = None
    chance: float = 1.0

    @property
    def is_far_off(self) -> bool:
        """Whether less than half of what is required is reached: no wording makes up for that."""
        return self.relation == "against" and self.ratio is not None and self.ratio < HALF


@dataclass(frozen=True, slots=True)
class Pairing(LinearModel):
    """Logistic model over `PAIRING_FEATURES`."""

    NAMES = PAIRING_FEATURES

    def __call__(self, features: Floats) -> Floats:
        """Probability of each number to be the answer, float64[numbers]."""
        return np.asarray(expit(self.logits(self.standard(features))[:, 0]))


def by_name() -> Pairing:
    """Go by the name alone, from the likeness on at which `compare` holds two for the same."""
    width = len(PAIRING_FEATURES)
    weights = np.zeros((1, width))
    weights[0, PAIRING_FEATURES.index("same")] = 100.0
    return Pairing(weights, np.array([-49.9]), np.zeros(width), np.ones(width))


@dataclass(frozen=True, slots=True)
class Rival:
    """A number that could be compared, and what the comparison would say."""

    indicator: Indicator
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Near:
    """How near each place comes to each requirement; see `naming.claim_likeness`.

    Attributes:
        places: in the achievement's `full`, in order.
        likeness: float64[requirements, places].
    """

    places: tuple[Place, ...]
    likeness: Floats

    def at(self, row: int, offset: int) -> float:
        """Likeness of the place that holds an offset; -1 where none does."""
        for column, (start, end) in enumerate(self.places):
            if start <= offset < end:
                return float(self.likeness[row, column])
        return -1.0

    def best(self, row: int) -> float:
        """Likeness of the nearest place."""
        return float(self.likeness[row].max(initial=-1.0))


def paired_numbers(
    pair: PairFeatures, asked: Asked, clauses: Near, sentences: Near, pairing: Pairing
) -> tuple[Compared | None, ...]:
    """Compare each required number with the achievement's number that answers it, if any."""
    found: list[Compared | None] = []
    compared = candidates(pair, asked, clauses, sentences)
    for one, (rivals, features) in zip(asked.requirements, compared, strict=True):
        chances = pairing(features) if rivals else np.zeros(1)
        best = int(chances.argmax())
        if chances[best] < PAIRED:
            found.append(_far_off(one.indicator, rivals) if one.indicator else None)
            continue
        comparison, number = rivals[best].comparison, rivals[best].indicator
        chance = float(chances[best])
        found.append(Compared(comparison.relation, number, comparison.ratio, chance))
    return tuple(found)


def _far_off(wanted: Indicator, rivals: Sequence[Rival]) -> Compared | None:
    """The number of the same name, where none of that name nor any other comes near.

    Its size makes it an unlikely answer to the model; but where nothing else could be the answer,
    导热系数0.021 says of 导热系数≥1500 that it is not met.
    """
    alike = [
        one
        for one in rivals
        if one.indicator.quantity and same_quantity(wanted.quantity, one.indicator.quantity) >= HALF
    ]
    found = [
        Compared(one.comparison.relation, one.indicator, one.comparison.ratio, NAMED)
        for one in alike
    ]
    near = any(one.comparison.relation in ("met", "short") for one in rivals)
    return found[0] if found and not near and all(one.is_far_off for one in found) else None


def candidates(
    pair: PairFeatures, asked: Asked, clauses: Near, sentences: Near
) -> list[tuple[list[Rival], Floats]]:
    """For each requirement the numbers that could be compared, with `PAIRING_FEATURES` of each."""
    asks = any(one.indicator is not None for one in asked.requirements)
    numbers = find_indicators(pair.achievement.document.full) if asks else []
    found: list[tuple[list[Rival], Floats]] = []
    for row, one in enumerate(asked.requirements):
        rivals = _rivals(one.indicator, numbers) if one.indicator else []
        features = np.zeros((0, len(PAIRING_FEATURES)))
        if one.indicator and rivals:
            features = _features(pair, one.indicator, rivals, row, clauses, sentences)
        found.append((rivals, features))
    return found


def _rivals(wanted: Indicator, numbers: Sequence[Indicator]) -> list[Rival]:
    judged = (Rival(one, compare(wanted, one, 1.0)) for one in numbers)
    return [one for one in judged if one.comparison.relation != "unrelated"]


def _features(
    pair: PairFeatures,
    wanted: Indicator,
    rivals: Sequence[Rival],
    row: int,
    clauses: Near,
    sentences: Near,
) -> Floats:
    starts = [one.indicator.value_span[0] for one in rivals]
    near = np.array([clauses.at(row, start) for start in starts])
    rows = []
    for at, (one, start) in enumerate(zip(rivals, starts, strict=True)):
        number = one.indicator
        same = same_quantity(wanted.quantity, number.quantity)
        others = float(np.delete(near, at).max(initial=0.0))
        around = sentences.at(row, start)
        rows.append(
            (
                same,
                same >= HALF,
                not number.quantity,
                bool(number.unit) and number.unit in "%‰",
                not number.unit,
                near[at],
                around,
                clauses.best(row) - near[at],
                sentences.best(row) - around,
                others - near[at],
                near[at] == near.max(),
                len(rivals) == 1,
                math.log(len(rivals)),
                _distance(one.comparison.ratio),
                pair.values["need_meaning"],
                pair.values["dense"],
            )
        )
    return np.array(rows, dtype=np.float64)


def _distance(ratio: float | None) -> float:
    if ratio is None or ratio <= 0:
        return FARTHEST
    return min(abs(math.log(ratio)), FARTHEST)
