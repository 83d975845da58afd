"""Many rows into a table, quickly."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, update
from sqlalchemy.sql.compiler import SQLCompiler


class RowWriter:
    """Inserts and updates rows that are given as tuples in the order of `columns`.

    SQLAlchemy's own `executemany` spends more time on naming and sorting each row's values than
    the database on storing them. So where a driver takes values by position, the statement that
    SQLAlchemy compiled goes to it directly, with the same conversions a column.
    """

    def __init__(self, connection: Connection, table: Table, columns: Sequence[str]) -> None:
        self._connection = connection
        self._table = table
        self._columns = tuple(columns)
        dialect = connection.dialect
        statement = insert(table).values({name: bindparam(name) for name in columns})
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        order = compiled.positiontup if isinstance(compiled, SQLCompiler) else None
        self._order = None if order is None else [self._columns.index(name) for name in order]
        self._conversions = [
            (at, _remembering(convert))
            for at, name in enumerate(self._columns)
            if (convert := table.c[name].type.dialect_impl(dialect).bind_processor(dialect))
        ]

    def insert(self, rows: Sequence[Sequence[Any]]) -> None:
        """Insert new rows."""
        if not rows:
            return
        if self._order is None:
            named = [dict(zip(self._columns, row, strict=True)) for row in rows]
            self._connection.execute(insert(self._table), named)
            return
        self._connection.exec_driver_sql(self._sql, [self._converted(row) for row in rows])

    def update(self, rows: Sequence[Sequence[Any]], kept: frozenset[str]) -> None:
        """Write rows over those with the same id, but for the columns `kept`."""
        if not rows:
            return
        named = [
            {
                "key" if name == "id" else name: value
                for name, value in zip(self._columns, row, strict=True)
                if name not in kept
            }
            for row in rows
        ]
        statement = update(self._table).where(self._table.c.id == bindparam("key"))
        self._connection.execute(statement, named)

    def _converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        cells = list(row)
        for at, convert in self._conversions:
            cells[at] = convert(cells[at])
        return tuple([cells[at] for at in self._order or ()])


def _remembering(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Keep the last answer: rows of a batch share their time stamps."""
    last: list[Any] = [None, None]

    def remembered(value: Any) -> Any:
        if value is None or value is not last[0]:
            last[:] = value, convert(value)
        return last[1]

    return remembered
