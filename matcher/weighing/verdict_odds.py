"""Fits how the reader's verdicts are weighed with comparisons of numbers (`VerdictOdds`).

How likely a comparison's outcome is under each verdict is counted on pairs that the reader may
have been trained on: the reader has no part in it. How far to trust it, and the factors of the
verdicts themselves, are chosen on pairs that it never saw, for the mean F1 of the three verdicts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from sklearn.metrics import f1_score

from matcher.quantities.types import Relation
from matcher.requirements.pairing import Compared
from matcher.requirements.verdicts import NAMES, VerdictOdds, weighed
from matcher.types import Verdict
from models.base import PairReading

RELATIONS: tuple[Relation, ...] = ("met", "short", "against")
TRUST = (0.0, 0.25, 0.5, 0.75, 1.0)
FACTORS = (0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0)
"""Of partly and met; missing stands at 1."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A read pair with the verdicts that it should have got, one a requirement."""

    reading: PairReading
    compared: tuple[Compared | None, ...]
    truth: tuple[Verdict, ...]


def likelihoods(
    seen: Iterable[tuple[Compared | None, Verdict]],
) -> dict[Relation, tuple[float, float, float]]:
    """P(outcome | verdict) for each outcome of a comparison, one added to each count."""
    counts = {relation: np.ones(len(NAMES)) for relation in RELATIONS}
    for compared, verdict in seen:
        if compared is not None and compared.relation in counts:
            counts[compared.relation][NAMES.index(verdict.name)] += 1
    totals = np.sum(list(counts.values()), axis=0)
    found: dict[Relation, tuple[float, float, float]] = {}
    for relation, row in counts.items():
        missing, partly, met = (row / totals).tolist()
        found[relation] = missing, partly, met
    return found


def fit_odds(
    seen: Iterable[tuple[Compared | None, Verdict]], unseen: Sequence[Answered]
) -> VerdictOdds:
    """Fit the odds.

    Args:
        seen: comparisons with the true verdict, of any judged pairs.
        unseen: pairs that the reader was not trained on.
    """
    counted = likelihoods(seen)
    truth = [NAMES.index(verdict.name) for one in unseen for verdict in one.truth]
    best, chosen = -1.0, VerdictOdds()
    for trust, partly, met in product(TRUST, FACTORS, FACTORS):
        tempered: dict[Relation, tuple[float, float, float]] = {
            relation: (row[0] ** trust, row[1] ** trust, row[2] ** trust)
            for relation, row in counted.items()
        }
        odds = VerdictOdds((1.0, partly, met), tempered)
        given = np.concatenate(
            [weighed(one.reading, one.compared, odds).argmax(axis=1) for one in unseen]
        )
        score = float(f1_score(truth, given, average="macro"))
        if score > best:
            best, chosen = score, odds
    return chosen
