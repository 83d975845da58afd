"""Graded pairs of the gold set as the matcher compares and reads them, with known requirements."""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.documents import Document
from matcher.embed import Embedder
from matcher.features import PairFeatures, pair_features
from matcher.gold import Gold, GoldNeed, GoldPair
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader, ReadPair
from matcher.requirements.extract import Asked
from matcher.rerank import Profiler, one_thread
from matcher.text.idf import background_idf

JUDGED = 3
"""From this level on the gold set has a verdict for every requirement."""


@dataclass(frozen=True, slots=True)
class ComparedPair:
    """A graded pair with its pair features, and the requirements that the gold set marks."""

    graded: GoldPair
    pair: PairFeatures
    asked: Asked


def compare_gold_pairs(
    gold: Gold, embedder: Embedder, segmenter: Segmenter, least: int = JUDGED
) -> list[ComparedPair]:
    """Compare graded pairs from a level on."""
    profiler = Profiler(embedder, background_idf())
    pairs = [one for one in gold.pairs if one.level >= least]
    needs = {one.need.id: one for one in gold.needs}
    asking = [Document.of(one.need, segmenter) for one in gold.needs]
    left = dict(zip(needs, profiler.fresh(asking), strict=True))
    wanted = {pair.achievement for pair in pairs}
    offering = [Document.of(one, segmenter) for one in gold.achievements if one.id in wanted]
    right = {one.document.record.id: one for one in profiler.fresh(offering)}
    with one_thread():
        compared = [pair_features(left[one.need], right[one.achievement]) for one in pairs]
    asked = [marked_of(needs[one.need], left[one.need].document) for one in pairs]
    return [ComparedPair(*one) for one in zip(pairs, compared, asked, strict=True)]


def read_gold_pairs(
    compared: Sequence[ComparedPair], reader: CloseReader
) -> list[tuple[GoldPair, ReadPair]]:
    """Read graded pairs."""
    read = reader.read([one.pair for one in compared], [one.asked for one in compared])
    return list(zip([one.graded for one in compared], read, strict=True))


def marked_of(wanted: GoldNeed, need: Document) -> Asked:
    """The requirements that the gold set marks, as extraction would give them."""
    places = tuple(need.place(one.span) for one in wanted.requirements)
    return Asked(wanted.requirements, places)
