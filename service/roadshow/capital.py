"""The third side of an event: which fund or bank to bring to which need and achievement."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.capital.match import match_mandates
from matcher.capital.seeker import Seeker, seeker_of
from matcher.capital.triples import Triple, TripleCaps, Triples, choose_triples
from matcher.capital.types import KINDS, Mandate
from matcher.documents import Document
from matcher.pipeline import Matcher
from matcher.types import Achievement, Need
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.mandates import mandates_of
from service.roadshow.scope import Scope
from service.roadshow.shortlist import Shortlist

Vectors = NDArray[np.float32]


@dataclass(frozen=True)
class Capital:
    """Triples of a shortlist, with the mandates by id."""

    triples: Triples
    mandates: dict[str, Mandate]


def capital_of(scope: Scope, short: Shortlist, caps: TripleCaps | None = None) -> Capital | None:
    """Choose triples of the achievements on stage, the audience's needs, and mandates.

    Args:
        scope: whose mandates may be seen.
        short: who is on stage.
        caps: how often each may appear, and how well all must fit.

    Returns:
        None where there are no mandates.
    """
    mandates = mandates_of(scope.store, scope.caller)
    if not mandates:
        return None
    limits = caps or TripleCaps()
    chosen, barred = set(short.selection.chosen) - short.gone, set(short.plan.barred)
    unseen = short.built.gone.needs if short.built.gone else frozenset[str]()
    pairs = [
        one
        for one in short.built.pool.fits
        if one.entrant in chosen
        and one.guest not in unseen
        and (one.entrant, one.guest) not in barred
        and one.score >= limits.pair_floor
    ]
    offered = [short.built.achievements[id_] for id_ in sorted({one.entrant for one in pairs})]
    asking = [short.need(id_) for id_ in sorted({one.guest for one in pairs})]
    seekers = [*map(seeker_of, offered), *map(seeker_of, asking)]
    likeness = _Likeness(scope.matcher, mandates, seekers)
    today = short.plan.held_on or date.today()
    fits = match_mandates(mandates, seekers, likeness, today=today)
    return Capital(choose_triples(pairs, fits, limits), {one.id: one for one in mandates})


def capital_as_json(short: Shortlist, capital: Capital | None) -> dict[str, Any] | None:
    """Shape triples for programs; None where there are no mandates."""
    if capital is None:
        return None
    found = capital.triples
    return {
        "status": found.status,
        "value": found.value,
        "bound": found.bound,
        "gap": found.gap,
        "considered": found.considered,
        "triples": [
            {
                "rank": one.rank,
                "need": one.pair.guest,
                "achievement": one.pair.entrant,
                "mandate": one.for_need.mandate,
                "name": capital.mandates[one.for_need.mandate].name,
                "institution": capital.mandates[one.for_need.mandate].institution,
                "kind": capital.mandates[one.for_need.mandate].kind,
                "value": one.value,
                "pair": one.pair.score,
                "for_achievement": one.for_achievement.score,
                "for_need": one.for_need.score,
                "to_ask": questions(one),
            }
            for one in found.triples
        ],
    }


def capital_lines(short: Shortlist, capital: Capital | None) -> Iterable[str]:
    """Lines for a person."""
    if capital is None:
        return
    found = capital.triples
    yield f"三方对接（需求–成果–资金）{len(found.triples)} 组，{found.considered:,} 组可选："
    for one in found.triples:
        mandate = capital.mandates[one.for_need.mandate]
        need = clip(name_of(short.need(one.pair.guest)), 18)
        title = clip(short.entrant(one.pair.entrant).title, 18)
        yield (
            f"  {shown_id(one.pair.guest)} {need} × {shown_id(one.pair.entrant)} {title} × "
            f"{mandate.name}（{mandate.institution}，{KINDS[mandate.kind]}）{one.value:.2f}"
        )
        asked = questions(one)
        if asked:
            yield f"       要问清：{'；'.join(asked[:3])}"


def questions(one: Triple) -> list[str]:
    """What to ask before a fund, a need and an achievement are brought together."""
    return list(dict.fromkeys((*one.for_achievement.to_ask, *one.for_need.to_ask)))


class _Likeness:
    """Cosine of a mandate's text and a seeker's, 0 where they point apart."""

    def __init__(
        self, matcher: Matcher, mandates: Sequence[Mandate], seekers: Sequence[Seeker]
    ) -> None:
        cut, vectors = matcher.segmenter, matcher.embedder.vectors
        asking = [
            Need(id=one.id, title=one.name, text="。".join((*one.keywords, one.text)))
            for one in mandates
        ]
        offered = [Achievement(id=one.id, title=one.title, text=one.text) for one in seekers]
        self._rows = {one.id: row for row, one in enumerate(mandates)}
        self._columns = {(one.side, one.id): column for column, one in enumerate(seekers)}
        self._alike: Vectors = np.zeros((len(mandates), len(seekers)), dtype=np.float32)
        if asking and offered:
            left = vectors([Document.of(one, cut) for one in asking])
            right = vectors([Document.of(one, cut) for one in offered])
            self._alike = np.clip(left @ right.T, 0.0, 1.0)

    def __call__(self, pairs: Sequence[tuple[Mandate, Seeker]]) -> list[float]:
        return [
            float(self._alike[self._rows[mandate.id], self._columns[seeker.side, seeker.id]])
            for mandate, seeker in pairs
        ]
