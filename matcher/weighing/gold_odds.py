"""Verdict odds from the gold set; see `matcher.weighing.verdict_odds`."""

from collections.abc import Iterable, Iterator, Sequence

from matcher.gold import GoldPair
from matcher.reading.closely import ReadPair, nearness_by_claim
from matcher.requirements.pairing import Compared, Pairing, paired_numbers
from matcher.requirements.verdicts import VerdictOdds
from matcher.types import Verdict
from matcher.weighing.gold_pairs import JUDGED, ComparedPair
from matcher.weighing.verdict_odds import Answered, fit_odds


def gold_odds(
    train: Iterable[ComparedPair], unseen: Sequence[tuple[GoldPair, ReadPair]], pairing: Pairing
) -> VerdictOdds:
    """Fit the odds to pairs from level 3 on.

    Args:
        train: comparisons are counted on these.
        unseen: by these, which the reader did not learn from, it is trusted.
        pairing: tells which numbers are compared.
    """
    answered = [
        Answered(close.read.reading, close.read.compared, graded.verdicts)
        for graded, close in unseen
        if graded.level >= JUDGED
    ]
    return fit_odds(_comparisons(train, pairing), answered)


def _comparisons(
    pairs: Iterable[ComparedPair], pairing: Pairing
) -> Iterator[tuple[Compared | None, Verdict]]:
    for one in pairs:
        if one.graded.level >= JUDGED:
            near = nearness_by_claim(one.pair, one.asked)
            compared = paired_numbers(one.pair, one.asked, *near, pairing)
            yield from zip(compared, one.graded.verdicts, strict=True)
