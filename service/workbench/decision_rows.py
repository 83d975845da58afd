"""Reads decisions: by the ids that matches show, and only where both records may be seen."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.orm import aliased

from matcher.types import Side
from service.access.caller import Caller
from service.access.sight import may_see
from service.store import groups
from service.store.people_tables import UserRow
from service.store.rows import TABLES
from service.store.workbench_tables import DecisionRow
from service.web.workplace import Workplace
from service.workbench.decision_words import Decision, Status
from service.workbench.seen import visible_achievement, visible_need

MOST = 500
"""Decisions of one page."""


def decision_of(
    place: Workplace, caller: Caller, need_id: str, achievement_id: str
) -> Decision | None:
    """Return what the caller's organisation said of a pair; None where it said nothing.

    Raises:
        NotFoundError: one of the records is not there, or hidden from the caller.
    """
    need = visible_need(place, caller, need_id)
    achievement = visible_achievement(place, caller, achievement_id)
    found = decisions_of(place, caller, need_id=need.id, achievement_id=achievement.id)
    return found[0] if found else None


def decisions_of(
    place: Workplace,
    caller: Caller,
    *,
    need_id: str | None = None,
    achievement_id: str | None = None,
    status: Status | None = None,
    assigned_to: int | None = None,
) -> list[Decision]:
    """List the latest decisions of the caller's organisation; see `decision_page`."""
    return decision_page(
        place,
        caller,
        need_id=need_id,
        achievement_id=achievement_id,
        status=status,
        assigned_to=assigned_to,
    )[0]


def decision_page(
    place: Workplace,
    caller: Caller,
    *,
    need_id: str | None = None,
    achievement_id: str | None = None,
    status: Status | None = None,
    assigned_to: int | None = None,
    limit: int = MOST,
    before: int | None = None,
) -> tuple[list[Decision], int | None]:
    """List some decisions of the caller's organisation, the newest pair first.

    Those on records that were withdrawn, or are hidden from the caller by now, are left out.

    Args:
        place: the running server.
        caller: who asks.
        need_id: only on this need; ids of merged records lead to those that show them.
        achievement_id: only on this achievement.
        status: only those that are this far; empty for those that are nowhere yet.
        assigned_to: only those that this user sees to.
        limit: how many at the most.
        before: only those with a smaller `Decision.id`: the next page.

    Returns:
        The decisions, and `before` of the next page; None on the last one.
    """
    statement = _visible_decisions(caller).order_by(DecisionRow.id.desc()).limit(limit)
    with place.store.reading() as connection:
        if need_id is not None:
            ids = _family(connection, "need", need_id)
            statement = statement.where(DecisionRow.need.in_(ids))
        if achievement_id is not None:
            ids = _family(connection, "achievement", achievement_id)
            statement = statement.where(DecisionRow.achievement.in_(ids))
        if status is not None:
            statement = statement.where(DecisionRow.status == status)
        if assigned_to is not None:
            statement = statement.where(DecisionRow.assigned_to == assigned_to)
        if before is not None:
            statement = statement.where(DecisionRow.id < before)
        rows = connection.execute(statement).all()
        found = list(_shown(connection, caller, rows))
    return found, rows[-1].id if len(rows) == limit else None


def my_list(place: Workplace, caller: Caller, status: Status | None = None) -> list[Decision]:
    """List what the caller sees to."""
    return decisions_of(place, caller, status=status, assigned_to=caller.user_id)


def kept_row(
    connection: Connection, caller: Caller, need_id: str, achievement_id: str
) -> Row[Any] | None:
    """The decision of the caller's organisation on a pair, whichever of its merged ids it has."""
    statement = (
        select(DecisionRow.__table__)
        .where(
            DecisionRow.organisation_id == caller.organisation_id,
            DecisionRow.need.in_(_family(connection, "need", need_id)),
            DecisionRow.achievement.in_(_family(connection, "achievement", achievement_id)),
        )
        .order_by(DecisionRow.updated_at.desc())
    )
    return connection.execute(statement).first()


def _family(connection: Connection, side: Side, id_: str) -> list[str]:
    """Ids of all records that are shown as one with a record."""
    root = groups.root_of(connection, side, id_)
    below = groups.members(connection, side, [root]).get(root, [])
    return [root, *(row.id for row in below)]


def _visible_decisions(caller: Caller) -> Select[Any]:
    need, achievement = TABLES["need"], TABLES["achievement"]
    person, assigned = aliased(UserRow), aliased(UserRow)
    return (
        select(
            DecisionRow.__table__,
            need.c.merged_into.label("need_root"),
            achievement.c.merged_into.label("achievement_root"),
            person.name.label("by"),
            assigned.name.label("assigned_name"),
        )
        .join_from(DecisionRow, need, need.c.id == DecisionRow.need)
        .join(achievement, achievement.c.id == DecisionRow.achievement)
        .join(person, person.id == DecisionRow.user_id)
        .join(assigned, assigned.id == DecisionRow.assigned_to, isouter=True)
        .where(
            DecisionRow.organisation_id == caller.organisation_id,
            need.c.withdrawn.is_(False),
            achievement.c.withdrawn.is_(False),
            may_see("need", caller),
            may_see("achievement", caller),
        )
    )


def _shown(connection: Connection, caller: Caller, rows: Iterable[Row[Any]]) -> Iterable[Decision]:
    """Decisions by the ids that are shown; of several on what is one pair by now, the latest."""
    latest: dict[tuple[str, str], Row[Any]] = {}
    for row in rows:
        pair = (
            _root(connection, caller, "need", row.need, row.need_root),
            _root(connection, caller, "achievement", row.achievement, row.achievement_root),
        )
        if pair[0] is None or pair[1] is None:
            continue
        other = latest.get((pair[0], pair[1]))
        if other is None or other.updated_at < row.updated_at:
            latest[pair[0], pair[1]] = row
    for (need, achievement), row in latest.items():
        yield _decision(need, achievement, row)


def _root(
    connection: Connection, caller: Caller, side: Side, id_: str, above: str | None
) -> str | None:
    """The id that a record is shown under; None where that one is hidden from the caller."""
    if above is None:
        return id_
    table = TABLES[side]
    root = groups.root_of(connection, side, id_)
    seen = select(table.c.id).where(table.c.id == root, may_see(side, caller))
    found: str | None = connection.scalar(seen.where(table.c.withdrawn.is_(False)))
    return found


def _decision(need: str, achievement: str, row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        need=need,
        achievement=achievement,
        verdict=row.verdict,
        level=row.level,
        reasons=tuple(row.reasons),
        note=row.note,
        status=row.status,
        assigned_to=row.assigned_to,
        assigned_name=row.assigned_name or "",
        by=row.by,
        score=row.score,
        fingerprint=row.fingerprint,
        model=row.model,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
