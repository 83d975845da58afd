"""How well each candidate fits each need: the best of a need are compared, the very best read.

Pairs that are not among the best of their need have no fit: the matcher puts them far below, and a
programme over all pairs could not be solved in time.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

from matcher.pipeline import Matcher
from matcher.roadshow.pool import PairFit
from matcher.types import Achievement, Level, Match, Need, Verdict
from service.roadshow.remembered import Remembered, digest_of
from service.roadshow.scope import Scope

Progress = Callable[[float, str], None]
"""Told the share that is done, in [0, 1], and a few words."""
FOLDER = "fits"
_LONGEST_PROOF = 200


def no_progress(_share: float, _words: str) -> None:
    """Tell nobody."""


def fits_of(
    scope: Scope,
    entrants: Sequence[Achievement],
    guests: Sequence[Need],
    compare: int,
    read: int,
    progress: Progress = no_progress,
) -> list[PairFit]:
    """Judge the best candidates of each need; what was judged before is remembered.

    Args:
        scope: whose records and matcher.
        entrants: the candidates; all else is passed over.
        guests: the needs.
        compare: candidates of a need that are compared by stored numbers.
        read: the best of these, which are read together with the need.
        progress: told of each need.

    Returns:
        In the order of `guests`, then best first.
    """
    ids = {one.id for one in entrants}
    others = scope.others("achievement", ids)
    matchers = _matchers(scope.matcher, compare, read)
    fingerprints = [one.fingerprint("achievement") for one in matchers]
    names = (*fingerprints, str(compare), str(read), *sorted(ids))
    kept = Remembered(scope.home.root / FOLDER, "fits", names)
    found: list[PairFit] = []
    for done, need in enumerate(guests):
        progress(done / len(guests), f"{done:,}/{len(guests):,} 条需求")
        key = _key(scope, need)
        fits = kept.get(key)
        if fits is None:
            judged = _judged(matchers, scope, need, others, compare, read)
            found += judged
            kept.put(key, [asdict(one) for one in judged])
        else:
            found += [_restored(one) for one in fits]
    progress(1.0, f"{len(guests):,}/{len(guests):,} 条需求")
    return found


def _matchers(matcher: Matcher, compare: int, read: int) -> tuple[Matcher, Matcher]:
    """One that compares many, and one that reads a few."""
    embedder, segmenter, weights, config, reader = matcher.parts
    depth = max(config.depth, compare)
    quick = replace(config, rerank=max(compare, 1), depth=depth, read=0)
    close = replace(quick, read=read)
    return (
        Matcher(matcher.sides, embedder, segmenter, weights, quick),
        Matcher(matcher.sides, embedder, segmenter, weights, close, reader),
    )


def _judged(
    matchers: tuple[Matcher, Matcher],
    scope: Scope,
    need: Need,
    others: set[str],
    compare: int,
    read: int,
) -> list[PairFit]:
    quick, close = matchers
    answer = quick.match(need, k=compare, hidden=others)
    found = {one.record.id: _fit(need, one) for one in answer.matches}
    if read and close.reader:
        asked = scope.corrected
        best = close.match(need, k=read, hidden=others, requirements=asked)
        found |= {one.record.id: _fit(need, one) for one in best.matches}
    return sorted(found.values(), key=lambda one: (-one.score, one.entrant))


def _fit(need: Need, match: Match) -> PairFit:
    first, second, third, fourth = (match.probabilities[level] for level in Level)
    count = dict.fromkeys(("met", "partly", "missing"), 0)
    for verdict in match.verdicts:
        count[verdict.name] += 1
    return PairFit(
        entrant=match.record.id,
        guest=need.id,
        probabilities=(first, second, third, fourth),
        level=match.level,
        proof=_proof(match.verdicts),
        **count,
    )


def _proof(verdicts: Sequence[Verdict]) -> str:
    """The sentence behind the surest requirement that is met, or else partly met."""
    for name in ("met", "partly"):
        proved = [one for one in verdicts if one.name == name and one.evidence]
        if proved:
            surest = max(proved, key=lambda one: one.confidence)
            return surest.evidence[0].text[:_LONGEST_PROOF]
    return ""


def _key(scope: Scope, need: Need) -> str:
    """Name a need with everything of it that fits depend on."""
    corrected = scope.corrected(need) if scope.corrected else None
    return digest_of(repr(need), repr(corrected))


def _restored(kept: dict[str, Any]) -> PairFit:
    first, second, third, fourth = kept["probabilities"]
    probabilities, level = (first, second, third, fourth), Level(kept["level"])
    return PairFit(**(kept | {"probabilities": probabilities, "level": level}))
