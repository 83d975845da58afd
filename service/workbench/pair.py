"""One pair by itself: what a list would say of it, to be kept beside a person's decision."""

import hashlib
from dataclasses import dataclass

from matcher.fit import Fit
from matcher.pipeline import Matcher
from matcher.reading.closely import asked_of
from matcher.scoring import look_at
from matcher.types import Achievement, Need, Verdict
from service.access.caller import Caller
from service.web.errors import NotReadyError
from service.web.workplace import Workplace
from service.workbench.corrections import corrected_for


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair as the deployed model sees it.

    Attributes:
        fit: its probabilities.
        verdicts: one a requirement; empty where pairs are not read.
        fingerprint: names the models and both records; nothing of what else the index holds.
        model: names encoder, reader and weights, whatever is in the index.
    """

    fit: Fit
    verdicts: tuple[Verdict, ...]
    fingerprint: str
    model: str


def judge_pair(
    place: Workplace, caller: Caller, need: Need, achievement: Achievement
) -> JudgedPair | None:
    """Judge a pair as a list that reads it does; None without an index.

    Args:
        place: the running server.
        caller: whose corrections of the need count.
        need: the caller must be allowed to see it.
        achievement: likewise.

    Raises:
        EmptyQueryError: one of them has neither title nor text.
    """
    try:
        matcher = place.matcher
    except NotReadyError:
        return None
    embedder, segmenter, weights, _config, reader = matcher.parts
    (seen,) = look_at([(need, achievement)], embedder, segmenter)
    values = seen.values
    verdicts: tuple[Verdict, ...] = ()
    if reader and seen.pair.offer in reader.offers:
        asked = asked_of([seen.pair.need.document], reader, corrected_for(place, caller))
        (close,) = reader.read([seen.pair], asked)
        values, verdicts = close.values, close.read.verdicts
    fit = weights.judge(seen.pair.offer, values)
    named = matcher.fingerprint("achievement", searched=repr((need, achievement)))
    return JudgedPair(fit, verdicts, named, model_name(matcher))


def model_name(matcher: Matcher) -> str:
    """Name what judges pairs: 16 hex digits."""
    embedder, segmenter, weights, _config, reader = matcher.parts
    read = reader.reader.fingerprint if reader else "unread"
    parts = (embedder.fingerprint, segmenter.fingerprint, weights.fingerprint, read)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
