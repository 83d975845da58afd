"""Saved needs with a threshold: who watches one is told of new matches, each once.

What a need had when it was first looked at is no news: it was on the list already. Later looks ask
for matches beyond all that were told or decided on, so the same one never comes twice, and always
as its owner may see it at that time. A user has one watch of a need.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from matcher.types import Match
from service.access.audit import note
from service.access.caller import Caller
from service.access.people import caller_for, person
from service.access.sight import may_see
from service.store.people_tables import OrganisationRow, UserRow
from service.store.tables import NeedRow
from service.store.workbench_tables import NewsRow, WatchRow
from service.web.errors import InvalidError, NotFoundError, NotReadyError
from service.web.workplace import Workplace
from service.workbench.decisions import decisions_of
from service.workbench.lists import ranked
from service.workbench.seen import visible_need
from service.workbench.webhook import check_address

AT_ONCE, MOST_ROUNDS = 12, 5
"""Matches of one list, and lists of one look; what is beyond comes with the next look."""
MOST_WATCHES = 200
"""Of one user."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved need.

    Attributes:
        user_id: whose.
        need: its id.
        title: of the need; empty where nobody asked for it.
        threshold: lowest score that is told of, P(level >= 3).
        webhook: https address that news are sent to; empty for none.
        checked_at: of the last look; None before the first.
    """

    id: int
    user_id: int
    need: str
    threshold: float
    webhook: str
    created_at: datetime
    checked_at: datetime | None
    title: str = ""


def watch(
    place: Workplace, caller: Caller, need_id: str, threshold: float, webhook: str = ""
) -> Watch:
    """Save a need, or change how it is watched. Computes: what is there already is looked at.

    Raises:
        NotFoundError: there is no such need, or the caller may not see it.
        InvalidError: threshold or address cannot be used, or there are too many watches.
    """
    if not 0 < threshold < 1:
        raise InvalidError("提醒的匹配度门槛须在 0 和 1 之间，例如 0.6。")
    if webhook:
        check_address(webhook)
    need = visible_need(place, caller, need_id)
    whose = (WatchRow.user_id == caller.user_id, WatchRow.need == need.id)
    values = {"threshold": threshold, "webhook": webhook}
    with place.store.writing() as (connection, _transaction, _revision):
        if not connection.execute(update(WatchRow).where(*whose).values(**values)).rowcount:
            _check_count(connection, caller)
            about = {"user_id": caller.user_id, "need": need.id, "created_at": datetime.now(UTC)}
            connection.execute(insert(WatchRow).values(**about, **values))
        kept = _watch(connection.execute(select(WatchRow.__table__).where(*whose)).one())
        note(connection, caller, "watch", "need", need.id, threshold=threshold)
    if kept.checked_at is None:
        check(place, kept)
    return watch_of(place, caller, kept.id)


def watch_of(place: Workplace, caller: Caller, id_: int) -> Watch:
    """Return a watch of the caller's own. Raises NotFoundError."""
    found = [one for one in watches_of(place, caller) if one.id == id_]
    if not found:
        raise NotFoundError(f"没有编号为 {id_} 的提醒，或者它不是您的。")
    return found[0]


def watches_of(place: Workplace, caller: Caller) -> list[Watch]:
    """List the caller's watches of needs that the caller may still see, the newest first."""
    statement = (
        select(WatchRow.__table__, NeedRow.title)
        .join_from(WatchRow, NeedRow, NeedRow.id == WatchRow.need)
        .where(
            WatchRow.user_id == caller.user_id,
            NeedRow.withdrawn.is_(False),
            may_see("need", caller),
        )
        .order_by(WatchRow.id.desc())
    )
    with place.store.reading() as connection:
        return [_watch(row, row.title) for row in connection.execute(statement)]


def unwatch(place: Workplace, caller: Caller, id_: int) -> None:
    """Give a watch up, with its news. Raises NotFoundError."""
    with place.store.writing() as (connection, _transaction, _revision):
        own = (WatchRow.id == id_, WatchRow.user_id == caller.user_id)
        if connection.scalar(select(WatchRow.id).where(*own)) is None:
            raise NotFoundError(f"没有编号为 {id_} 的提醒，或者它不是您的。")
        connection.execute(delete(NewsRow).where(NewsRow.watch_id == id_))
        connection.execute(delete(WatchRow).where(*own))
        note(connection, caller, "unwatch", "watch", id_)


def check(place: Workplace, one: Watch) -> list[str]:
    """Look for new matches of a watch and keep them. Computes.

    Returns:
        Ids of achievements that are news. None of the first look, of a need that its owner may not
        see any more, of an owner who may not sign in, or without an index. A first look that the
        engine of the vectors has cut short counts for nothing: the next one is the first.
    """
    owner = owner_of(place, one)
    if owner is None:
        return []
    try:
        found = _found(place, owner, one)
    except (NotFoundError, NotReadyError):
        return []
    return [] if found is None else _keep(place, one, found)


def all_watches(place: Workplace) -> list[Watch]:
    """Everybody's watches, in the order in which they were made."""
    statement = select(WatchRow.__table__).order_by(WatchRow.id)
    with place.store.reading() as connection:
        return [_watch(row) for row in connection.execute(statement)]


def owner_of(place: Workplace, one: Watch) -> Caller | None:
    """Whose watch it is; None for who may not sign in any more."""
    with place.store.reading() as connection:
        whose = person(connection, one.user_id)
        active = (
            select(OrganisationRow.id)
            .join(UserRow, UserRow.organisation_id == OrganisationRow.id)
            .where(
                UserRow.id == one.user_id,
                UserRow.active.is_(True),
                OrganisationRow.active.is_(True),
            )
        )
        return None if connection.scalar(active) is None else caller_for(whose)


def _found(place: Workplace, owner: Caller, one: Watch) -> list[Match] | None:
    """Matches at or above the threshold that were neither told of nor decided on, best first.

    None where a first look got no whole list (`MatchList.notes`): what it lacks was there already,
    and would be news of the next look.
    """
    found: list[Match] = []
    need = visible_need(place, owner, one.need)
    with place.store.reading() as connection:
        told = set(_told(connection, one.id))
    told |= {kept.achievement for kept in decisions_of(place, owner, need_id=need.id)}
    for _round in range(MOST_ROUNDS):
        answer = ranked(place, owner, need, AT_ONCE, without=told)
        if answer.notes and one.checked_at is None:
            return None
        enough = [match for match in answer.matches if match.score >= one.threshold]
        found += enough
        told |= {match.record.id for match in enough}
        if len(enough) < AT_ONCE:
            break
    return found


def _keep(place: Workplace, one: Watch, found: list[Match]) -> list[str]:
    now = datetime.now(UTC)
    with place.store.writing() as (connection, _transaction, _revision):
        row = connection.execute(
            select(WatchRow.__table__).where(WatchRow.id == one.id)
        ).one_or_none()
        if row is None:  # given up meanwhile
            return []
        is_first = row.checked_at is None
        told = set(_told(connection, one.id))
        fresh = [match for match in found if match.record.id not in told]
        # What was there already counts as told: found at the beginning, read and sent.
        stamp: Mapping[str, datetime | None] = (
            {"found_at": row.created_at, "read_at": now, "sent_at": now}
            if is_first
            else {"found_at": now, "read_at": None, "sent_at": None}
        )
        rows = [
            {
                "watch_id": one.id,
                "achievement": match.record.id,
                "score": match.score,
                "level": int(match.level),
                **stamp,
            }
            for match in fresh
        ]
        if rows:
            connection.execute(insert(NewsRow), rows)
        connection.execute(update(WatchRow).where(WatchRow.id == one.id).values(checked_at=now))
    return [] if is_first else [match.record.id for match in fresh]


def _told(connection: Connection, watch_id: int) -> Iterable[str]:
    return connection.scalars(select(NewsRow.achievement).where(NewsRow.watch_id == watch_id))


def _check_count(connection: Connection, caller: Caller) -> None:
    own = select(WatchRow.id).where(WatchRow.user_id == caller.user_id)
    if len(connection.execute(own).all()) >= MOST_WATCHES:
        raise InvalidError(f"最多保存 {MOST_WATCHES} 条提醒；请先删去不再需要的。")


def _watch(row: Row[Any], title: str = "") -> Watch:
    return Watch(
        id=row.id,
        user_id=row.user_id,
        need=row.need,
        threshold=row.threshold,
        webhook=row.webhook,
        created_at=row.created_at,
        checked_at=row.checked_at,
        title=title,
    )
