"""Events that were held: what was on stage counts for caps, first times and fairness."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, true

from matcher.types import Achievement
from service.access.caller import Caller
from service.roadshow.errors import PastEventError
from service.roadshow.groups import institution_of
from service.roadshow.scope import owner_of
from service.store.roadshow_tables import StageAppearanceRow, StageEventRow
from service.store.store import Store


@dataclass(frozen=True, slots=True)
class PastEvent:
    """An event that was held.

    Attributes:
        number: in this installation.
        achievements: how many were on stage.
    """

    number: int
    title: str
    held_on: date
    achievements: int


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often achievements, and institutions, were on stage before."""

    achievements: Counter[str]
    institutions: Counter[str]

    def is_first(self, record: Achievement) -> bool:
        """Whether neither the achievement nor who offers it was on stage before."""
        institution = institution_of(record.owner)
        return not self.achievements[record.id] and not self.institutions[institution]


def exposure(store: Store, caller: Caller | None = None) -> Exposure:
    """Count past appearances: of one's own events and of the platform's; an admin's are all."""
    rows = StageAppearanceRow
    statement = (
        select(rows.achievement, rows.institution)
        .join(StageEventRow, StageEventRow.id == rows.event_id)
        .where(_counted(caller))
    )
    achievements: Counter[str] = Counter()
    institutions: Counter[str] = Counter()
    with store.reading() as connection:
        for achievement, institution in connection.execute(statement):
            achievements[achievement] += 1
            institutions.update([institution] if institution else [])
    return Exposure(achievements, institutions)


def record_event(
    store: Store,
    title: str,
    held_on: date,
    achievements: Sequence[str],
    fingerprint: str = "",
    caller: Caller | None = None,
) -> int:
    """Remember that an event was held, and who was on stage. Returns its number.

    Raises:
        PastEventError: nobody was on stage, or the same event is recorded already.
    """
    if not achievements:
        raise PastEventError("没有登台的成果，没有记下任何内容。请先生成名单。")
    records = store.get_many("achievement", list(achievements))
    owners = {one.id: one.owner for one in records if isinstance(one, Achievement)}
    event = {
        "organisation_id": owner_of(caller),
        "title": title,
        "held_on": held_on,
        "fingerprint": fingerprint,
        "recorded_at": datetime.now(UTC),
    }
    same = (
        StageEventRow.title == title,
        StageEventRow.held_on == held_on,
        StageEventRow.organisation_id == owner_of(caller),  # others may have one of that name
    )
    with store.writing() as (connection, _transaction, _revision):
        number = connection.scalar(select(StageEventRow.id).where(*same))
        if number is not None:
            raise PastEventError(
                f"“{title}”（{held_on}）已经记过，是第 {number} 场；要重记请先撤销它。"
            )
        key = connection.execute(insert(StageEventRow).values(**event)).inserted_primary_key
        number = int(key[0]) if key else 0
        rows = [
            {
                "event_id": number,
                "achievement": id_,
                "institution": institution_of(owners.get(id_, "")),
            }
            for id_ in dict.fromkeys(achievements)
        ]
        connection.execute(insert(StageAppearanceRow), rows)
    return number


def past_events(store: Store, caller: Caller | None = None) -> list[PastEvent]:
    """List one's own events that were held, the newest first."""
    rows = StageEventRow
    statement = (
        select(rows.id, rows.title, rows.held_on, func.count(StageAppearanceRow.achievement))
        .join(StageAppearanceRow, StageAppearanceRow.event_id == rows.id, isouter=True)
        .where(_own(caller))
        .group_by(rows.id, rows.title, rows.held_on)
        .order_by(rows.held_on.desc(), rows.id.desc())
    )
    with store.reading() as connection:
        return [PastEvent(*row) for row in connection.execute(statement)]


def forget_event(store: Store, number: int, caller: Caller | None = None) -> PastEvent:
    """Take back that an event was held.

    Raises:
        PastEventError: there is none of this number.
    """
    found = [one for one in past_events(store, caller) if one.number == number]
    if not found:
        raise PastEventError(f"没有第 {number} 场活动；运行 duijie events list 查看已记下的。")
    rows = (
        delete(StageAppearanceRow).where(StageAppearanceRow.event_id == number),
        delete(StageEventRow).where(StageEventRow.id == number),
    )
    with store.writing() as (connection, _transaction, _revision):
        for statement in rows:
            connection.execute(statement)
    return found[0]


def _own(caller: Caller | None) -> ColumnElement[bool]:
    if caller is None or caller.is_admin:
        return true()
    return StageEventRow.organisation_id == caller.organisation_id


def _counted(caller: Caller | None) -> ColumnElement[bool]:
    return or_(_own(caller), StageEventRow.organisation_id.is_(None))
