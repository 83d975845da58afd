"""One order out of two: the first fit, from what retrieval knows of a row.

Neither side may spoil the other, so their weights are fitted to judged pairs, and differently for
rows that are bare titles and rows with a text: on bare titles words and meaning complete each
other, on full texts meaning carries more (docs/benchmarks.md). What comes out is a probability
on the same scale as the final score, not a rank sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from indexing.base import Rows
from indexing.bundle import Bundle
from matcher.features import Form, offer_of
from matcher.fit import Fit, FitModels
from matcher.retrieve import Candidates
from matcher.types import Side

FEATURES = ("dense", "lexical")


@dataclass(frozen=True, slots=True)
class Fused:
    """A candidate row with its first fit."""

    row: int
    fit: Fit


def offers_of(asked: Form, answers: Side, bundle: Bundle, rows: Rows) -> list[str]:
    """Tell what each pair offers; the index knows whether a row has more than a title.

    Args:
        asked: the form of the question.
        answers: the side of the rows.
        bundle: the index that they are in.
        rows: int64[n].
    """
    found: list[Form] = ["full" if has else "title" for has in bundle.numbers("has_text", rows)]
    if answers == "achievement":
        return [offer_of(asked, form) for form in found]
    return [offer_of(form, asked) for form in found]


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
