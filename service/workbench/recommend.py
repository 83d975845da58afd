"""Recommends achievements to an organisation that has typed no need.

Content first (`taste`): candidates are what lies nearest to each of its needs, and nearest to what
it accepted and away from what it rejected. Each is compared with all these needs by stored numbers
(no pair is read), and counts by its best fit: so the lists become one. A share of the places,
`EXPLORED`, goes to candidates further down, drawn anew each day, the same all day. What everybody
was shown lately is passed over (`exposure`). Each item says why it is there.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

import numpy as np
from sqlalchemy import select

from indexing.bundle import Bundle
from matcher.documents import Document
from matcher.features import Profile
from matcher.fit import Fit
from matcher.pipeline import Matcher
from matcher.rerank import Profiler, judge
from matcher.text.idf import background_idf
from matcher.types import Achievement, Level, Need, Record
from service.access.caller import Caller
from service.access.sight import hidden_ids, may_see
from service.present import name_of
from service.store.tables import AchievementRow
from service.web.workplace import Workplace
from service.workbench.exposure import shown, worn
from service.workbench.taste import Taste, taste_of

EXPLORED = 0.2
NEAR_TASTE, NEAR_NEED = 50, 20
"""Candidates of the whole taste, and of each need."""
LIKE = 0.5
"""Cosine from which on an achievement counts as like another one."""
LATEST = 200
"""Achievements that an organisation without any past is shown some of."""


@dataclass(frozen=True, slots=True)
class Why:
    """One reason of a recommendation: a record of the organisation's past, and words for people."""

    kind: Literal["accepted", "need", "explore"]
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Recommended:
    """One recommended achievement.

    Attributes:
        score: P(level >= 3) for the need that it fits best, not read closely; None without one.
        level: likewise.
        need: id of that need; empty without one.
        explored: it is there to look beyond the usual.
    """

    achievement: Achievement
    score: float | None
    level: Level | None
    need: str
    explored: bool
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    achievement: Achievement
    fit: Fit | None
    need: Need | None


def recommend(
    place: Workplace, caller: Caller, k: int = 10, day: date | None = None
) -> list[Recommended]:
    """Recommend achievements that the organisation has not decided on, best first. Computes.

    Args:
        place: the running server.
        caller: for whom; only what the caller may see is looked at.
        k: how many.
        day: for which day; today without.

    Raises:
        NotReadyError: there is no index yet.
    """
    day = day or datetime.now(UTC).date()
    taste = taste_of(place, caller)
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, "achievement", caller)
    closed = hidden | taste.seen | worn(place, caller, day)
    candidates = _candidates(place, taste, closed)
    if len(candidates) < k:
        known = {one.achievement.id for one in candidates}
        candidates += _latest(place, caller, closed | known)
    chosen = _chosen(candidates, k, f"{day.isoformat()}|{caller.organisation_id}")
    titles = {one.id: one for one in place.store.get_many("achievement", taste.accepted)}
    found = [
        Recommended(
            one.achievement,
            one.fit.score if one.fit else None,
            one.fit.level if one.fit else None,
            one.need.id if one.need else "",
            explored,
            _why(place.matcher, taste, titles, one, explored),
        )
        for one, explored in chosen
    ]
    shown(place, caller, day, [one.achievement.id for one in found])
    return found


def _candidates(place: Workplace, taste: Taste, closed: frozenset[str]) -> list[_Candidate]:
    """What may fit, best first."""
    matcher = place.matcher
    bundle = matcher.sides["achievement"].bundle
    asked = matcher.sides["need"].bundle
    allowed = bundle.mask([], closed)
    near: dict[int, None] = {}
    if taste.direction is not None:
        near.update(dict.fromkeys(bundle.dense(taste.direction, NEAR_TASTE, allowed).rows.tolist()))
    for vector in asked.vectors(asked.rows(taste.needs)) if taste.needs else ():
        near.update(dict.fromkeys(bundle.dense(vector, NEAR_NEED, allowed).rows.tolist()))
    ids = bundle.ids(np.array(list(near), dtype=np.int64))
    offered = {
        one.id: one
        for one in place.store.get_many("achievement", ids)
        if isinstance(one, Achievement)
    }
    needs = [one for one in place.store.get_many("need", taste.needs) if isinstance(one, Need)]
    best = _best_fits(matcher, needs, list(offered.values()))
    found = [_Candidate(offered[id_], *best[id_]) for id_ in offered if id_ in best]
    return sorted(
        found, key=lambda one: (-(one.fit.log_odds if one.fit else 0), one.achievement.id)
    )


def _best_fits(
    matcher: Matcher, needs: Sequence[Need], offered: Sequence[Achievement]
) -> dict[str, tuple[Fit, Need]]:
    """For each achievement the need that it fits best, compared by stored numbers."""
    embedder, segmenter, weights, _config, _reader = matcher.parts
    profiler = Profiler(embedder, background_idf())

    def profiles(records: Sequence[Need] | Sequence[Achievement], bundle: Bundle) -> list[Profile]:
        rows = bundle.rows([one.id for one in records])
        return profiler.stored([Document.of(one, segmenter) for one in records], rows, bundle)

    best: dict[str, tuple[Fit, Need]] = {}
    if not offered or not needs:
        return best
    candidates = profiles(offered, matcher.sides["achievement"].bundle)
    for need, asking in zip(needs, profiles(needs, matcher.sides["need"].bundle), strict=True):
        for one in judge(asking, candidates, weights.pair):
            before = best.get(one.document.record.id)
            if before is None or one.fit.log_odds > before[0].log_odds:
                best[one.document.record.id] = one.fit, need
    return best


def _latest(place: Workplace, caller: Caller, closed: frozenset[str]) -> list[_Candidate]:
    statement = (
        select(AchievementRow.id)
        .where(
            AchievementRow.withdrawn.is_(False),
            AchievementRow.merged_into.is_(None),
            may_see("achievement", caller),
        )
        .order_by(AchievementRow.revision.desc())
        .limit(LATEST)
    )
    with place.store.reading() as connection:
        ids = [id_ for id_ in connection.scalars(statement) if id_ not in closed]
    records = place.store.get_many("achievement", ids)
    return [_Candidate(one, None, None) for one in records if isinstance(one, Achievement)]


def _chosen(candidates: Sequence[_Candidate], k: int, seed: str) -> list[tuple[_Candidate, bool]]:
    """The best, and in the share of exploration some of the others; whether each is of these."""
    known = [one for one in candidates if one.fit]
    best = known[: k - int(k * EXPLORED)]
    taken = {one.achievement.id for one in best}
    others = [one for one in candidates if one.achievement.id not in taken]
    drawn = sorted(others, key=lambda one: _lot(seed, one.achievement.id))[: k - len(best)]
    return [(one, False) for one in best] + [(one, True) for one in drawn]


def _lot(seed: str, id_: str) -> bytes:
    return hashlib.blake2b(f"{seed}|{id_}".encode("utf-8", "surrogatepass")).digest()


def _why(
    matcher: Matcher,
    taste: Taste,
    accepted: Mapping[str, Record],
    one: _Candidate,
    explored: bool,
) -> tuple[Why, ...]:
    reasons = []
    like = _most_like(matcher, taste, one.achievement.id)
    before = accepted.get(like)
    if isinstance(before, Achievement):
        reasons.append(Why("accepted", like, f"因为您接受过“{name_of(before)}”"))
    if one.need:
        whose = "您的" if one.need.id in taste.own else "您处理过的"
        reasons.append(Why("need", one.need.id, f"与{whose}需求“{name_of(one.need)}”相近"))
    if explored:
        text = (
            "不在最相近的之列，供您看看别的方向"
            if one.fit
            else "还没有需求和结论可依，先看看近期的成果"
        )
        reasons.insert(0, Why("explore", "", text))
    return tuple(reasons)


def _most_like(matcher: Matcher, taste: Taste, id_: str) -> str:
    """The accepted achievement that one is most like; empty where it is like none."""
    bundle = matcher.sides["achievement"].bundle
    if not len(taste.accepted_vectors) or id_ not in bundle:
        return ""
    cosines = taste.accepted_vectors @ bundle.vectors(bundle.rows([id_]))[0]
    at = int(cosines.argmax())
    return taste.accepted[at] if cosines[at] >= LIKE else ""
