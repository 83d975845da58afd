"""One order out of two: the first fit, from what retrieval knows of a row.

Neither side may spoil the other, so their weights are fitted to judged pairs, and differently for
rows that are bare titles and rows with a text: on bare titles words and meaning complete each
other, on full texts meaning carries more (docs/benchmarks.md). What comes out is a probability
on the same scale as the final score, not a rank sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.fit import Fit, FitModels
from matcher.retrieve import Candidates

FEATURES = ("dense", "lexical")


@dataclass(frozen=True, slots=True)
class Fused:
    """A candidate row with its first fit."""

    row: int
    fit: Fit


def fuse(
    candidates: Candidates, offers: Sequence[str], model: FitModels, keep: int | None = None
) -> list[Fused]:
    """Judge each candidate by its retrieval scores and sort them, best first, ties by row.

    Args:
        candidates: what retrieval found.
        offers: what each pair offers, in the order of the rows (`matcher.features.offer_of`).
        model: the first fit.
        keep: how many of the best are wanted, with all that tie with the last; None for all.
    """
    columns = {name: getattr(candidates, name).astype(np.float64) for name in FEATURES}
    kinds = np.array(offers)
    log_odds = np.zeros(len(candidates.rows))
    for offer in set(offers):
        at = kinds == offer
        picked = {name: column[at] for name, column in columns.items()}
        log_odds[at] = model.by_offer[offer].log_odds(picked)
    order = np.lexsort((candidates.rows, -log_odds))
    if keep is not None and keep < len(order):
        order = order[log_odds[order] >= log_odds[order[keep - 1]]]
    return [
        Fused(
            int(candidates.rows[at]),
            model(offers[at], {name: float(column[at]) for name, column in columns.items()}),
        )
        for at in order
    ]
