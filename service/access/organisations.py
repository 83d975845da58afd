"""Organisations: the tenants whose people use an installation."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.access.audit import note
from service.access.caller import Caller, Kind
from service.store.people_tables import OrganisationRow
from service.store.store import Store
from service.web.errors import ConflictError, InvalidError, NotFoundError

LONGEST_NAME = 80
_SELECT = select(OrganisationRow.__table__)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A tenant; where it is not active, none of its people can sign in."""

    id: int
    name: str
    kind: Kind
    active: bool
    created_at: datetime


def organisations(connection: Connection) -> list[Organisation]:
    """Every organisation, by name."""
    return [_read(row) for row in connection.execute(_SELECT.order_by(OrganisationRow.name))]


def organisation(connection: Connection, id_: int) -> Organisation:
    """One organisation. Raises NotFoundError."""
    row = connection.execute(_SELECT.where(OrganisationRow.id == id_)).one_or_none()
    if row is None:
        raise NotFoundError(f"没有编号为 {id_} 的单位。")
    return _read(row)


def named(connection: Connection, name: str) -> Organisation | None:
    """The organisation of a name, None without it."""
    statement = _SELECT.where(OrganisationRow.name == " ".join(name.split()))
    row = connection.execute(statement).one_or_none()
    return None if row is None else _read(row)


def add_organisation(
    connection: Connection, caller: Caller | None, name: str, kind: Kind
) -> Organisation:
    """Add an organisation, in the caller's transaction.

    Raises:
        InvalidError: the name is empty or too long.
        ConflictError: there is one of that name.
    """
    name = checked_name(name, "单位名称")
    if named(connection, name) is not None:
        raise ConflictError(f"已经有名为“{name}”的单位。")
    values = {"name": name, "kind": kind, "active": True, "created_at": datetime.now(UTC)}
    key = connection.execute(insert(OrganisationRow).values(**values)).inserted_primary_key
    id_ = int(key[0]) if key else 0
    note(connection, caller, "add", "organisation", id_, kind=kind)
    return organisation(connection, id_)


def change_organisation(
    store: Store, caller: Caller, id_: int, *, name: str | None = None, active: bool | None = None
) -> Organisation:
    """Rename an organisation, or let its people in or not.

    Raises:
        NotFoundError: there is none.
        ConflictError: there is another one of that name, or it is the caller's own.
        InvalidError: the name is empty or too long.
    """
    with store.writing() as (connection, _, _):
        found = organisation(connection, id_)
        values: dict[str, Any] = {}
        if name is not None:
            values["name"] = checked_name(name, "单位名称")
            other = named(connection, values["name"])
            if other is not None and other.id != id_:
                raise ConflictError(f"已经有名为“{other.name}”的单位。")
        if active is not None:
            if not active and found.id == caller.organisation_id:
                raise ConflictError("不能停用自己所在的单位。")
            values["active"] = active
        if values:
            row = update(OrganisationRow).where(OrganisationRow.id == id_)
            connection.execute(row.values(**values))
            note(connection, caller, "change", "organisation", id_, active=active)
        return organisation(connection, id_)


def checked_name(name: str, what: str) -> str:
    """Return a name with single blanks. Raises InvalidError where it is empty or too long."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidError(f"{what}要有 1 到 {LONGEST_NAME} 个能显示的字符，请改正后重试。")
    return name


def _read(row: Row[Any]) -> Organisation:
    return Organisation(row.id, row.name, row.kind, row.active, row.created_at)
