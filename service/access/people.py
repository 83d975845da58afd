"""The people who use an installation: added by an admin, with a one-time password."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from service.access import passwords, sessions
from service.access.audit import note
from service.access.caller import ROLE_OF_KIND, SCOPES_OF_ROLE, Caller, Role
from service.access.organisations import Organisation, checked_name, organisation
from service.access.tokens import one_time_password
from service.store.people_tables import OrganisationRow, UserRow
from service.store.store import Store
from service.web.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in while active."""

    id: int
    login: str
    name: str
    organisation_id: int
    organisation: str
    role: Role
    active: bool
    must_change: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password to be told once, and its hash."""

    password: str
    hash: str


def one_time() -> OneTime:
    """Make a one-time password; takes a while, so it is done before a transaction begins."""
    password = one_time_password()
    return OneTime(password, passwords.hashed(password))


def people(connection: Connection) -> list[Person]:
    """Everybody, by organisation and login."""
    return [_read(row) for row in connection.execute(_everybody())]


def person(connection: Connection, id_: int) -> Person:
    """One person. Raises NotFoundError."""
    row = connection.execute(_everybody().where(UserRow.id == id_)).one_or_none()
    if row is None:
        raise NotFoundError(f"没有编号为 {id_} 的用户。")
    return _read(row)


def with_login(connection: Connection, login: str) -> Person:
    """The person of a login. Raises NotFoundError."""
    row = connection.execute(_everybody().where(UserRow.login == plain(login))).one_or_none()
    if row is None:
        raise NotFoundError(f"没有账号“{login}”。运行 duijie user list 查看全部账号。")
    return _read(row)


def caller_for(one: Person) -> Caller:
    """A person as a caller with all that their role allows, for who works at the terminal."""
    return Caller(
        user_id=one.id,
        login=one.login,
        name=one.name,
        organisation_id=one.organisation_id,
        organisation=one.organisation,
        role=one.role,
        scopes=SCOPES_OF_ROLE[one.role],
    )


def plain(login: str) -> str:
    """A login as it is kept: capitals and blanks around it make no difference."""
    return login.strip().lower()


def add_person(
    connection: Connection,
    caller: Caller | None,
    login: str,
    name: str,
    at: Organisation,
    once: OneTime,
) -> Person:
    """Add a person, in the caller's transaction; the role is what the organisation's kind says.

    Raises:
        InvalidError: login or name cannot be used.
        ConflictError: there is one of that login.
    """
    login = plain(login)
    if not _LOGIN.fullmatch(login):
        raise InvalidError(
            "账号要有 2 到 64 个字符，只用英文字母、数字和 . _ @ + -，以字母或数字开头。"
        )
    name = checked_name(name, "姓名")
    if connection.scalar(select(UserRow.id).where(UserRow.login == login)) is not None:
        raise ConflictError(f"已经有账号“{login}”。")
    values = {
        "login": login,
        "name": name,
        "organisation_id": at.id,
        "role": ROLE_OF_KIND[at.kind],
        "password": once.hash,
        "must_change": True,
        "active": True,
        "created_at": datetime.now(UTC),
    }
    key = connection.execute(insert(UserRow).values(**values)).inserted_primary_key
    id_ = int(key[0]) if key else 0
    note(connection, caller, "add", "person", id_, organisation=at.id)
    return person(connection, id_)


def new_person(
    store: Store, caller: Caller | None, login: str, name: str, organisation_id: int
) -> tuple[Person, str]:
    """Add a person to an organisation, as `add_person` does.

    Returns:
        The person, and the one-time password, which is kept nowhere.

    Raises:
        NotFoundError: there is no such organisation.
        InvalidError, ConflictError: see `add_person`.
    """
    once = one_time()
    with store.writing() as (connection, _, _):
        at = organisation(connection, organisation_id)
        return add_person(connection, caller, login, name, at, once), once.password


def change_person(
    store: Store,
    caller: Caller | None,
    id_: int,
    *,
    name: str | None = None,
    active: bool | None = None,
) -> Person:
    """Rename a person, or let them in or not; who is not let in is signed out everywhere.

    Raises:
        NotFoundError: there is none.
        InvalidError: the name is empty or too long.
        ConflictError: nobody would be left to run the platform, or it is the caller's own account.
    """
    with store.writing() as (connection, _, _):
        found = person(connection, id_)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = checked_name(name, "姓名")
        if active is not None:
            values["active"] = active
        if active is False:
            _may_go(connection, caller, found)
            sessions.end_all(connection, id_)
        if values:
            connection.execute(update(UserRow).where(UserRow.id == id_).values(**values))
            note(connection, caller, "change", "person", id_, active=active)
        return person(connection, id_)


def reset(store: Store, caller: Caller | None, id_: int) -> str:
    """Give a person a new one-time password and sign them out everywhere; returns the password.

    Raises:
        NotFoundError: there is none.
    """
    once = one_time()
    with store.writing() as (connection, _, _):
        person(connection, id_)
        _keep(connection, id_, once.hash, must_change=True)
        note(connection, caller, "reset_password", "person", id_)
    return once.password


def change_password(store: Store, caller: Caller, current: str, new: str) -> sessions.NewSession:
    """Change the caller's own password, sign out everywhere, and begin a new session.

    Raises:
        ForbiddenError: a key asks, or the current password is wrong.
        InvalidError: the new one is weak, or is the old one.
    """
    if caller.key_id is not None:
        raise ForbiddenError("密码只能在登录后修改，不能用密钥修改。")
    with store.reading() as connection:
        kept = connection.scalar(select(UserRow.password).where(UserRow.id == caller.user_id))
    if not passwords.matches(current, kept or ""):
        raise ForbiddenError("现在的密码不对，没有修改。")
    if new == current:
        raise InvalidError("新密码和现在的一样，没有修改。请换一个。")
    passwords.check_rules(new, caller.login, caller.name, caller.organisation)
    fresh = passwords.hashed(new)  # before the transaction: it takes a while
    with store.writing() as (connection, _, _):
        _keep(connection, caller.user_id, fresh, must_change=False)
        note(connection, caller, "change_password", "person", caller.user_id)
        return sessions.begin(connection, caller.user_id)


def _keep(connection: Connection, id_: int, hash_: str, *, must_change: bool) -> None:
    values = {"password": hash_, "must_change": must_change}
    connection.execute(update(UserRow).where(UserRow.id == id_).values(**values))
    sessions.end_all(connection, id_)


def _may_go(connection: Connection, caller: Caller | None, leaving: Person) -> None:
    if caller is not None and caller.user_id == leaving.id:
        raise ConflictError("不能停用自己的账号。")
    others = (
        select(func.count())
        .select_from(UserRow)
        .join(OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
        .where(UserRow.role == "admin", UserRow.active, OrganisationRow.active)
        .where(UserRow.id != leaving.id)
    )
    if leaving.role == "admin" and not connection.scalar(others):
        raise ConflictError("这是最后一个管理员，不能停用。请先添加另一个管理员。")


def _everybody() -> Select[Any]:
    return (
        select(UserRow.__table__, OrganisationRow.name.label("organisation"))
        .join_from(UserRow, OrganisationRow, UserRow.organisation_id == OrganisationRow.id)
        .order_by(OrganisationRow.name, UserRow.login)
    )


def _read(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        organisation_id=row.organisation_id,
        organisation=row.organisation,
        role=row.role,
        active=row.active,
        must_change=row.must_change,
        created_at=row.created_at,
    )
