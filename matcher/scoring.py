"""Scores pairs that are in no index; a pair gets the score that a list would give it."""

from collections.abc import Sequence

from matcher.documents import Document, side_of
from matcher.embed import Embedder
from matcher.errors import EmptyQueryError
from matcher.fit import Fit, Weights
from matcher.protocols import Segmenter
from matcher.rerank import Profiler, judge
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need, Record, Side


def read_document(record: Record, segmenter: Segmenter) -> Document:
    """Read a record that has something to say.

    Raises:
        EmptyQueryError: it has neither title nor text.
    """
    document = Document.of(record, segmenter)
    if not document.full:
        raise EmptyQueryError(
            f"记录“{record.id or '（未命名）'}”没有标题也没有正文，无法匹配；请补充描述后重试。"
        )
    return document


def score_pairs(
    pairs: Sequence[tuple[Need, Achievement]],
    embedder: Embedder,
    segmenter: Segmenter,
    weights: Weights,
) -> list[Fit]:
    """Judge pairs; a record that stands in several pairs is encoded once.

    Raises:
        EmptyQueryError: a record has neither title nor text.
    """
    profiler = Profiler(embedder, background_idf())
    distinct: dict[Side, dict[Record, Document]] = {"need": {}, "achievement": {}}
    for pair in pairs:
        for record in pair:
            known = distinct[side_of(record)]
            if record not in known:
                known[record] = read_document(record, segmenter)
    profiles = {
        profile.document.record: profile
        for documents in distinct.values()
        for profile in profiler.fresh(list(documents.values()))
    }
    return [
        judge(profiles[need], [profiles[achievement]], weights.pair)[0].fit
        for need, achievement in pairs
    ]
