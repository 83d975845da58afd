"""Opens a file as tables, whatever its kind."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from service.errors import EmptyFileError, FileMissingError, UnknownFormatError
from service.importer import delimited, jsonlines, workbook
from service.importer.encoding import detect
from service.importer.tables import Recognise, Table

_DELIMITED = frozenset({".csv", ".tsv"})
_JSON_LINES = frozenset({".jsonl", ".ndjson"})
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
_KINDS = "csv、tsv、xlsx、xls、jsonl"

_ADVICE: Mapping[str, str] = {
    ".json": "请改成每行一个对象的 jsonl 后重试。",
    ".et": "请用 WPS 另存为 xlsx 后重试。",
}
_BINARY = ((b"PK\x03\x04", ".xlsx"), (b"\xd0\xcf\x11\xe0", ".xls"))


@dataclass(frozen=True, slots=True)
class Source:
    """An open file.

    Attributes:
        tables: At least one, each with at least its headings.
        encoding: Codec of a text file; empty for a workbook.
    """

    tables: list[Table]
    encoding: str


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a file for reading; its kind follows from the ending.

    Args:
        path: The file.
        recognise: Tells known headings.

    Raises:
        ImportFileError: it is missing, empty, of another kind, damaged or not decodable.
    """
    if not path.is_file():
        raise FileMissingError(path)
    if path.stat().st_size == 0:
        raise EmptyFileError(path)
    kind = path.suffix.lower()
    if kind in _WORKBOOKS:
        tables = workbook.read(path, recognise)
        if not tables:
            raise EmptyFileError(path, "里没有任何有内容的工作表")
        yield Source(tables, "")
        return
    if kind not in _DELIMITED | _JSON_LINES:
        advice = _ADVICE.get(kind, f"可以导入的格式：{_KINDS}。")
        raise UnknownFormatError(path, f"的格式“{kind or '无扩展名'}”不能导入", advice)
    _refuse_binary(path)
    codec = detect(path)
    newline = "\n" if kind in _JSON_LINES else ""
    with path.open(encoding=codec, newline=newline) as stream:
        done = _fraction(stream, path.stat().st_size)
        table = (
            jsonlines.read(stream, done)
            if kind in _JSON_LINES
            else delimited.read(stream, done, recognise)
        )
        if table is None:
            raise EmptyFileError(path)
        yield Source([table], codec)


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, ending in _BINARY:
        if head.startswith(mark):
            raise UnknownFormatError(
                path, "其实是 Excel 工作簿", f"请把扩展名改成 {ending} 后重试。"
            )


def _fraction(stream: TextIO, size: int) -> Callable[[], float]:
    # The text layer's own tell() is slow and forbidden while iterating; the bytes below it do.
    return lambda: min(1.0, stream.buffer.tell() / size)
