"""One pair, taken wholly apart: every reason, every verdict, and what would change the level."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matcher.abstention import flags_of
from matcher.explain import explain
from matcher.explain_reading import explain_reading
from matcher.features import PairFeatures
from matcher.fit import Fit
from matcher.pipeline import match_of
from matcher.reading.closely import asked_of, by_requirement
from matcher.requirements.verdicts import Read
from matcher.scoring import look_at
from matcher.types import Achievement, Level, Match, Need, RequirementKind, Verdict
from matcher.weight_file import Weights
from service.access.caller import Caller
from service.web.workplace import Workplace
from service.workbench.corrections import corrected_for

EVERYTHING = 500
"""Reasons; more than a pair can have."""
ASKED_WHEN_MET = 0.85
"""How near a text comes to a requirement that it meets in other words, at its best sentence."""
QUESTIONS: Mapping[RequirementKind, str] = {
    "material": "是否用了，或者能不能改用“{}”？",
    "method": "工艺是不是“{}”，有没有同样有效的做法？",
    "effect": "“{}”验证过没有，在什么条件下？",
    "product": "能不能做成“{}”，或者直接提供？",
    "application": "有没有用在“{}”上的实例？",
    "indicator": "“{}”实测是多少，有没有检测报告？",
}


@dataclass(frozen=True, slots=True)
class Change:
    """What the pair would be if one requirement turned out to be met.

    Attributes:
        verdict: as it stands now.
        score: P(level >= 3) then.
        level: then.
        question: to the achievement's owner.
    """

    verdict: Verdict
    score: float
    level: Level
    question: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair with all that can be said of it; `all_met` is its fit if everything were met."""

    match: Match
    changes: tuple[Change, ...]
    all_met: Fit | None
    fingerprint: str


def judge(place: Workplace, caller: Caller, need: Need, achievement: Achievement) -> Judged:
    """Judge one pair as a list that reads it does; it need not be in the index.

    Raises:
        NotReadyError: there is no index yet.
        EmptyQueryError: one of them has neither title nor text.
    """
    matcher = place.matcher
    embedder, segmenter, weights, _config, reader = matcher.parts
    (seen,) = look_at([(need, achievement)], embedder, segmenter)
    pair, offer = seen.pair, seen.pair.offer
    name = matcher.fingerprint("achievement", searched=repr((need, achievement)))
    if reader is None or offer not in reader.offers:
        fit = weights.judge(offer, seen.values)
        reasons = explain(pair, fit, weights.pair.by_offer[offer], need, EVERYTHING)
        return Judged(match_of(1, achievement, fit, reasons, flags=("unread",)), (), None, name)
    asked = asked_of([pair.need.document], reader, corrected_for(place, caller))
    (close,) = reader.read([pair], asked)
    fit = weights.judge(offer, close.values)
    model = weights.read.by_offer[offer]
    reasons = explain_reading(pair, close.read, fit, model, need, EVERYTHING)
    verdicts = close.read.verdicts
    match = match_of(1, achievement, fit, reasons, verdicts, flags_of(fit, weights.abstention))
    changes, all_met = _changes(weights, pair, close.read, close.values)
    return Judged(match, changes, all_met, name)


def _changes(
    weights: Weights, pair: PairFeatures, read: Read, values: Mapping[str, float]
) -> tuple[tuple[Change, ...], Fit | None]:
    """Judge the pair anew for each requirement that is not met, as if it were.

    What the reader makes of the pair as a whole is left as it is, so the rise is a lower bound.
    """
    open_ = [at for at, one in enumerate(read.verdicts) if one.name != "met"]
    if not open_:
        return (), None
    features = by_requirement(pair, read)

    def fit_if(met: list[int]) -> Fit:
        changed = dict(values)
        for name, now in features.items():
            then = np.array(now, dtype=np.float64)
            for at in met:
                then[at] = _when_met(name, then[at], read.verdicts[at])
            changed[name] = float(then.mean())
        return weights.judge(pair.offer, changed)

    found = []
    for at in open_:
        verdict, fit = read.verdicts[at], fit_if([at])
        asked = verdict.requirement
        question = QUESTIONS[asked.kind].format(asked.span.text)
        found.append(Change(verdict, fit.score, fit.level, question))
    return tuple(sorted(found, key=lambda one: -one.score)), fit_if(open_)


def _when_met(feature: str, now: float, verdict: Verdict) -> float:
    if feature == "asked":
        return max(now, ASKED_WHEN_MET)
    if feature == "reached":
        return 1.0 if verdict.requirement.indicator else now
    return 0.0 if feature == "kept" else 1.0
