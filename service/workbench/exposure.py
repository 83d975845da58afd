"""Spreads attention: what many organisations were shown lately is passed over for the others.

A simple cap: an achievement that was recommended to `ORGANISATIONS` others within `DAYS` days is
not recommended to one more; who was shown it before may still be.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import func, insert, select, update

from service.access.caller import Caller
from service.store.groups import parts
from service.store.workbench_tables import ExposureRow
from service.web.workplace import Workplace

ORGANISATIONS, DAYS = 20, 7


def worn(place: Workplace, caller: Caller, day: date) -> frozenset[str]:
    """Ids of achievements that enough other organisations were shown in the last days."""
    lately = ExposureRow.day > day - timedelta(days=DAYS)
    others = (
        select(ExposureRow.achievement)
        .where(lately, ExposureRow.organisation_id != caller.organisation_id)
        .group_by(ExposureRow.achievement)
        .having(func.count() >= ORGANISATIONS)
    )
    own = select(ExposureRow.achievement).where(
        lately, ExposureRow.organisation_id == caller.organisation_id
    )
    with place.store.reading() as connection:
        return frozenset(connection.scalars(others)) - frozenset(connection.scalars(own))


def shown(place: Workplace, caller: Caller, day: date, ids: Iterable[str]) -> None:
    """Keep that an organisation was shown achievements on a day; writes only what is new."""
    row = ExposureRow
    own = row.organisation_id == caller.organisation_id
    wanted = list(dict.fromkeys(ids))
    with place.store.reading() as connection:
        known = {
            id_: last
            for part in parts(wanted)
            for id_, last in connection.execute(
                select(row.achievement, row.day).where(own, row.achievement.in_(part))
            )
        }
    if all(known.get(id_) == day for id_ in wanted):
        return
    with place.store.writing() as (connection, _transaction, _revision):
        for id_ in wanted:
            changed = update(row).where(own, row.achievement == id_).values(day=day)
            if not connection.execute(changed).rowcount:
                about = {"achievement": id_, "organisation_id": caller.organisation_id}
                connection.execute(insert(row).values(**about, day=day))
