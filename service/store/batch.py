"""One file's way into the store: records are compared, numbered and written in one transaction."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Table, bindparam, select, update

from matcher.types import Record, Side
from service.store.groups import parts
from service.store.rows import FIELDS, TABLES, cells, content_hash
from service.store.tables import CounterRow
from service.store.writer import RowWriter

REVISION = "revision"

Status = Literal["new", "updated", "unchanged", "duplicate", "conflict"]

_STAMPS = (
    "content_hash",
    "revision",
    "extra",
    "parsed",
    "created_at",
    "updated_at",
    "source",
    "import_id",
    "withdrawn",
    "holder",
)
"""Columns that a batch fills beside the record's fields."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record on its way in.

    Attributes:
        record: With its id.
        derived: The id was made from the content, not given by the file.
        extra: Columns of the file that are no field, as JSON values.
        parsed: What was read out of the row, as JSON values.
        position: Where it stands in the file; the caller's own numbering.
    """

    record: Record
    derived: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    parsed: Mapping[str, Any] = field(default_factory=dict)
    position: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record.

    Attributes:
        status: `duplicate` and `conflict` records were kept out.
        other: For `duplicate`, the id of the record that has the same content.
        position: For `duplicate` and `conflict`, where the same id stood earlier in this file.
    """

    status: Status
    other: str | None = None
    position: int | None = None


@dataclass(slots=True)
class _Known:
    """What the store, with the rows of this batch, holds under an id."""

    content: str
    withdrawn: bool
    extra: Mapping[str, Any]
    parsed: Mapping[str, Any]
    holder: int | None = None


class ImportBatch:
    """Takes the records of one side; made by `Store.importing`.

    Attributes:
        discarded: Set by `discard`; nothing is committed then.
        revision: The last revision given out.
        counts: How many records had each status so far.
    """

    def __init__(
        self,
        connection: Connection,
        side: Side,
        source: str,
        import_id: int,
        revision: int,
        holder: int | None = None,
    ) -> None:
        self.discarded = False
        self.revision = revision
        self.counts: Counter[str] = Counter()
        self._connection = connection
        self._side = side
        self._table: Table = TABLES[side]
        self._holder = holder
        self._stamp = (source, import_id, False, holder)
        self._writer = RowWriter(connection, self._table, FIELDS[side] + _STAMPS)
        self._positions: dict[str, int] = {}

    @property
    def connection(self) -> Connection:
        """The transaction's connection, for what is written or refused together with records."""
        return self._connection

    def put(self, record: Record, *, derived: bool = False, position: int = 0) -> Status:
        """Take one record; see `put_many` for what the answers mean."""
        return self.put_many([Incoming(record, derived, position=position)])[0].status

    def put_many(self, incoming: Sequence[Incoming]) -> list[Outcome]:
        """Take records; one outcome each, in their order.

        - `new`, `updated`: written. A withdrawn record that comes again is `updated`.
        - `unchanged`: the store holds the same already. What newer code reads out of the same
          row is kept, without a new revision: an index has nothing to learn from it.
        - `duplicate`: the id stood earlier in this file with the same content; or the id is
          derived, and a record with another id has the same content.
        - `conflict`: the id stood earlier in this file with other content, or is that of a record
          that another organisation holds; the earlier one stays.
        """
        rows = [cells(self._side, item.record) for item in incoming]
        hashes = [content_hash(row) for row in rows]
        known = self._known([item.record.id for item in incoming])
        same = self._same_content(
            [digest for item, digest in zip(incoming, hashes, strict=True) if item.derived]
        )
        outcomes = []
        writes: dict[str, list[tuple[Any, ...]]] = {"new": [], "updated": []}
        reread = []
        now = datetime.now(UTC)
        for item, row, digest in zip(incoming, rows, hashes, strict=True):
            outcome = self._judge(item, digest, known, same)
            outcomes.append(outcome)
            self.counts[outcome.status] += 1
            if outcome.status == "unchanged" and known[item.record.id].parsed != item.parsed:
                reread.append(item)
            if outcome.status not in writes:
                continue
            self.revision += 1
            stamp = (digest, self.revision, item.extra, item.parsed, now, now)
            writes[outcome.status].append(row + stamp + self._stamp)
            known[item.record.id] = _Known(digest, False, item.extra, item.parsed, self._holder)
            same.setdefault(digest, item.record.id)
        self._writer.insert(writes["new"])
        self._writer.update(writes["updated"], kept=frozenset({"created_at", "holder"}))
        self._keep_parsed(reread)
        return outcomes

    def withdraw(self, ids: Sequence[str]) -> int:
        """Take records out of sight; ids that are not there are passed over. Returns how many."""
        known = self._known(ids)
        gone = [
            id_
            for id_ in dict.fromkeys(ids)
            if id_ in known and not known[id_].withdrawn and not self._is_foreign(known[id_])
        ]
        rows = []
        for id_ in gone:
            self.revision += 1
            rows.append({"key": id_, "revision": self.revision, "updated_at": datetime.now(UTC)})
        if rows:
            statement = update(self._table).where(self._table.c.id == bindparam("key"))
            self._connection.execute(statement.values(withdrawn=True), rows)
            self.counts["withdrawn"] += len(rows)
        return len(rows)

    def discard(self) -> None:
        """Commit nothing when the import ends."""
        self.discarded = True

    def _keep_parsed(self, items: Sequence[Incoming]) -> None:
        rows = [{"key": item.record.id, "parsed": item.parsed} for item in items if item.parsed]
        if rows:
            statement = update(self._table).where(self._table.c.id == bindparam("key"))
            self._connection.execute(statement, rows)

    def _judge(
        self, item: Incoming, digest: str, known: Mapping[str, _Known], same: Mapping[str, str]
    ) -> Outcome:
        id_ = item.record.id
        held = known.get(id_)
        earlier = self._positions.get(id_)
        if earlier is not None and held is not None:
            if held.content == digest:
                return Outcome("duplicate", other=id_, position=earlier)
            return Outcome("conflict", position=earlier)
        if self._is_foreign(held):
            return Outcome("conflict")
        if item.derived and same.get(digest, id_) != id_:
            return Outcome("duplicate", other=same[digest])
        self._positions[id_] = item.position
        if held is None:
            return Outcome("new")
        changed = held.withdrawn or held.content != digest or held.extra != item.extra
        return Outcome("updated" if changed else "unchanged")

    def _is_foreign(self, held: _Known | None) -> bool:
        # The platform itself, without a holder, may write over everybody's records.
        return held is not None and self._holder not in (None, held.holder)

    def _known(self, ids: Sequence[str]) -> dict[str, _Known]:
        table = self._table
        names = ("id", "content_hash", "withdrawn", "extra", "parsed", "holder")
        columns = [table.c[name] for name in names]
        found: dict[str, _Known] = {}
        for part in parts(ids):
            for row in self._connection.execute(select(*columns).where(table.c.id.in_(part))):
                found[row[0]] = _Known(*row[1:])
        return found

    def _same_content(self, hashes: Sequence[str]) -> dict[str, str]:
        table = self._table
        found: dict[str, str] = {}
        for part in parts(hashes):
            statement = (
                select(table.c.content_hash, table.c.id)
                .where(
                    table.c.content_hash.in_(part),
                    table.c.withdrawn.is_(False),
                    table.c.holder.is_not_distinct_from(self._holder),
                )
                .order_by(table.c.revision)
            )
            for digest, id_ in self._connection.execute(statement):
                found.setdefault(digest, id_)
        return found


def last_revision(connection: Connection) -> int:
    """Return the last revision that was given out; 0 in an empty store."""
    statement = select(CounterRow.value).where(CounterRow.name == REVISION)
    return connection.scalar(statement) or 0
