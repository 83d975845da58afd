"""Who did what: written down in the transaction that does it, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from service.access.caller import Caller
from service.store.people_tables import AuditRow, UserRow

Detail = str | int | float | bool | None
_LONGEST = 80
"""Characters of a detail: names and codes are shorter, texts of records longer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit log.

    Attributes:
        id: rises with each entry.
        at: when.
        login: who; None for the program itself.
        action: what was done, a word such as `sign_in`.
        kind, record_id: to what.
        detail: names and numbers, never texts.
    """

    id: int
    at: datetime
    login: str | None
    action: str
    kind: str
    record_id: str
    detail: dict[str, Any]


def note(
    connection: Connection,
    caller: Caller | None,
    action: str,
    kind: str,
    record_id: str | int,
    /,
    **detail: Detail,
) -> None:
    """Write down what somebody did, in the transaction that does it.

    Args:
        connection: of that transaction.
        caller: who; None for the program itself.
        action: what was done, a word such as `withdraw`.
        kind: of what, such as `need`.
        record_id: its id.
        detail: names and numbers; never a text of a record, a password or a key.

    Raises:
        ValueError: a detail is so long that it must be a text.
    """
    by = None if caller is None else caller.user_id
    if caller is not None and caller.key_id is not None:
        detail = {"key": caller.key_id, **detail}
    write(connection, by, action, kind, record_id, detail)


def write(
    connection: Connection,
    user_id: int | None,
    action: str,
    kind: str,
    record_id: str | int,
    detail: Mapping[str, Detail],
) -> None:
    """Write down what a person did who is not signed in yet, as `note` does.

    Raises:
        ValueError: a detail is so long that it must be a text.
    """
    long = [name for name, value in detail.items() if len(str(value)) > _LONGEST]
    if long:
        raise ValueError(f"audit details must not be texts: {', '.join(long)}")
    about = {"action": action, "kind": kind, "record_id": str(record_id), "detail": dict(detail)}
    connection.execute(insert(AuditRow).values(at=datetime.now(UTC), user_id=user_id, **about))


def entries(connection: Connection, limit: int, before: int | None = None) -> list[Entry]:
    """Read the log, the newest first.

    Args:
        connection: to the database.
        limit: how many.
        before: only entries with a smaller id.
    """
    statement = (
        select(AuditRow.__table__, UserRow.login)
        .join_from(AuditRow, UserRow, AuditRow.user_id == UserRow.id, isouter=True)
        .order_by(AuditRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(AuditRow.id < before)
    return [
        Entry(row.id, row.at, row.login, row.action, row.kind, row.record_id, row.detail)
        for row in connection.execute(statement)
    ]
