"""What an organisation seems to look for: its own needs, and what it accepted and rejected.

Content only, no clicks: a mean of vectors that are in the indexes already (Rocchio 1971, "Relevance
Feedback in Information Retrieval").
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from indexing.base import Vectors
from indexing.bundle import Bundle
from service.access.caller import Caller
from service.store.tables import NeedRow
from service.web.workplace import Workplace
from service.workbench.decisions import decisions_of

OWN_NEEDS, DECIDED_NEEDS = 5, 5
"""The latest of each that count."""
ACCEPTED = 50
AWAY = 0.5
"""What the mean of the rejected weighs against the others; Rocchio's gamma is usually smaller than
its beta, since people reject for reasons that no vector shows."""


@dataclass(frozen=True, slots=True)
class Taste:
    """What an organisation goes by.

    Attributes:
        needs: ids of its own latest needs, then of those that it accepted something for.
        own: which of them are its own.
        accepted, rejected: ids of achievements, the latest first.
        seen: ids of all achievements that it decided on.
        direction: float32[dim], unit; None where nothing is known.
        accepted_vectors: float32[n, dim], of `accepted`, in their order.
    """

    needs: tuple[str, ...] = ()
    own: frozenset[str] = frozenset()
    accepted: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    seen: frozenset[str] = frozenset()
    direction: Vectors | None = None
    accepted_vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))


def taste_of(place: Workplace, caller: Caller) -> Taste:
    """Read what the caller's organisation goes by; only of what the caller may see.

    Raises:
        NotReadyError: there is no index yet.
    """
    sides = place.matcher.sides
    needs, achievements = sides["need"].bundle, sides["achievement"].bundle
    decided = decisions_of(place, caller)
    accepted = _known(achievements, (d.achievement for d in decided if d.verdict == "accepted"))
    rejected = _known(achievements, (d.achievement for d in decided if d.verdict == "rejected"))
    worked_on = _known(needs, (d.need for d in decided if d.verdict == "accepted"))
    own = _known(needs, _own_needs(place, caller))
    asked = tuple(dict.fromkeys((*own[:OWN_NEEDS], *worked_on[:DECIDED_NEEDS])))
    accepted, rejected = accepted[:ACCEPTED], rejected[:ACCEPTED]
    vectors = _vectors(achievements, accepted)
    return Taste(
        asked,
        frozenset(own),
        accepted,
        rejected,
        frozenset(d.achievement for d in decided if d.verdict),
        direction_of(_vectors(needs, asked), vectors, _vectors(achievements, rejected)),
        vectors,
    )


def direction_of(needs: Vectors, accepted: Vectors, rejected: Vectors) -> Vectors | None:
    """Mean of the needs plus mean of the accepted minus `AWAY` times the mean of the rejected.

    Args:
        needs: float32[n, dim], unit rows; any of the three may have no row.
        accepted: likewise.
        rejected: likewise.

    Returns:
        float32[dim], unit; None without needs and accepted, or where all cancels out.
    """
    if not len(needs) and not len(accepted):
        return None
    total = _mean(needs) + _mean(accepted) - AWAY * _mean(rejected)
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length > 1e-6 else None


def _mean(vectors: Vectors) -> NDArray[np.float64]:
    width = vectors.shape[1]
    return vectors.mean(axis=0, dtype=np.float64) if len(vectors) else np.zeros(width)


def _vectors(bundle: Bundle, ids: Sequence[str]) -> Vectors:
    if not ids:
        return np.zeros((0, bundle.layout.dim), dtype=np.float32)
    return bundle.vectors(bundle.rows(ids))


def _known(bundle: Bundle, ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(id_ for id_ in dict.fromkeys(ids) if id_ in bundle)


def _own_needs(place: Workplace, caller: Caller) -> list[str]:
    if caller.holder is None:  # the platform holds what everybody gave it: no taste of its own
        return []
    statement = (
        select(NeedRow.id)
        .where(
            NeedRow.holder == caller.holder,
            NeedRow.withdrawn.is_(False),
            NeedRow.merged_into.is_(None),
        )
        .order_by(NeedRow.revision.desc())
        .limit(OWN_NEEDS)
    )
    with place.store.reading() as connection:
        return list(connection.scalars(statement))
