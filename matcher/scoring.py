"""Scores pairs that are in no index; a pair gets the score that a list would give it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.documents import Document, side_of
from matcher.embed import Embedder
from matcher.errors import EmptyQueryError
from matcher.features import PairFeatures, pair_features
from matcher.fit import Fit
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader
from matcher.rerank import Profiler, one_thread
from matcher.text.idf import background_idf
from matcher.types import Achievement, Need, Record, Side
from matcher.weight_file import Weights

Pair = tuple[Need, Achievement]


@dataclass(frozen=True, slots=True)
class Seen:
    """A pair with its features, after all the looks that it gets."""

    pair: PairFeatures
    values: Mapping[str, float]


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
    pairs: Sequence[Pair],
    embedder: Embedder,
    segmenter: Segmenter,
    weights: Weights,
    reader: CloseReader | None = None,
) -> list[Fit]:
    """Judge pairs; see `look_at`.

    Args:
        pairs: each is judged by itself.
        embedder: encodes the records.
        segmenter: cuts them into words.
        weights: the fitted models of that encoder.
        reader: reads each pair; without one the comparison of vectors and words decides.

    Raises:
        EmptyQueryError: a record has neither title nor text.
    """
    seen = look_at(pairs, embedder, segmenter, reader)
    return [weights.judge(one.pair.offer, one.values) for one in seen]


def look_at(
    pairs: Sequence[Pair],
    embedder: Embedder,
    segmenter: Segmenter,
    reader: CloseReader | None = None,
) -> list[Seen]:
    """Compare pairs and read them; a record that stands in several pairs is encoded once.

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
    with one_thread():
        compared = [
            pair_features(profiles[need], profiles[achievement]) for need, achievement in pairs
        ]
    if reader is None:
        return [Seen(one, one.values) for one in compared]
    wanted = [one for one in compared if one.offer in reader.offers]
    read = {id(one.pair): one.values for one in reader.read(wanted)}
    return [Seen(one, read.get(id(one), one.values)) for one in compared]
