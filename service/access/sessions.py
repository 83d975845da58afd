"""Sessions of browsers: a random token in a cookie, of which only the SHA-256 is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from service.access.caller import SCOPES_OF_ROLE, Caller
from service.access.tokens import kept, new_token
from service.errors import StoreBusyError
from service.store.people_tables import OrganisationRow, SessionRow, UserRow
from service.store.store import Store

IDLE = timedelta(hours=2)
"""A session that is not used for so long ends."""
ABSOLUTE = timedelta(hours=12)
"""A session ends so long after signing in, used or not."""


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a browser gets when it signs in.

    Attributes:
        token: for the cookie; kept nowhere.
        csrf: for the forms of its pages.
    """

    token: str
    csrf: str


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is in force, and whose it is."""

    caller: Caller
    csrf: str


def begin(connection: Connection, user_id: int) -> NewSession:
    """Begin a session with a new token, in the caller's transaction; sweeps out ended ones."""
    now = datetime.now(UTC)
    connection.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    session = NewSession(new_token(), new_token())
    values = {
        "token_hash": kept(session.token),
        "user_id": user_id,
        "csrf": session.csrf,
        "created_at": now,
        "expires_at": now + IDLE,
    }
    connection.execute(insert(SessionRow).values(**values))
    return session


def find(store: Store, token: str) -> Session | None:
    """Find the session of a token and keep it from going idle; None where none is in force."""
    with store.reading() as connection:
        row = connection.execute(_session(token)).one_or_none()
    now = datetime.now(UTC)
    if row is None or now >= min(row.expires_at, row.created_at + ABSOLUTE):
        return None
    if row.expires_at - now < IDLE / 2:
        _renew(store, token, now)
    return Session(caller_of(row), row.csrf)


def end(connection: Connection, token: str) -> None:
    """End the session of a token, where there is one."""
    connection.execute(delete(SessionRow).where(SessionRow.token_hash == kept(token)))


def end_all(connection: Connection, user_id: int) -> None:
    """End every session of a person."""
    connection.execute(delete(SessionRow).where(SessionRow.user_id == user_id))


def whose() -> tuple[Any, ...]:
    """Columns that `caller_of` reads, of `users` and `organisations`."""
    return (
        UserRow.id.label("user_id"),
        UserRow.login,
        UserRow.name,
        UserRow.organisation_id,
        UserRow.role,
        UserRow.must_change,
        OrganisationRow.name.label("organisation"),
    )


def caller_of(row: Row[Any], key_id: int | None = None) -> Caller:
    """The caller of a row with the columns of `whose`, with all that the role allows."""
    return Caller(
        user_id=row.user_id,
        login=row.login,
        name=row.name,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        role=row.role,
        scopes=SCOPES_OF_ROLE[row.role],
        must_change=row.must_change,
        key_id=key_id,
    )


def _session(token: str) -> Select[Any]:
    return (
        select(SessionRow.csrf, SessionRow.created_at, SessionRow.expires_at, *whose())
        .join_from(SessionRow, UserRow, SessionRow.user_id == UserRow.id)
        .join(OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
        .where(SessionRow.token_hash == kept(token), UserRow.active, OrganisationRow.active)
    )


def _renew(store: Store, token: str, now: datetime) -> None:
    statement = update(SessionRow).where(SessionRow.token_hash == kept(token))
    try:
        with store.writing() as (connection, _, _):
            connection.execute(statement.values(expires_at=now + IDLE))
    except StoreBusyError:
        return  # a long import is being written; the next request renews it
