"""Which organisations may see a 受限 record beside the one that holds it.

What was merged is shown as one, so a grant counts for every record of its group.
"""

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from matcher.types import Side
from service.access.audit import note
from service.access.caller import Caller
from service.access.organisations import Organisation, named, organisation, organisations
from service.access.sight import may_see
from service.store.groups import members, root_of
from service.store.people_tables import GrantRow
from service.store.rows import TABLES
from service.store.store import Store
from service.web.errors import ConflictError, ForbiddenError, NotFoundError


def granted(store: Store, caller: Caller, side: Side, id_: str) -> list[Organisation]:
    """The organisations that a record is granted to, by name.

    Raises:
        NotFoundError: there is no such record, or the caller may not see it.
        ForbiddenError: the caller does not hold it.
    """
    with store.reading() as connection:
        _held(connection, caller, side, id_)
        return _granted(connection, side, id_)


def grant(store: Store, caller: Caller, side: Side, id_: str, name: str) -> list[Organisation]:
    """Let an organisation see a record; returns all that may.

    Raises:
        NotFoundError: there is no such record or organisation.
        ForbiddenError: the caller does not hold the record.
        ConflictError: the record is not 受限, so that a grant would change nothing.
    """
    with store.writing() as (connection, _, _):
        if _held(connection, caller, side, id_) != "受限":
            raise ConflictError("只有公开范围是“受限”的记录才需要授权。请先改成“受限”。")
        to = named(connection, name)
        if to is None:
            raise NotFoundError(f"没有名为“{name}”的单位。请核对全称。")
        if to.id not in {one.id for one in _granted(connection, side, id_)}:
            for one in _group(connection, side, id_):
                values = {"kind": side, "record_id": one, "organisation_id": to.id}
                connection.execute(delete(GrantRow).where(*_row(side, one, to.id)))
                connection.execute(insert(GrantRow).values(**values))
            note(connection, caller, "grant", side, id_, organisation=to.id)
        return _granted(connection, side, id_)


def ungrant(
    store: Store, caller: Caller, side: Side, id_: str, organisation_id: int
) -> list[Organisation]:
    """Take a grant back; one that is not there stays so. Returns who still may see the record.

    Raises:
        NotFoundError: there is no such record or organisation.
        ForbiddenError: the caller does not hold the record.
    """
    with store.writing() as (connection, _, _):
        _held(connection, caller, side, id_)
        organisation(connection, organisation_id)
        for one in _group(connection, side, id_):
            connection.execute(delete(GrantRow).where(*_row(side, one, organisation_id)))
        note(connection, caller, "ungrant", side, id_, organisation=organisation_id)
        return _granted(connection, side, id_)


def _held(connection: Connection, caller: Caller, side: Side, id_: str) -> str:
    """The visibility of a record that the caller holds."""
    table = TABLES[side]
    row = connection.execute(
        select(table.c.visibility, table.c.holder).where(table.c.id == id_, may_see(side, caller))
    ).one_or_none()
    if row is None:
        raise NotFoundError(f"没有编号为“{id_}”的记录，或者它不对您公开。")
    if not caller.is_admin and row.holder != caller.organisation_id:
        raise ForbiddenError("只有持有这条记录的单位才能授权别的单位查看。")
    return str(row.visibility)


def _granted(connection: Connection, side: Side, id_: str) -> list[Organisation]:
    statement = select(GrantRow.organisation_id).where(
        GrantRow.kind == side, GrantRow.record_id == id_
    )
    ids = frozenset(connection.scalars(statement))
    return [one for one in organisations(connection) if one.id in ids]


def _group(connection: Connection, side: Side, id_: str) -> list[str]:
    root = root_of(connection, side, id_)
    return [root, *(row.id for row in members(connection, side, [root]).get(root, ()))]


def _row(side: Side, id_: str, organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        GrantRow.kind == side,
        GrantRow.record_id == id_,
        GrantRow.organisation_id == organisation_id,
    )
