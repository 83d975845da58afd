"""Whom a match can be given to: the people of one's own organisation."""

from sqlalchemy import select

from service.access.caller import Caller
from service.store.people_tables import UserRow
from service.web.workplace import Workplace


def colleagues(place: Workplace, caller: Caller) -> list[tuple[int, str]]:
    """Ids and names of the organisation's users, in the order of names."""
    statement = (
        select(UserRow.id, UserRow.name)
        .where(UserRow.organisation_id == caller.organisation_id, UserRow.active.is_(True))
        .order_by(UserRow.name, UserRow.id)
    )
    with place.store.reading() as connection:
        return [(row.id, row.name) for row in connection.execute(statement)]
