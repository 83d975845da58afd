"""Filters and rows as Milvus' expressions.

An expression only narrows: it lets through every row that may be answered and perhaps others, for
the caller's mask has the last word. So what Milvus cannot say is simply left out.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from indexing.base import Rows
from indexing.column_kinds import ColumnKind
from indexing.filters import AnyOf, Equals, Filter, InRange, Scalar, StartsWith

ROW, VECTOR, BULKY = "row", "vector", "bulky"
"""`bulky` rows have a value that no field holds; they pass every expression."""
NONE = -1e300
"""Stands in a number field where a record has no number: Milvus 2.3 knows no null."""
LONGEST = 512
"""UTF-8 bytes of a text in a field."""
MOST_VALUES = 256
RUNS = 64


def field_of(column: str) -> str | None:
    """Name the field that a column is stored in; None where its name cannot be a field's."""
    return f"f_{column}" if column.isascii() and column.isidentifier() else None


def in_rows(rows: Rows) -> str:
    """Let these rows through, by ranges where few ranges cover them all."""
    ends = np.flatnonzero(np.diff(rows) != 1)
    if len(ends) < RUNS:
        starts, stops = rows[np.r_[0, ends + 1]], rows[np.r_[ends, len(rows) - 1]]
        runs = [f"({ROW} >= {a} and {ROW} <= {b})" for a, b in zip(starts, stops, strict=True)]
        return f"({' or '.join(runs)})"
    return f"{ROW} in [{_listed(rows)}]"


def not_in_rows(rows: Rows) -> str:
    """Keep these rows away."""
    return f"{ROW} not in [{_listed(rows)}]"


def narrowing(filters: Sequence[Filter], kinds: Mapping[str, ColumnKind]) -> str:
    """Let through what passes the filters, as far as fields can tell; empty for everything."""
    clauses = [clause for one in filters if (clause := _clause(one, kinds))]
    return f"({' and '.join(clauses)} or {BULKY} == true)" if clauses else ""


def all_of(clauses: Sequence[str]) -> str:
    """Join expressions by AND; empty ones let everything through."""
    return " and ".join(clause for clause in clauses if clause)


def _listed(rows: Rows) -> str:
    return ",".join(map(str, rows.tolist()))


def _clause(condition: Filter, kinds: Mapping[str, ColumnKind]) -> str:
    field, kind = field_of(condition.field), kinds.get(condition.field)
    if field is None or kind is None:
        return ""
    match condition:
        case Equals():
            return _any_of(field, kind, [condition.value])
        case AnyOf():
            return _any_of(field, kind, condition.values)
        case InRange():
            return _between(field, kind, condition.low, condition.high)
        case StartsWith():
            plain = kind == "text" and condition.value and _is_plain(condition.value)
            return f'{field} like "{condition.value}%"' if plain else ""


def _any_of(field: str, kind: ColumnKind, values: Sequence[Scalar]) -> str:
    literals = [_literal(kind, value) for value in values]
    if not 0 < len(literals) <= MOST_VALUES or not all(literals):
        return ""
    if kind == "texts":
        return f"array_contains_any({field}, [{','.join(literals)}])"
    return f"{field} in [{','.join(literals)}]"


def _between(field: str, kind: ColumnKind, low: Scalar | None, high: Scalar | None) -> str:
    if kind not in ("number", "date"):
        return ""
    bounds = [f"{field} > {NONE}"]
    for sign, value in ((">=", low), ("<=", high)):
        if value is not None and (literal := _literal(kind, value)):
            bounds.append(f"{field} {sign} {literal}")
    return f"({' and '.join(bounds)})"


def _literal(kind: ColumnKind, value: Scalar) -> str:
    """Write a value as Milvus reads it; empty where that is not sure."""
    if kind in ("text", "texts"):
        return f'"{value}"' if isinstance(value, str) and value and _is_plain(value) else ""
    number = as_number(kind, value)
    return "" if number is None or not np.isfinite(number) else repr(number)


def as_number(kind: ColumnKind, value: object) -> float | None:
    """Return a number or a date as the number that its field holds; None for anything else."""
    if kind == "date":
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                return None
        return float(value.toordinal()) if isinstance(value, date) else None
    return float(value) if isinstance(value, int | float | np.number) else None


def _is_plain(text: str) -> bool:
    """Whether a text means the same in every version's string literals and patterns."""
    return text.isprintable() and not set(text) & set("\"'\\%_")
