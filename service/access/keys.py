"""Keys of programs: `dj_<prefix>_<secret>`, shown once.

The prefix finds a key, the SHA-256 of its secret proves it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.access.audit import note
from service.access.caller import SCOPES, SCOPES_OF_ROLE, Caller, Scope
from service.access.organisations import checked_name
from service.access.sessions import caller_of, whose
from service.access.tokens import kept, new_token, same
from service.store.people_tables import KeyRow, OrganisationRow, UserRow
from service.store.store import Store
from service.web.errors import ForbiddenError, InvalidError, NotFoundError

LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key; its secret is not."""

    id: int
    name: str
    prefix: str
    login: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


def keys(connection: Connection, user_id: int | None = None) -> list[Key]:
    """A person's keys, or everybody's, the newest first."""
    statement = (
        select(KeyRow.__table__, UserRow.login)
        .join_from(KeyRow, UserRow, KeyRow.user_id == UserRow.id)
        .order_by(KeyRow.id.desc())
    )
    if user_id is not None:
        statement = statement.where(KeyRow.user_id == user_id)
    return [_read(row) for row in connection.execute(statement)]


def make_key(
    store: Store, caller: Caller, name: str, scopes: Collection[str], days: int | None = None
) -> tuple[Key, str]:
    """Make a key of the caller's.

    Args:
        store: where it is kept.
        caller: whose it is; must have signed in, so that no key outlives itself by making another.
        name: what it is for.
        scopes: what it may do, no more than the caller.
        days: how long it is valid; None for ever.

    Returns:
        The key, and what the program sends, which is kept nowhere.

    Raises:
        ForbiddenError: a key asks, or the scopes are more than the role allows.
        InvalidError: name, scopes or days cannot be used.
    """
    if caller.key_id is not None:
        raise ForbiddenError("密钥只能在登录后创建，不能用密钥创建密钥。")
    wanted = _checked(caller, scopes)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise InvalidError(f"密钥的有效期要在 1 到 {LONGEST_DAYS} 天之间。")
    now = datetime.now(UTC)
    prefix, secret = secrets.token_hex(6), new_token()
    values = {
        "name": checked_name(name, "密钥的名称"),
        "prefix": prefix,
        "secret_hash": kept(secret),
        "user_id": caller.user_id,
        "scopes": wanted,
        "created_at": now,
        "expires_at": None if days is None else now + timedelta(days=days),
    }
    with store.writing() as (connection, _, _):
        connection.execute(insert(KeyRow).values(**values))
        made = next(one for one in keys(connection, caller.user_id) if one.prefix == prefix)
        note(connection, caller, "add", "key", made.id, scopes=" ".join(wanted), days=days)
    return made, f"dj_{prefix}_{secret}"


def revoke(store: Store, caller: Caller | None, id_: int) -> Key:
    """Make a key worthless; one that is so already stays as it is.

    Raises:
        NotFoundError: there is none, or it is another person's and the caller is no admin.
    """
    with store.writing() as (connection, _, _):
        whose_keys = None if caller is None or caller.is_admin else caller.user_id
        found = next((one for one in keys(connection, whose_keys) if one.id == id_), None)
        if found is None:
            raise NotFoundError(f"没有编号为 {id_} 的密钥。")
        if found.revoked_at is not None:
            return found
        now = datetime.now(UTC)
        connection.execute(update(KeyRow).where(KeyRow.id == id_).values(revoked_at=now))
        note(connection, caller, "revoke", "key", id_)
        return replace(found, revoked_at=now)


def caller_with(store: Store, given: str) -> Caller | None:
    """Who sends a key; None where it is not valid."""
    kind, _, rest = given.partition("_")
    prefix, _, secret = rest.partition("_")
    statement = (
        select(
            *(KeyRow.id, KeyRow.secret_hash, KeyRow.scopes, KeyRow.expires_at, KeyRow.revoked_at),
            *whose(),
        )
        .join_from(KeyRow, UserRow, KeyRow.user_id == UserRow.id)
        .join(OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
        .where(KeyRow.prefix == prefix, UserRow.active, OrganisationRow.active)
    )
    with store.reading() as connection:
        row = connection.execute(statement).one_or_none()
    proven = same(kept(secret), row.secret_hash if row else kept(""))
    if row is None or kind != "dj" or not proven or row.revoked_at is not None:
        return None
    if row.expires_at is not None and datetime.now(UTC) >= row.expires_at:
        return None
    whole = caller_of(row, key_id=row.id)
    # The role may have been narrowed since the key was made.
    return replace(whole, scopes=whole.scopes & frozenset(row.scopes))


def _checked(caller: Caller, scopes: Collection[str]) -> list[Scope]:
    wanted = [scope for scope in SCOPES if scope in scopes]
    if not wanted or len(wanted) < len(set(scopes)):
        raise InvalidError(f"密钥的权限要从 {'、'.join(SCOPES)} 里选，至少一项。")
    if not caller.scopes & SCOPES_OF_ROLE[caller.role] >= frozenset(wanted):
        raise ForbiddenError("密钥的权限不能超过您自己的权限。")
    return wanted


def _read(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        login=row.login,
        scopes=tuple(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
