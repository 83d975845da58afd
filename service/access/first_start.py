"""The first start of an installation: an organisation for the platform, and its admin."""

from sqlalchemy import select

from service.access.organisations import add_organisation, named
from service.access.people import add_person, one_time
from service.store.people_tables import UserRow
from service.store.store import Store

PLATFORM = "平台"
LOGIN = "admin"


def first_admin(store: Store) -> str | None:
    """Add the admin where nobody is there yet; returns the one-time password, else None."""
    with store.reading() as connection:
        if connection.scalar(select(UserRow.id).limit(1)) is not None:
            return None
    once = one_time()
    with store.writing() as (connection, _, _):
        # Asked again: another process may have been quicker.
        if connection.scalar(select(UserRow.id).limit(1)) is not None:
            return None
        platform = named(connection, PLATFORM)
        at = platform or add_organisation(connection, None, PLATFORM, "platform")
        add_person(connection, None, LOGIN, "管理员", at, once)
    return once.password
