"""The import of one file: read, understand, put into the store, report."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from sqlalchemy import Connection

from matcher.types import Record, Side
from service.access.ids import held_id, shown_id
from service.errors import EmptyFileError, StrictImportError
from service.importer.mapping import ColumnMap, map_tables, recogniser
from service.importer.readers import opened
from service.importer.records import RecordMaker, Rejected
from service.importer.report import ImportReport, Rejects, rejects_beside
from service.importer.tables import Row, Table
from service.store.batch import ImportBatch, Incoming, Outcome
from service.store.store import Store

log = logging.getLogger(__name__)

Progress = Callable[[int, float], None]
"""Called now and then with the rows read and the share of the file, in [0, 1]."""

Observer = Callable[[Record], None]

Finish = Callable[[Connection, ImportReport], None]

_BATCH = 500
_SAMPLE = 200
_NAMED_COLUMNS = 10
_TABLE_SHIFT = 40
"""A row's position in a file: the number of its table above these bits, its row below."""


def import_file(
    store: Store,
    path: Path,
    side: Side,
    *,
    rejects_folder: Path,
    chosen: Mapping[str, str] | None = None,
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    observe: Observer | None = None,
    holder: int | None = None,
    finish: Finish | None = None,
) -> ImportReport:
    """Import one file, in one transaction: all of its good rows, or nothing when this raises.

    Args:
        store: Where the records go.
        path: Of any kind that `readers` knows.
        side: What the rows are.
        rejects_folder: Where the list of rejected rows is written.
        chosen: Fields by column, beside or over the known headings.
        strict: The first bad row ends it.
        dry_run: Commit nothing.
        progress: Told how far it is.
        observe: Told of each record that the store holds afterwards.
        holder: The organisation whose records they are; None for the platform's own.
        finish: Writes what belongs to the import, in its transaction; not called by a dry run.

    Raises:
        ImportFileError, MappingError: the file cannot be imported as it is.
        StoreError, DiskFullError: it cannot be stored.
    """
    chosen = chosen or {}
    report = ImportReport(path, side, dry_run)
    with opened(path, recogniser(side, chosen)) as source:
        report.encoding = source.encoding
        tables = map_tables(path, source.tables, side, chosen)
        for message, where in source.notes:
            report.warn(message, where)
        _note_columns(report, source.tables, tables)
        with (
            rejects_beside(rejects_folder, path, datetime.now()) as rejects,
            store.importing(side, path.name, file_sha256(path), holder) as batch,
        ):
            report.since = batch.revision
            run = _Run(
                *(report, tables, rejects, batch, holder),
                strict=strict,
                progress=progress,
                observe=observe,
            )
            for number in range(len(tables)):
                run.take(number)
            if not report.read:
                raise EmptyFileError(path, "只有表头")
            report.rejects = rejects.finish()
            if dry_run:
                batch.discard()
            elif finish is not None:
                finish(batch.connection, report)
    log.info(
        "imported side=%s read=%d new=%d updated=%d unchanged=%d duplicate=%d rejected=%d dry=%s",
        *(side, report.read, report.new, report.updated, report.unchanged),
        *(report.duplicate, report.rejected, dry_run),
    )
    return report


def file_sha256(path: Path) -> str:
    """Hash a file's bytes: 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _note_columns(
    report: ImportReport, found: Sequence[Table], used: Sequence[tuple[Table, ColumnMap]]
) -> None:
    kept = {id(table) for table, _ in used}
    for table in found:
        if id(table) not in kept:
            report.warn(f"{table.label}没有标题列或正文列，已跳过", "")
    for _, columns in used:
        report.columns |= columns.fields
        for name in columns.personal:
            report.warn(f"“{name}”列可能是个人信息，没有保存", "")
    extras = list(dict.fromkeys(name for _, columns in used for name in columns.extras))
    if extras:
        named = "、".join(extras[:_NAMED_COLUMNS])
        more = f" 等 {len(extras)} 列" if len(extras) > _NAMED_COLUMNS else ""
        report.warn(
            f"没有认出的列：{named}{more}；内容原样保存，不参与匹配。"
            "其中有的若是某个字段，请加上 --map 列名=字段 重新导入",
            "",
        )


class _Run:
    """Carries rows of all tables of a file into one batch."""

    def __init__(
        self,
        report: ImportReport,
        tables: Sequence[tuple[Table, ColumnMap]],
        rejects: Rejects,
        batch: ImportBatch,
        holder: int | None,
        *,
        strict: bool,
        progress: Progress | None,
        observe: Observer | None,
    ) -> None:
        self._report = report
        self._tables = tables
        self._rejects = rejects
        self._batch = batch
        self._holder = holder
        self._strict = strict
        self._progress = progress
        self._observe = observe

    def take(self, number: int) -> None:
        table, columns = self._tables[number]
        head = list(islice(table.rows, _SAMPLE))
        first = number << _TABLE_SHIFT
        maker = RecordMaker(
            self._report.side,
            columns,
            lambda message, row, shown: self._warn(message, first + row, shown),
            unescape=escapes_newlines(head, columns),
        )
        for rows in _batches(chain(head, table.rows)):
            self._take_rows(rows, first, maker)
            if self._progress is not None:
                self._progress(self._report.read, table.fraction())

    def _take_rows(self, rows: Sequence[Row], first: int, maker: RecordMaker) -> None:
        self._report.read += len(rows)
        made = [(first + row.position, maker.make(row)) for row in rows]
        incoming = [
            Incoming(self._named(one.record), *one[1:], position=position)
            for position, one in made
            if not isinstance(one, Rejected)
        ]
        outcomes = zip(incoming, self._batch.put_many(incoming), strict=True)
        # In the order of the file, so that the first bad row is the first that is told.
        for position, one in made:
            if isinstance(one, Rejected):
                self._reject(position, one)
            else:
                self._count(*next(outcomes))

    def _named(self, record: Record) -> Record:
        """Give a record of an organisation the id that the store has for it."""
        if self._holder is None:
            return record
        return replace(record, id=held_id(self._holder, record.id))

    def _shown(self, id_: str) -> str:
        return id_ if self._holder is None else shown_id(id_)

    def _clash(self, given: str, earlier: str) -> str:
        """Say what two rows have in common; without a column of ids that is not an id of theirs."""
        if "id" in self._report.columns.values():
            return f"编号 {given} 与{earlier}相同，但内容不同；保留了前一行"
        return (
            f"没有编号列，标题和正文与{earlier}相同，别的内容不同；保留了前一行。"
            "如果有的列没认出来，请指定它填哪一项（命令行用 --map），再导入一次"
        )

    def _count(self, item: Incoming, outcome: Outcome) -> None:
        report = self._report
        if outcome.status == "conflict":
            earlier = self._place(outcome.position or 0)
            given = self._shown(item.record.id)
            cells = {"id": given, "title": item.record.title[:200]}
            self._reject(item.position, Rejected(cells, self._clash(given, earlier)))
            return
        setattr(report, outcome.status, getattr(report, outcome.status) + 1)
        if outcome.status == "duplicate":
            other = self._shown(outcome.other or item.record.id)
            report.note_duplicate(self._place(item.position), other)
        elif self._observe is not None:
            self._observe(item.record)

    def _warn(self, message: str, position: int, shown: str) -> None:
        place = self._place(position)
        self._report.warn(message, f"{place}：{shown}" if shown else place)

    def _place(self, position: int) -> str:
        table, _ = self._tables[position >> _TABLE_SHIFT]
        return table.place(position & ((1 << _TABLE_SHIFT) - 1))

    def _reject(self, position: int, rejected: Rejected) -> None:
        place = self._place(position)
        if self._strict:
            raise StrictImportError(self._report.file, place, rejected.reason)
        self._report.rejected += 1
        self._rejects.add(place, rejected.cells, rejected.reason)


def escapes_newlines(rows: Sequence[Row], columns: ColumnMap) -> bool:
    r"""Tell whether a table writes line breaks as `\n`, a backslash and an n.

    So it is when the first 200 rows hold at least two of them in their text columns, none of them
    before a Latin letter (as in `C:\new`), and no true line break.
    """
    escaped = 0
    for row in rows:
        for name, cell in row.cells.items():
            if not isinstance(cell, str) or columns[name].field != "text":
                continue
            if "\n" in cell.strip():
                return False
            for after in cell.split("\\n")[1:]:
                if after[:1].isascii() and after[:1].isalpha():
                    return False
                escaped += 1
    return escaped >= 2


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch
