"""Merged records as readers see them: rows stay as they were, groups are put together on the way.

An absorbed row names the row it went into; that one may have gone into another in its turn. So a
group is a tree, and undoing one merge brings back exactly what it had taken away.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from matcher.duplicates.merged import merge_records
from matcher.types import Record, Side
from service.store.rows import FIELDS, TABLES, record
from service.store.tables import MergeRow

_PART = 500
"""Keys asked for at once; SQLite builds may allow no more than 999 variables."""


def parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list into pieces that a statement can ask for."""
    for start in range(0, len(keys), _PART):
        yield keys[start : start + _PART]


def members(connection: Connection, side: Side, ids: Iterable[str]) -> dict[str, list[Row[Any]]]:
    """Rows that went into records, whatever the number of steps, by the id they are shown under.

    Args:
        connection: to the database.
        side: whose records.
        ids: of records that went into no other one.

    Returns:
        id -> its rows, the earliest stored first; ids without any are left out.
    """
    root = {id_: id_ for id_ in ids}
    table = TABLES[side]
    found: dict[str, list[Row[Any]]] = {}
    frontier = list(root)
    while frontier:
        below: list[str] = []
        for part in parts(frontier):
            statement = select(table).where(table.c.merged_into.in_(part))
            for row in connection.execute(statement):
                root[row.id] = root[row.merged_into]
                found.setdefault(root[row.id], []).append(row)
                below.append(row.id)
        frontier = below
    for rows in found.values():
        rows.sort(key=lambda row: (row.created_at, row.id))
    return found


def shown(side: Side, row: Row[Any], below: Mapping[str, Sequence[Row[Any]]]) -> Record:
    """Make the record that readers see of a row and the rows that went into it."""
    own = record(side, row)
    absorbed = [record_of(side, one) for one in below.get(row.id, ()) if not one.withdrawn]
    return merge_records(own, absorbed).record if absorbed else own


def record_of(side: Side, row: Row[Any]) -> Record:
    """Make the record of a whole row, whatever the order of its columns."""
    return record(side, tuple(getattr(row, name) for name in FIELDS[side]))


def root_of(connection: Connection, side: Side, id_: str) -> str:
    """Follow an id to the record that shows it; an unknown id is returned as it is."""
    table = TABLES[side]
    while True:
        above = connection.scalar(select(table.c.merged_into).where(table.c.id == id_))
        if above is None:
            return id_
        id_ = above


def touch(connection: Connection, side: Side, ids: Iterable[str], revision: int) -> int:
    """Tell indexes that records are to be read again; returns the last revision given."""
    table = TABLES[side]
    for id_ in ids:
        revision += 1
        connection.execute(update(table).where(table.c.id == id_).values(revision=revision))
    return revision


def release(connection: Connection, side: Side, ids: Iterable[str], revision: int) -> int:
    """Free what went into records that show nothing any more; returns the last revision given.

    Where one of the freed was withdrawn too, what went into that one is freed in its turn.

    Args:
        connection: to the database.
        side: whose records.
        ids: of withdrawn records that went into no other one.
        revision: the last one given out.
    """
    table = TABLES[side]
    frontier = list(ids)
    while frontier:
        withdrawn: list[str] = []
        for part in parts(frontier):
            inside = table.c.merged_into.in_(part)
            freed = connection.execute(select(table.c.id, table.c.withdrawn).where(inside)).all()
            connection.execute(update(table).where(inside).values(merged_into=None))
            ended = (MergeRow.kind == side, MergeRow.state == "merged", MergeRow.kept.in_(part))
            connection.execute(update(MergeRow).where(*ended).values(state="proposed"))
            revision = touch(connection, side, [id_ for id_, _ in freed], revision)
            withdrawn += [id_ for id_, is_withdrawn in freed if is_withdrawn]
        frontier = withdrawn
    return revision


def settle(connection: Connection, side: Side, since: int, revision: int) -> int:
    """Bring groups in order after an import; returns the last revision given.

    A record that shows a changed one changes too. Where the record that shows others was
    withdrawn, the others come back, each for itself: nothing is lost with it.
    """
    table = TABLES[side]
    changed = table.c.revision > since
    lost = select(table.c.id).where(
        changed, table.c.withdrawn.is_(True), table.c.merged_into.is_(None)
    )
    revision = release(connection, side, connection.scalars(lost).all(), revision)
    below = connection.scalars(select(table.c.id).where(changed, table.c.merged_into.is_not(None)))
    roots = sorted({root_of(connection, side, id_) for id_ in below.all()})
    return touch(connection, side, roots, revision)
