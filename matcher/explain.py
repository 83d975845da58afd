"""Why a pair has its score: named reasons whose contributions add up to it.

Each feature's contribution (`matcher.fit`) is handed on to what caused it: shared words to the
words, token likeness to the need's sentences with the sentence of the achievement that answers
them best. What is too small to show is summed, never dropped.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from matcher.documents import Document, side_of
from matcher.features import Floats, PairFeatures, word_shares
from matcher.fit import Fit, FitModel
from matcher.text.idf import background_idf
from matcher.text.segment import lower_keeping_length
from matcher.text.sentences import MAX_SENTENCE, sentences
from matcher.types import Evidence, Record, Span

Places = dict[str, tuple[tuple[int, int], tuple[int, int]]]
"""Word -> where it stands first in the need, and in the achievement."""
SENTENCE_FEATURES = frozenset({"need_meaning", "need_title_meaning", "sentences"})
ROUNDING = 1e-4
"""Log-odds below which sentences and features differ only by float32 arithmetic."""


def explain(
    pair: PairFeatures, fit: Fit, model: FitModel, asking: Record, limit: int
) -> tuple[Evidence, ...]:
    """List the reasons, largest first; at most `limit` and one line for the rest.

    Args:
        pair: the compared pair.
        fit: its fit by `model`.
        model: the weights.
        asking: the record that asks; evidence's `left` lies in it.
        limit: how many reasons are shown.
    """
    reasons = reasons_of_pair(pair, fit, model)
    if side_of(asking) == "achievement":
        reasons = [replace(one, left=one.right, right=one.left) for one in reasons]
    return cut(reasons, limit)


def reasons_of_pair(pair: PairFeatures, fit: Fit, model: FitModel) -> list[Evidence]:
    """What the pair features add, in no order; `left` lies in the need."""
    return [*_words(pair, fit), *_sentences(pair, fit, model), *_wholes(pair, fit)]


def explain_first(
    question: Document, answer: Document, fit: Fit, limit: int
) -> tuple[Evidence, ...]:
    """List the reasons of a first fit: the whole texts' likeness, and the shared words.

    The answer is searched for the question's words instead of being cut into words of its own:
    that costs a tenth, and a list without rerank is asked for because it is quick.
    """
    text, idf = lower_keeping_length(answer.full), background_idf()
    worth = {
        word: count * idf(word) for word, count in Counter(question.words).items() if word in text
    }
    whole, mass = fit.contributions.get("lexical", 0.0), math.fsum(worth.values())
    best = sorted(worth, key=lambda word: (-worth[word], word))[:limit]
    places = {
        word: (place, (at := text.index(word), at + len(word)))
        for word, place in question.tokens_by_word().items()
        if word in best
    }
    reasons = _terms(question, answer, {w: whole * worth[w] / mass for w in best}, places)
    rest = whole - math.fsum(one.contribution for one in reasons)
    if len(best) < len(worth):
        more = len(worth) - len(best)
        reasons.append(Evidence("term", f"双方还都提到另外 {more} 个词", None, None, rest))
    elif not best:
        reasons.append(Evidence("term", "没有共同的术语", None, None, whole))
    reasons.append(_whole(question, answer, fit.contributions.get("dense", 0.0)))
    return cut(reasons, limit)


def _words(pair: PairFeatures, fit: Fit) -> list[Evidence]:
    """Share the word features' contributions out to the shared words, by their idf."""
    need, achievement = pair.need, pair.achievement
    worth: dict[str, float] = defaultdict(float)
    for feature, asked, offered in (
        ("need_words", need.words, achievement),
        ("title_words", achievement.title_words, need),
    ):
        shares = word_shares(asked, offered)
        whole = math.fsum(shares.values())
        for word, share in shares.items():
            worth[word] += fit.contributions.get(feature, 0.0) * share / whole
    places = _first_places(need.document.tokens_by_word(), achievement.document.tokens_by_word())
    return _terms(need.document, achievement.document, worth, places)


def _terms(
    need: Document, achievement: Document, worth: Mapping[str, float], places: Places
) -> list[Evidence]:
    reasons = []
    for word, whole in _fold_nested(worth, places).items():
        left, right = need.span(*places[word][0]), achievement.span(*places[word][1])
        reasons.append(Evidence("term", f"双方都提到“{left.text}”", left, right, whole))
    return reasons


def _first_places(
    left: Mapping[str, tuple[int, int]], right: Mapping[str, tuple[int, int]]
) -> Places:
    return {word: (left[word], right[word]) for word in left if word in right}


def _fold_nested(worth: Mapping[str, float], places: Places) -> dict[str, float]:
    """Add the worth of a word inside a longer shared word (氮化 in 氮化镓) to the longer one."""
    kept: dict[str, float] = {}
    for word in sorted(worth, key=lambda w: (-len(w), w)):
        start, end = places[word][0]
        home = next((k for k in kept if places[k][0][0] <= start and end <= places[k][0][1]), word)
        kept[home] = kept.get(home, 0.0) + worth[word]
    return kept


def _sentences(pair: PairFeatures, fit: Fit, model: FitModel) -> list[Evidence]:
    """Share the token features' contributions out to the need's sentences."""
    need, achievement = pair.need, pair.achievement
    spans = need.document.sentences
    worth = np.zeros(len(spans), dtype=np.float64)
    titled = np.arange(len(need.token_spans)) < need.title_tokens
    owners = _owners(need.token_spans[:, 0], spans)
    for feature, counted in (
        ("need_meaning", np.ones_like(titled)),
        ("need_title_meaning", titled),
    ):
        weights = need.token_weights * counted
        _share_tokens(worth, fit, model, feature, weights, pair.best, owners)
    vectors, mass = need.sentence_vectors
    offered, _ = achievement.sentence_vectors
    if len(offered) and len(vectors):
        best = (vectors @ offered.T).max(axis=1)
        _share_tokens(worth, fit, model, "sentences", mass, best, np.arange(len(spans)))
    given = math.fsum(fit.contributions.get(name, 0.0) for name in SENTENCE_FEATURES)
    rest = given - math.fsum(worth)
    if worth.any() and abs(rest) < ROUNDING:
        worth[np.abs(worth).argmax()] += rest
        rest = 0.0
    reasons = []
    for at, span in enumerate(spans):
        if not worth[at]:
            continue
        answer = _answering(pair, owners == at)
        label = "需求与成果相对应的句子" if worth[at] > 0 else "需求中少有对应的句子"
        right = achievement.document.span(*answer) if answer else None
        reasons.append(
            Evidence("sentence", label, need.document.span(*span), right, float(worth[at]))
        )
    if rest:  # a pair without tokens has no sentences to name
        reasons.append(Evidence("sentence", "逐句比较", None, None, rest))
    return reasons


def _share_tokens(
    worth: Floats | np.ndarray,
    fit: Fit,
    model: FitModel,
    feature: str,
    weights: Floats,
    best: Floats,
    owners: np.ndarray,
) -> None:
    """Add w * weight_i * (best_i - r) / sum(weights) to the sentence that owns i."""
    total = float(weights.sum())
    if feature not in fit.contributions or total <= 0:
        return
    scale = model.weights[feature] / total
    shares = scale * weights.astype(np.float64) * (best - model.references[feature])
    np.add.at(worth, owners, shares)


def _owners(starts: np.ndarray, spans: list[tuple[int, int]]) -> np.ndarray:
    """Index of the sentence that each start lies in (or comes before)."""
    ends = np.array([end for _, end in spans])
    return np.minimum(np.searchsorted(ends, starts, side="right"), max(len(spans) - 1, 0))


def _answering(pair: PairFeatures, asked: np.ndarray) -> tuple[int, int] | None:
    """Find the achievement's sentence that most of a need sentence's weight is aligned with."""
    spans = pair.achievement.document.sentences
    if not spans or not asked.any() or not len(pair.achievement.token_spans):
        return None
    starts = pair.achievement.token_spans[pair.best_at[asked], 0]
    strength = pair.need.token_weights[asked] * np.maximum(pair.best[asked], 0)
    mass = np.zeros(len(spans))
    np.add.at(mass, _owners(starts, spans), strength)
    return spans[int(mass.argmax())]


def _wholes(pair: PairFeatures, fit: Fit) -> list[Evidence]:
    need, achievement = pair.need.document, pair.achievement.document
    reasons = [_whole(need, achievement, fit.contributions.get("dense", 0.0))]
    if "title_meaning" in fit.contributions:
        reasons.append(
            Evidence(
                "title",
                "成果题目与需求的接近程度",
                opening(need),
                opening(achievement),
                fit.contributions["title_meaning"],
            )
        )
    return [one for one in reasons if one.contribution]


def _whole(need: Document, achievement: Document, contribution: float) -> Evidence:
    label = "全文语义的接近程度"
    return Evidence("meaning", label, opening(need), opening(achievement), contribution)


def opening(document: Document) -> Span | None:
    """Return the title, or the first sentence, by which people know a record."""
    if document.title_end:
        return document.span(0, document.title_end)
    first = sentences(document.full[: 2 * MAX_SENTENCE])[:1]  # not the whole text for one sentence
    return document.span(*first[0]) if first else None


def cut(reasons: Iterable[Evidence], limit: int) -> tuple[Evidence, ...]:
    """Sort reasons by weight, and sum up those beyond the limit."""
    ordered = sorted(reasons, key=lambda one: (-abs(one.contribution), one.kind, one.label))
    rest = ordered[limit:]
    if not rest:
        return tuple(ordered)
    total = math.fsum(one.contribution for one in rest)
    return (*ordered[:limit], Evidence("rest", f"其余 {len(rest)} 项依据合计", None, None, total))
