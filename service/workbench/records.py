"""Records as one caller may read, make, change and withdraw them.

Reading asks the table itself, whole records as their holders wrote them; what matches show (merged
records as one) is `service.workbench.lists`. Writing goes through an `ImportBatch`, so that a
record, its revision (which tells the index) and whatever belongs to them are written together.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from matcher.fields.read import read_fields
from matcher.types import Need, Record, Side
from service.access.caller import Caller
from service.access.ids import stored_id
from service.access.sight import may_see
from service.importer.records import derived_id
from service.store.batch import ImportBatch, Incoming, Outcome
from service.store.groups import record_of
from service.store.rows import TABLES, cells, content_hash
from service.web.errors import ConflictError, ForbiddenError, NotFoundError

Whose = Literal["all", "own"]


@dataclass(frozen=True, slots=True)
class Held:
    """A record with what the store knows about it.

    Attributes:
        record: as its holder wrote it.
        holder: the organisation whose it is; None for the platform's own.
        withdrawn: taken out of sight; only who may change it still sees it.
        merged_into: id of the record that shows it in matches.
        version: changes with each change; see `version_of`.
        extra: columns of an imported file that are no field.
    """

    record: Record
    holder: int | None
    withdrawn: bool
    merged_into: str | None
    version: str
    extra: dict[str, Any]
    created_at: datetime
    updated_at: datetime


def may_change(caller: Caller, holder: int | None) -> bool:
    """Whether a caller may change a holder's record."""
    return caller.is_admin or caller.holder == holder


def held(connection: Connection, caller: Caller, side: Side, id_: str) -> Held:
    """Return a record that a caller may see.

    Raises:
        NotFoundError: there is none, it is withdrawn, or the caller may not see it.
    """
    table = TABLES[side]
    if "\0" not in id_:  # which PostgreSQL would not even look for
        statement = select(table).where(table.c.id == id_, _seen(side, caller))
        row = connection.execute(statement).one_or_none()
        if row is not None:
            return _held(side, row)
    raise NotFoundError(f"没有编号为“{id_}”的记录，或者它不对您公开。")


def own(connection: Connection, caller: Caller, side: Side, id_: str) -> Held:
    """Return a record that a caller may change.

    Raises:
        NotFoundError: as `held`.
        ForbiddenError: the caller may see it, but it is somebody else's.
    """
    found = held(connection, caller, side, id_)
    if not may_change(caller, found.holder):
        raise ForbiddenError(f"“{id_}”是别的机构的记录，您只能查看，不能修改。")
    return found


def page(
    connection: Connection,
    caller: Caller,
    side: Side,
    *,
    whose: Whose = "all",
    holding: Sequence[ColumnElement[bool]] = (),
    withdrawn: bool = False,
    after: str = "",
    limit: int = 50,
) -> list[Held]:
    """Return records in the order of ids.

    Args:
        connection: to the store.
        caller: who asks.
        side: needs or achievements.
        whose: `own` are those that the caller's organisation holds (for an admin, the platform's).
        holding: further conditions on the side's table (`service.workbench.words`).
        withdrawn: those that were withdrawn, of which only one's own are shown.
        after: begin behind this id.
        limit: how many at the most.
    """
    table = TABLES[side]
    conditions = [_seen(side, caller), table.c.withdrawn.is_(withdrawn), table.c.id > after]
    conditions += holding
    if whose == "own":
        conditions.append(table.c.holder.is_not_distinct_from(caller.holder))
    else:
        conditions.append(table.c.merged_into.is_(None))
    statement = select(table).where(*conditions).order_by(table.c.id).limit(limit)
    return [_held(side, row) for row in connection.execute(statement)]


def create(batch: ImportBatch, caller: Caller, side: Side, given: Record) -> Held:
    """Write a new record; an empty id is derived from the content.

    Raises:
        ConflictError: the caller's organisation has one of that id or, without an id, of the same
            content.
    """
    item = incoming(caller, side, given)
    table = TABLES[side]
    there = select(table.c.id).where(table.c.id == item.record.id, table.c.withdrawn.is_(False))
    if batch.connection.scalar(there) is not None:
        raise ConflictError(f"编号“{given.id or item.record.id}”已经有记录了。{_HOW}")
    outcome = batch.put_many([item])[0]
    if outcome.status == "duplicate":
        raise ConflictError(f"内容与已有的记录“{outcome.other}”完全相同。{_HOW}")
    if outcome.status == "conflict":
        raise ConflictError(f"编号“{given.id or item.record.id}”不能使用，请换一个编号。")
    return _written(batch.connection, side, item.record.id)


_HOW = "要修改它，请用 PUT；要新增，请换一个编号或内容。"


def same(connection: Connection, caller: Caller, side: Side, given: Record) -> Held | None:
    """Return the record of the caller's organisation that has all of one's content, id apart.

    It is there when somebody sends once more what was kept already.
    """
    table = TABLES[side]
    statement = select(table).where(
        table.c.content_hash == content_hash(cells(side, given)),
        table.c.withdrawn.is_(False),
        table.c.holder.is_not_distinct_from(caller.holder),
    )
    row = connection.execute(statement.order_by(table.c.revision).limit(1)).one_or_none()
    return None if row is None else _held(side, row)


def change(batch: ImportBatch, side: Side, before: Held, given: Record) -> Held:
    """Write a record over one that `own` gave; a withdrawn one comes back into sight."""
    record = replace(given, id=before.record.id)
    item = Incoming(record, extra=before.extra, parsed=read_fields(record).as_json())
    batch.put_many([item])
    return _written(batch.connection, side, record.id)


def put_all(batch: ImportBatch, items: Sequence[Incoming]) -> list[tuple[str, Outcome]]:
    """Write many records, new or over earlier ones; stored id and outcome of each.

    Args:
        batch: of the caller's holder.
        items: from `incoming`, made before the transaction begins: reading fields takes a while.
    """
    numbered = [replace(one, position=number) for number, one in enumerate(items, start=1)]
    outcomes = batch.put_many(numbered)
    return [(item.record.id, one) for item, one in zip(numbered, outcomes, strict=True)]


def incoming(caller: Caller, side: Side, given: Record) -> Incoming:
    """Make what a batch takes of a record as its holder gives it."""
    owner = given.organisation if isinstance(given, Need) else given.owner
    name = given.id or derived_id(side, given.title, given.text, owner)
    record = replace(given, id=stored_id(caller, name))
    return Incoming(record, derived=not given.id, parsed=read_fields(record).as_json())


def version_of(row: Row[Any]) -> str:
    """Name a row's content, the moment it was written, and where it is shown.

    The store's revision would do as well, but it counts the changes of all records: who writes
    twice would learn how much others, whom he may not see, have written meanwhile.
    """
    parts = (
        row.content_hash,
        row.updated_at.isoformat(),
        str(row.withdrawn),
        row.merged_into or "",
    )
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


def _written(connection: Connection, side: Side, id_: str) -> Held:
    table = TABLES[side]
    return _held(side, connection.execute(select(table).where(table.c.id == id_)).one())


def _seen(side: Side, caller: Caller) -> ColumnElement[bool]:
    table = TABLES[side]
    own_one = true() if caller.is_admin else table.c.holder.is_not_distinct_from(caller.holder)
    return and_(may_see(side, caller), or_(table.c.withdrawn.is_(False), own_one))


def _held(side: Side, row: Row[Any]) -> Held:
    return Held(
        record=record_of(side, row),
        holder=row.holder,
        withdrawn=row.withdrawn,
        merged_into=row.merged_into,
        version=version_of(row),
        extra=row.extra,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
