"""Fits the centre, the first and the pair model for an encoder, from judged records.

Cosines of different encoders mean different things, so each encoder has weights of its own. Those
of the two shipped encoders come with the package; `fit_weights` makes those of any other.

What is fitted is what the models will see: for each need the candidates that retrieval gives, the
judged ones with their level, all others as level 1. Needs and achievements are also shown as bare
titles, under the same judgements, because such records are submitted too.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.embed import Centre, Embedder
from matcher.features import OFFERS, PairFeatures, Profile, pair_features
from matcher.fit import FitModel, FitModels, Weights
from matcher.fitting import fit_levels
from matcher.indexer import create, update
from matcher.protocols import Segmenter
from matcher.rerank import Profiler, one_thread
from matcher.retrieve import retrieve
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need
from models.base import Encoder, TokenEncoder

FIRST_FEATURES = ("dense", "lexical")
FULL_FEATURES = ("dense", "need_words", "need_meaning", "sentences")
TITLE_FEATURES = (*FULL_FEATURES, "title_words", "need_title_meaning", "title_meaning")
"""On a full text the title's features add nothing that cross-validation could see."""
WORD_FEATURES = frozenset({"lexical", "need_words", "title_words"})
"""Features that say nothing at 0; the others say nothing at their mean over unrelated pairs."""
PENALTY = 4.0

Progress = Callable[[float], None]
"""Called with the share that is done, 0-1."""


@dataclass(frozen=True)
class Judgements:
    """Judged records of both sides; levels by need id and achievement id."""

    needs: Sequence[Need]
    achievements: Sequence[Achievement]
    levels: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Example:
    """One pair as the models see it."""

    need: str
    achievement: str
    level: int
    offer: str
    first: Mapping[str, float]
    pair: Mapping[str, float]


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
) -> Weights:
    """Fit both models for an encoder."""
    return weights_from(list(examples(judgements, embedder, segmenter, progress)), embedder.centre)


def weights_from(shown: Sequence[Example], centre: Centre, penalty: float = PENALTY) -> Weights:
    """Fit both models to examples, for each offer that they show."""
    first: dict[str, FitModel] = {}
    pair: dict[str, FitModel] = {}
    for offer in (known for known in OFFERS if any(one.offer == known for one in shown)):
        rows = [one for one in shown if one.offer == offer]
        levels = [one.level for one in rows]
        names = FULL_FEATURES if offer.endswith("-full") else TITLE_FEATURES
        first[offer] = _fit([one.first for one in rows], levels, FIRST_FEATURES, penalty)
        pair[offer] = _fit([one.pair for one in rows], levels, names, penalty)
    means = {
        role: getattr(centre, role).astype(float).round(5).tolist() for role in ("query", "passage")
    }
    return Weights(FitModels(first), FitModels(pair), means)


def _fit(
    rows: Sequence[Mapping[str, float]], levels: Sequence[int], names: Sequence[str], penalty: float
) -> FitModel:
    unrelated = [row for row, level in zip(rows, levels, strict=True) if level == 1]
    references = {
        name: 0.0 if name in WORD_FEATURES else float(np.mean([row[name] for row in unrelated]))
        for name in names
    }
    return fit_levels(rows, levels, names=names, references=references, penalty=penalty)


def examples(
    judgements: Judgements,
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress = lambda share: None,
) -> Iterable[Example]:
    """Show every candidate pair in the forms that users submit."""
    bare = [replace(one, text="") for one in judgements.achievements if one.title and one.text]
    for at, achievements in enumerate((judgements.achievements, bare)):
        yield from _shown(
            judgements,
            achievements,
            embedder,
            segmenter,
            lambda share, at=at: progress((at + share) / 2),  # type: ignore[misc]
        )


def _shown(
    judgements: Judgements,
    achievements: Sequence[Achievement],
    embedder: Embedder,
    segmenter: Segmenter,
    progress: Progress,
) -> Iterable[Example]:
    bundle = create("achievement", embedder, segmenter)
    update(bundle, achievements, [], embedder, segmenter)
    profiler = Profiler(embedder, background_idf())
    documents = [Document.of(one, segmenter) for one in achievements]
    profiles = dict(zip([one.id for one in achievements], profiler.fresh(documents), strict=True))
    for at, need in enumerate(judgements.needs):
        judged = judgements.levels.get(need.id, {})
        for form in _forms(need):
            asking = profiler.fresh([Document.of(form, segmenter)])[0]
            found = retrieve(asking.document, asking.vector, bundle, MatchConfig(), None)
            ids = bundle.ids(found.rows)
            with one_thread():
                pairs = [pair_features(asking, profiles[id_]) for id_ in ids]
            for row, (id_, pair) in enumerate(zip(ids, pairs, strict=True)):
                first = {"dense": float(found.dense[row]), "lexical": float(found.lexical[row])}
                yield _example(pair, first, judged.get(id_, 1))
        progress((at + 1) / len(judgements.needs))


def _forms(need: Need) -> list[Need]:
    return [need, replace(need, text="")] if need.title and need.text else [need]


def _example(pair: PairFeatures, first: Mapping[str, float], level: int) -> Example:
    def id_of(profile: Profile) -> str:
        return profile.document.record.id

    return Example(id_of(pair.need), id_of(pair.achievement), level, pair.offer, first, pair.values)
