"""Verdict odds from the gold set; see `matcher.weighing.verdict_odds`."""

from collections.abc import Iterator, Sequence

from matcher.documents import Document
from matcher.embed import Embedder
from matcher.features import PairFeatures, pair_features
from matcher.gold import Gold, GoldNeed, GoldPair
from matcher.protocols import Segmenter
from matcher.reading.closely import CloseReader, ReadPair
from matcher.requirements.extract import Asked
from matcher.requirements.verdicts import Compared, VerdictOdds, compared_numbers
from matcher.rerank import Profiler, one_thread
from matcher.text.idf import background_idf
from matcher.types import Verdict
from matcher.weighing.verdict_odds import Answered, fit_odds

JUDGED = 3
"""From this level on the gold set has a verdict for every requirement."""


def gold_odds(
    train: Gold, unseen: Gold, reader: CloseReader, embedder: Embedder, segmenter: Segmenter
) -> VerdictOdds:
    """Fit the odds: comparisons are counted on train, the reader is trusted by unseen pairs."""
    answered = []
    for pair, close in read_gold_pairs(unseen, reader, embedder, segmenter):
        answered.append(Answered(close.read.reading, close.read.compared, pair.verdicts))
    return fit_odds(_comparisons(train, segmenter), answered)


def _comparisons(gold: Gold, segmenter: Segmenter) -> Iterator[tuple[Compared | None, Verdict]]:
    offered = {one.id: one for one in gold.achievements}
    needs = {one.need.id: one for one in gold.needs}
    for pair in _judged(gold):
        wanted = needs[pair.need]
        asked = asked_of(wanted, Document.of(wanted.need, segmenter))
        document = Document.of(offered[pair.achievement], segmenter)
        yield from zip(compared_numbers(asked, document), pair.verdicts, strict=True)


def read_gold_pairs(
    gold: Gold,
    reader: CloseReader,
    embedder: Embedder,
    segmenter: Segmenter,
    least: int = JUDGED,
) -> list[tuple[GoldPair, ReadPair]]:
    """Read graded pairs from a level on, with the gold set's own requirements."""
    profiler = Profiler(embedder, background_idf())
    pairs = _judged(gold, least)
    needs = {one.need.id: one for one in gold.needs}
    asking = [Document.of(one.need, segmenter) for one in gold.needs]
    left = dict(zip(needs, profiler.fresh(asking), strict=True))
    wanted = {pair.achievement for pair in pairs}
    offering = [Document.of(one, segmenter) for one in gold.achievements if one.id in wanted]
    right = {one.document.record.id: one for one in profiler.fresh(offering)}
    with one_thread():
        compared: list[PairFeatures] = [
            pair_features(left[pair.need], right[pair.achievement]) for pair in pairs
        ]
    asked = [asked_of(needs[pair.need], left[pair.need].document) for pair in pairs]
    return list(zip(pairs, reader.read(compared, asked), strict=True))


def asked_of(wanted: GoldNeed, document: Document) -> Asked:
    """The gold set's requirements as the reader would have found them."""
    places = tuple(document.place(one.span) for one in wanted.requirements)
    return Asked(wanted.requirements, places)


def _judged(gold: Gold, least: int = JUDGED) -> Sequence[GoldPair]:
    return [pair for pair in gold.pairs if pair.level >= least]
