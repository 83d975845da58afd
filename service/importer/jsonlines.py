"""JSON lines: one object a line."""

import json
from collections.abc import Callable, Iterator
from itertools import chain, islice
from typing import TextIO

from service.importer.tables import Row, Table

_SAMPLE = 1000
"""Rows whose keys are taken for the file's columns; later keys are understood all the same."""


def read(stream: TextIO, fraction: Callable[[], float]) -> Table | None:
    """Read JSON lines, a stream split at line feeds only; None when it has no row."""
    rows = _rows(stream)
    head = list(islice(rows, _SAMPLE))
    if not head:
        return None
    columns = tuple(dict.fromkeys(key for row in head for key in row.cells))
    return Table("", columns, chain(head, rows), fraction)


def _rows(stream: TextIO) -> Iterator[Row]:
    for position, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except json.JSONDecodeError as error:
            yield Row(position, {}, problem=f"不是合法的 JSON（第 {error.colno} 个字符处）")
            continue
        except (RecursionError, ValueError):
            yield Row(position, {}, problem="JSON 嵌套太深，或者有太长的数字")
            continue
        if isinstance(found, dict):
            yield Row(position, found)
        else:
            yield Row(position, {}, problem="不是 JSON 对象，应为 {…}")
