"""Reads pairs closely: requirements, verdicts, and the features that the fit takes from them."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from matcher.documents import Document
from matcher.features import OFFERS, PairFeatures
from matcher.fit import FitModels
from matcher.reading.windows import answering_window, asking_window
from matcher.requirements.clauses import clauses
from matcher.requirements.extract import Asked, find_requirements
from matcher.requirements.naming import VerdictModel, claim_features, claim_likeness
from matcher.requirements.pairing import Near, Pairing, by_name, paired_numbers
from matcher.requirements.polarity import denial_of
from matcher.requirements.verdicts import (
    FAR_OFF,
    LIGHTEST,
    NAMES,
    REACHED,
    Read,
    VerdictOdds,
    weighed,
    with_denials,
)
from matcher.rerank import Judged
from matcher.types import Need, Record, Requirement
from models.base import PairReader, PairReading, PairText

REMEMBERED = 2048
"""Needs whose requirements are kept; a need is asked about again and again."""
_Words = tuple[str, str]
"""Title and text as submitted: spans refer to them."""
WORTH = np.array([0.0, 0.5, 1.0])
"""What a missing, a partly met and a met requirement count towards the coverage."""
Floats = NDArray[np.float64]
Corrected = Callable[[Need], Sequence[Requirement] | None]
"""What a person says that a need asks for, in the order of its text; None where nobody has."""


@dataclass(frozen=True, slots=True)
class ReadPair:
    """A pair after the closest look: the pair features, the reading, and what both give."""

    pair: PairFeatures
    read: Read
    values: Mapping[str, float]


@dataclass
class CloseReader:
    """Reads needs and pairs.

    Attributes:
        reader: the cross-encoder.
        odds: how its verdicts are weighed for the fit.
        naming: names the verdicts; without it the weighed ones are named.
        pairing: finds the number that answers a required one.
        offers: what pairs must offer to be worth reading (`matcher.features.offer_of`).
    """

    reader: PairReader
    odds: VerdictOdds
    naming: VerdictModel | None = None
    pairing: Pairing = field(default_factory=by_name)
    offers: frozenset[str] = frozenset(OFFERS)
    _known: OrderedDict[_Words, Asked] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def asked(self, needs: Sequence[Document]) -> list[Asked]:
        """The requirements of needs; what was read before is remembered."""
        names = [(need.record.title, need.record.text) for need in needs]
        with self._lock:  # questions come from several threads
            own = {name: self._known[name] for name in names if name in self._known}
        fresh = {name: need for name, need in zip(names, needs, strict=True) if name not in own}
        found = find_requirements(list(fresh.values()), self.reader)
        own.update(zip(fresh, found, strict=True))
        with self._lock:
            for name in names:
                self._known[name] = own[name]
                self._known.move_to_end(name)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return [own[name] for name in names]

    def read(
        self, pairs: Sequence[PairFeatures], asked: Sequence[Asked] | None = None
    ) -> list[ReadPair]:
        """Read pairs, each by itself.

        Args:
            pairs: compared pairs.
            asked: the requirements of each pair's need, where they are known better than the
                reader can tell them (corrected by a person, or given with a gold set).
        """
        if asked is None:
            asked = self.asked([pair.need.document for pair in pairs])
        readings = self.reader.read(
            [pair_text(pair, one) for pair, one in zip(pairs, asked, strict=True)]
        )
        return [self._read(*one) for one in zip(pairs, asked, readings, strict=True)]

    def _read(self, pair: PairFeatures, asked: Asked, reading: PairReading) -> ReadPair:
        document = pair.achievement.document
        near, around = nearness_by_claim(pair, asked)
        compared = paired_numbers(pair, asked, near, around, self.pairing)
        shares = weighed(reading, compared, self.odds)
        named = shares.copy()
        if self.naming and len(shares):
            named = self.naming(claim_features(pair, asked, reading, compared, around.likeness))
        denials = tuple(
            denial_of(one.span.text, document.full, near.places) for one in asked.requirements
        )
        named = with_denials(named, denials)
        named[[one is not None and one.is_far_off for one in compared]] = FAR_OFF
        reached = np.array([one is not None and one.relation == "met" for one in compared], bool)
        opposed = np.array([one.polarity == "opposes" for one in denials], bool)
        named[reached & ~opposed & (named.argmax(axis=1) == NAMES.index("missing"))] = REACHED
        read = Read(
            asked,
            document,
            reading,
            compared,
            shares,
            named,
            around.likeness,
            near.places,
            near.likeness,
            denials,
        )
        return ReadPair(pair, read, {**pair.values, **read_values(pair, read)})


def nearness_by_claim(pair: PairFeatures, asked: Asked) -> tuple[Near, Near]:
    """How near each clause, and each sentence, of the achievement comes to each requirement."""
    document = pair.achievement.document
    parts = tuple(place for one in document.sentences for place in clauses(document.full, *one))
    return (
        Near(parts, claim_likeness(pair, asked, parts)),
        Near(tuple(document.sentences), claim_likeness(pair, asked, document.sentences)),
    )


def pair_text(pair: PairFeatures, asked: Asked) -> PairText:
    """What the reader gets to see of a pair; what was left out of a long text is `ABSENT`."""
    need, achievement = pair.need.document, pair.achievement.document
    left, right = asking_window(need, asked.places), answering_window(achievement, nearness(pair))
    return PairText(
        left.text,
        right.text,
        [left.place(*place) for place in asked.places],
        [right.place(*span) for span in achievement.sentences],
    )


def asked_of(
    needs: Sequence[Document], reader: CloseReader, corrected: Corrected | None = None
) -> list[Asked]:
    """The requirements of needs: as a person corrected them, else as the reader finds them."""
    told = [corrected(_need(one.record)) if corrected else None for one in needs]
    found = iter(reader.asked([one for one, own in zip(needs, told, strict=True) if own is None]))
    return [
        next(found)
        if own is None
        else Asked(tuple(own), tuple(need.place(one.span) for one in own))
        for need, own in zip(needs, told, strict=True)
    ]


def _need(record: Record) -> Need:
    if not isinstance(record, Need):
        raise TypeError("only needs ask for something")
    return record


def judge_closely(
    candidates: Sequence[Judged],
    reader: CloseReader,
    model: FitModels,
    corrected: Corrected | None = None,
) -> list[Judged]:
    """Read candidates and judge them anew; best first, ties by record id.

    Those that are not worth reading, such as bare titles, keep the judgement that they have.
    """
    wanted = [one for one in candidates if one.pair.offer in reader.offers]
    found = [one for one in candidates if one.pair.offer not in reader.offers]
    asked = asked_of([one.pair.need.document for one in wanted], reader, corrected)
    read = reader.read([one.pair for one in wanted], asked)
    for one, close in zip(wanted, read, strict=True):
        fit = model(one.pair.offer, close.values)
        found.append(Judged(one.document, one.pair, fit, close.read))
    return sorted(found, key=lambda one: (-one.fit.log_odds, one.document.record.id))


def read_values(pair: PairFeatures, read: Read) -> dict[str, float]:
    """What the fit takes from a reading.

    `reader` is the mean of the three cumulative logits; the others are means over requirements,
    see `by_requirement`.
    """
    if read.asked.requirements:
        values = {name: float(one.mean()) for name, one in by_requirement(pair, read).items()}
    else:
        values = {
            "coverage": 0.5,
            "asked": pair.values["need_meaning"],
            "reached": 0.0,
            "kept": 0.0,
        }
    return {"reader": float(read.reading.levels.mean()), **values}


def by_requirement(pair: PairFeatures, read: Read) -> dict[str, Floats]:
    """Features of each requirement, float64[requirements]; more is better in all of them.

    `coverage`: 1 met, one half partly met, by their probabilities; `asked`: mean over the
    requirement's tokens, by weight, of the best cosine in the achievement (late interaction);
    `reached`: 1 for a number that the achievement reaches; `kept`: -1 for one that it clearly
    misses.
    """
    relations = [one.relation if one else "" for one in read.compared]
    return {
        "coverage": np.asarray(read.shares @ WORTH, dtype=np.float64),
        "asked": np.array([_asked(pair, *place) for place in read.asked.places]),
        "reached": np.array([float(one == "met") for one in relations]),
        "kept": np.array([-float(one == "against") for one in relations]),
    }


def _asked(pair: PairFeatures, start: int, end: int) -> float:
    spans = pair.need.token_spans
    under = (spans[:, 0] < end) & (spans[:, 1] > start)
    weights = pair.need.token_weights[under] + LIGHTEST
    return float(pair.best[under] @ weights / weights.sum()) if under.any() else 0.0


def nearness(pair: PairFeatures) -> list[float]:
    """How near each sentence of the achievement is to the need's nearest one."""
    asked, _ = pair.need.sentence_vectors
    offered, _ = pair.achievement.sentence_vectors
    if not len(asked) or not len(offered):
        return [0.0] * len(pair.achievement.document.sentences)
    return [float(near) for near in (offered @ asked.T).max(axis=1)]
