"""JSON lines: one object a line."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from service.errors import EmptyFileError
from service.importer.tables import Recognise, Row, Source, Table
from service.importer.text_files import TOO_LONG, decoded, lines_within_bounds

_SAMPLE = 1000
"""Rows whose keys are taken for the file's columns; later keys are understood all the same."""


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a file of JSON lines.

    Raises:
        ImportFileError: it is empty, no text, or not decodable.
    """
    # Split at line feeds only: JSON may hold the other line ends as characters.
    with decoded(path, newline="\n") as (stream, codec, fraction):
        rows = _rows(stream)
        head = list(islice(rows, _SAMPLE))
        if not head:
            raise EmptyFileError(path)
        columns = tuple(dict.fromkeys(key for row in head for key in row.cells))
        yield Source([Table("", columns, chain(head, rows), fraction)], codec)


def _rows(stream: TextIO) -> Iterator[Row]:
    for position, line in enumerate(lines_within_bounds(stream), start=1):
        if line is None:
            yield Row(position, {}, problem=TOO_LONG)
            continue
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
