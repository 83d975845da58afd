"""The store: domain records in, domain records out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    Connection,
    CursorResult,
    Engine,
    RootTransaction,
    Row,
    Table,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import URL, make_url

from matcher.types import Record, Side
from service.store import audience, groups, schema
from service.store.batch import REVISION, ImportBatch, last_revision
from service.store.engine import WRITES, clear_errors, open_engine
from service.store.rows import FIELDS, TABLES, record
from service.store.tables import CounterRow, ImportRow

Change = tuple[int, str, Record | None]
"""Revision, id, and the record; None when it was withdrawn or merged into another one."""

Members = Mapping[str, Sequence[Row[Any]]]

_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record with what the store knows about it."""

    record: Record
    withdrawn: bool
    revision: int
    source: str
    extra: dict[str, Any]
    parsed: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    holder: int | None


@dataclass(frozen=True, slots=True)
class StoreSide:
    """One side of a store, as `matcher.protocols.RecordSource`."""

    store: "Store"
    side: Side

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        """Records in the order of ids; an id that is not there is left out."""
        return self.store.get_many(self.side, ids)


class Store:
    """Needs and achievements in a database; safe for threads, closed after use.

    Readers see whole imports only. Every method raises the errors of
    `service.store.engine.clear_errors` where the disk or the database refuses.
    """

    def __init__(self, engine: Engine, where: str) -> None:
        self.where = where
        self._engine = engine

    @classmethod
    def open(cls, where: str | Path | URL) -> Self:
        """Open a database, an SQLite file or any URL, and bring its schema up to date.

        Raises:
            NewerStoreError: it was written by newer code.
        """
        url = URL.create("sqlite", database=str(where)) if isinstance(where, Path) else where
        name = str(where) if isinstance(where, Path) else make_url(where).render_as_string()
        engine = open_engine(url)
        try:
            with clear_errors(name):
                schema.bring_up_to_date(engine, name)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def side(self, side: Side) -> StoreSide:
        """Give one side as a source of records."""
        return StoreSide(self, side)

    def get(self, side: Side, id_: str) -> Record | None:
        """Return a record, None when it is not there or withdrawn.

        The id of a record that was merged into another one leads to that one.
        """
        with self.reading() as connection:
            id_ = groups.root_of(connection, side, id_)
        found = self.get_many(side, [id_])
        return found[0] if found else None

    def get_many(self, side: Side, ids: Sequence[str]) -> list[Record]:
        """Return records in the order of ids, merged ones as one.

        An id that is not there, is withdrawn or was merged into another one is left out.
        """
        table = TABLES[side]
        found: dict[str, Record] = {}
        with self.reading() as connection:
            for start in range(0, len(ids), _PAGE):
                wanted = table.c.id.in_(ids[start : start + _PAGE])
                statement = select(*_columns(side)).where(wanted, *_visible(table))
                rows = connection.execute(statement).all()
                below = groups.members(connection, side, [row.id for row in rows])
                found.update((row.id, groups.shown(side, row, below)) for row in rows)
        return [found[id_] for id_ in ids if id_ in found]

    def details(self, side: Side, id_: str) -> StoredRecord | None:
        """Return a record, withdrawn or not, with what the store knows about it."""
        columns = TABLES[side].c
        about = (
            columns.withdrawn,
            columns.revision,
            columns.source,
            columns.extra,
            columns.parsed,
            columns.created_at,
            columns.updated_at,
            columns.holder,
        )
        with self.reading() as connection:
            statement = select(*_columns(side), *about).where(columns.id == id_)
            row = connection.execute(statement).one_or_none()
        return None if row is None else StoredRecord(record(side, row), *row[-len(about) :])

    def iterate(self, side: Side, batch: int = _PAGE) -> Iterator[Record]:
        """Give every record in the order of ids, merged ones as one; reads `batch` at a time."""
        statement = select(*_columns(side)).where(*_visible(TABLES[side]))
        for row, below in self._pages(statement, side, "id", "", batch):
            yield groups.shown(side, row, below)

    def count(self, side: Side) -> int:
        """Count the records that are not withdrawn, merged ones as one."""
        table = TABLES[side]
        statement = select(func.count()).select_from(table).where(*_visible(table))
        with self.reading() as connection:
            return connection.scalar(statement) or 0

    def changes_since(self, side: Side, revision: int, batch: int = _PAGE) -> Iterator[Change]:
        """Give what changed after a revision, in the order of revisions.

        A record that changed more than once comes once, with its last revision.
        """
        table = TABLES[side]
        about = (table.c.revision, table.c.withdrawn, table.c.merged_into)
        statement = select(*_columns(side), *about)
        for row, below in self._pages(statement, side, "revision", revision, batch):
            gone = row.withdrawn or row.merged_into is not None
            yield row.revision, row.id, None if gone else groups.shown(side, row, below)

    def count_changes_since(self, side: Side, revision: int) -> int:
        """Count what `changes_since` gives."""
        table = TABLES[side]
        statement = select(func.count()).select_from(table).where(table.c.revision > revision)
        with self.reading() as connection:
            return connection.scalar(statement) or 0

    def last_revision(self, side: Side) -> int:
        """Return the revision of the side's last change; 0 without any."""
        with self.reading() as connection:
            return connection.scalar(select(func.max(TABLES[side].c.revision))) or 0

    @contextmanager
    def importing(
        self, side: Side, source: str, sha256: str = "", holder: int | None = None
    ) -> Iterator[ImportBatch]:
        """Take in one file, in one transaction.

        It is committed when the block ends and rolled back when the block raises, was discarded,
        or the process dies. Another writer waits meanwhile.

        Args:
            side: What the records are.
            source: Name of the file, kept with its records.
            sha256: Hash of the file, kept with the import.
            holder: The organisation whose records they are; None for the platform's own.
        """
        with self.writing() as (connection, transaction, revision):
            started = datetime.now(UTC)
            row = {"kind": side, "file": source, "sha256": sha256, "started": started}
            inserted = connection.execute(insert(ImportRow).values(**row, counts={}))
            import_id = _new_key(inserted)
            batch = ImportBatch(connection, side, source, import_id, revision, holder)
            yield batch
            if batch.discarded:
                transaction.rollback()
                return
            last = groups.settle(connection, side, revision, batch.revision)
            last = audience.part_unlike(connection, side, revision, last)
            _finish(connection, import_id, batch)
            keep_revision(connection, last)

    def withdraw(
        self, side: Side, ids: Sequence[str], source: str = "", holder: int | None = None
    ) -> int:
        """Take records out of sight and tell indexes so. Returns how many there were."""
        with self.importing(side, source, holder=holder) as batch:
            return batch.withdraw(ids)

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, RootTransaction, int]]:
        """Begin a transaction that makes other writers wait; committed unless the block raises.

        Gives the connection, the transaction, and the last revision that was given out; who gives
        out more calls `keep_revision`.
        """
        with (
            clear_errors(self.where),
            self._engine.connect() as plain,
            plain.execution_options(**{WRITES: True}) as connection,
            connection.begin() as transaction,
        ):
            yield connection, transaction, _lock_revision(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a read."""
        with clear_errors(self.where), self._engine.connect() as connection:
            yield connection

    def _pages(
        self, statement: Any, side: Side, key: str, after: str | int, batch: int
    ) -> Iterator[tuple[Row[Any], Members]]:
        # A page is a short read of its own: a long one would keep the write-ahead log growing.
        column = TABLES[side].c[key]
        while True:
            page = statement.where(column > after).order_by(column).limit(batch)
            with self.reading() as connection:
                rows = connection.execute(page).all()
                below = groups.members(connection, side, [row.id for row in rows])
            yield from ((row, below) for row in rows)
            if len(rows) < batch:
                return
            after = getattr(rows[-1], key)


def _visible(table: Table) -> tuple[Any, Any]:
    return table.c.withdrawn.is_(False), table.c.merged_into.is_(None)


def _columns(side: Side) -> list[Any]:
    return [TABLES[side].c[name] for name in FIELDS[side]]


def _lock_revision(connection: Connection) -> int:
    """Make other writers wait (see `CounterRow`) and return the last revision."""
    row = update(CounterRow).where(CounterRow.name == REVISION)
    connection.execute(row.values(value=CounterRow.value))
    return last_revision(connection)


def keep_revision(connection: Connection, revision: int) -> None:
    """Keep the last revision that was given out."""
    statement = update(CounterRow).where(CounterRow.name == REVISION).values(value=revision)
    connection.execute(statement)


def _new_key(inserted: CursorResult[Any]) -> int:
    key = inserted.inserted_primary_key
    if key is None:  # pragma: no cover - every database that SQLAlchemy knows gives it
        raise RuntimeError("no key for the new row")
    return int(key[0])


def _finish(connection: Connection, import_id: int, batch: ImportBatch) -> None:
    done = {"finished": datetime.now(UTC), "counts": dict(batch.counts)}
    connection.execute(update(ImportRow).where(ImportRow.id == import_id).values(**done))
