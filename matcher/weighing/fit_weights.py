"""Fits the centre, the first, the pair and the read model for an encoder."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.conformal import bound_of
from matcher.embed import Centre, Embedder
from matcher.features import OFFERS
from matcher.fit import Fit, FitModel, FitModels
from matcher.fitting import fit_levels
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.requirements.verdicts import VerdictOdds
from matcher.weighing.calibration import calibrated
from matcher.weighing.examples import Example, Judgements, Progress, Shown, read_examples
from matcher.weight_file import Weights
from models.base import Encoder, TokenEncoder

FIRST_FEATURES = ("dense", "lexical")
FULL_FEATURES = ("dense", "need_words", "need_meaning", "sentences")
TITLE_FEATURES = (*FULL_FEATURES, "title_words", "need_title_meaning", "title_meaning")
"""On a full text the title's features add nothing that cross-validation could see."""
READ_FEATURES = ("reader", "coverage", "asked", "reached", "kept")
"""What a reading adds to those of the pair."""
WORD_FEATURES = frozenset({"lexical", "need_words", "title_words", "reached", "kept"})
"""Features that say nothing at 0; the others say nothing at their mean over unrelated pairs."""
ASSUMED = 0.5
"""What a read pair counts that nobody graded: its level is assumed to be 1. Counted in full, such
pairs pull the probabilities of graded ones down (benchmarks.md)."""
PENALTY = 4.0
FOLDS = 5


def make_embedder(
    encoder: Encoder, late: TokenEncoder, judgements: Judgements, usual: Sequence[str] = ()
) -> Embedder:
    """Centre an encoder on usual texts, or without any on the judged achievements."""
    texts = usual or [f"{one.title}\n{one.text}".strip() for one in judgements.achievements]
    return Embedder(encoder, late, Centre.of(encoder, texts))


def fit_weights(
    judgements: Judgements,
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress = lambda share: None,
    reader: CloseReader | None = None,
) -> Weights:
    """Fit all models for an encoder; without a reader pairs will not be read."""
    compared, read = make_examples(judgements, embedder, segmenter, progress, reader)
    means = {
        role: getattr(embedder.centre, role).astype(float).round(5).tolist()
        for role in ("query", "passage")
    }
    return Weights(
        first=fit_models(compared, "first"),
        pair=fit_models(compared, "pair"),
        centre=means,
        read=fit_models(read, "read"),
        odds=reader.odds if reader else VerdictOdds(),
        abstention=abstention_bound(read),
    )


def abstention_bound(read: Sequence[Example]) -> float:
    """Calibrate `matcher.abstention` on full texts, each need judged by a model without it.

    Only judged pairs count: of the others the level is assumed.
    """
    needs = sorted({one.need for one in read})
    fits: list[Fit] = []
    levels: list[int] = []
    for fold in range(FOLDS):
        held_out = set(needs[fold::FOLDS])
        rest = [one for one in read if one.need not in held_out]
        if not held_out or not rest:
            continue
        model = fit_models(rest, "read")
        tested = [one for one in read if one.need in held_out and one.judged and one.read]
        fits += [model(one.offer, one.read or {}) for one in tested]
        levels += [one.level for one in tested]
    return bound_of(fits, levels)


def make_examples(
    judgements: Judgements,
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress = lambda share: None,
    reader: CloseReader | None = None,
) -> tuple[list[Example], list[Example]]:
    """(all candidate pairs, those that were read)."""
    steps = 3 if reader else 2
    shown = Shown.of(judgements, False, embedder, segmenter)
    whole = list(shown.examples(_part(progress, 0, steps)))
    bare = Shown.of(judgements, True, embedder, segmenter)
    compared = [*whole, *bare.examples(_part(progress, 1, steps))]
    if reader is None:
        return compared, []
    models = fit_models(whole, "pair")
    return compared, list(read_examples(shown, whole, models, reader, _part(progress, 2, steps)))


def _part(progress: Progress, done: int, parts: int) -> Progress:
    return lambda share: progress((done + share) / parts)


def names_of(offer: str, stage: str) -> tuple[str, ...]:
    """The features that a stage's model of an offer may use."""
    if stage == "first":
        return FIRST_FEATURES
    names = FULL_FEATURES if offer.endswith("-full") else TITLE_FEATURES
    return (*names, *READ_FEATURES) if stage == "read" else names


def fit_models(examples: Sequence[Example], stage: str, penalty: float = PENALTY) -> FitModels:
    """Fit a stage's model for each offer that the examples show.

    Args:
        examples: pairs; for `read` those that were read.
        stage: `first`, `pair` or `read`.
        penalty: see `matcher.fitting.fit_levels`.
    """
    models: dict[str, FitModel] = {}
    for offer in OFFERS:
        rows = [one for one in examples if one.offer == offer]
        if not rows:
            continue

        def fitting(some: Sequence[Example], offer: str = offer) -> FitModel:
            return _fit_model(some, names_of(offer, stage), stage, penalty)

        models[offer] = calibrated(rows, fitting) if stage == "read" else fitting(rows)
    return FitModels(models)


def _fit_model(
    rows: Sequence[Example], names: Sequence[str], stage: str, penalty: float
) -> FitModel:
    values = [getattr(one, stage) for one in rows]
    levels = [one.level for one in rows]
    return fit_levels(
        values,
        levels,
        names=names,
        references=references_of(values, levels, names),
        penalty=penalty,
        sample_weights=[1.0 if one.judged or stage != "read" else ASSUMED for one in rows],
    )


def references_of(
    rows: Sequence[Mapping[str, float]], levels: Sequence[int], names: Sequence[str]
) -> dict[str, float]:
    """Where each feature says nothing: 0, or its mean over unrelated pairs."""
    unrelated = [row for row, level in zip(rows, levels, strict=True) if level == 1]
    return {
        name: 0.0 if name in WORD_FEATURES else float(np.mean([row[name] for row in unrelated]))
        for name in names
    }
