"""Opens a file as tables, whatever its kind; each kind has a reader of its own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import cast

from service.errors import EmptyFileError, FileMissingError, UnknownFormatError
from service.importer.tables import Recognise, Source

Reader = Callable[[Path, Recognise], AbstractContextManager[Source]]

_MODULES: Mapping[str, str] = {
    **dict.fromkeys((".csv", ".tsv"), "delimited"),
    **dict.fromkeys((".jsonl", ".ndjson"), "jsonlines"),
    **dict.fromkeys((".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"), "workbook"),
    ".docx": "word",
    ".pdf": "pdf",
    ".txt": "plain",
    ".zip": "archive",
}
"""Module of the reader by ending; it is imported when the first file of its kind comes."""

_KINDS = "csv、tsv、xlsx、xls、jsonl、docx、pdf、txt、zip"

_ADVICE: Mapping[str, str] = {
    ".json": "请改成每行一个对象的 jsonl 后重试。",
    ".et": "请用 WPS 另存为 xlsx 后重试。",
    **dict.fromkeys((".doc", ".wps", ".rtf"), "请用 Word 或 WPS 打开，另存为 docx 后重试。"),
    **dict.fromkeys((".rar", ".7z"), "请解开后重新打包成 zip，或者直接导入里面的文件。"),
}


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a file for reading; its kind follows from the ending.

    Args:
        path: The file.
        recognise: Gives the field of a known heading.

    Raises:
        ImportFileError: it is missing, empty, of another kind, damaged, dangerous, has a
            password, or is not decodable.
    """
    if not path.is_file():
        raise FileMissingError(path)
    if path.stat().st_size == 0:
        raise EmptyFileError(path)
    kind = path.suffix.lower()
    if kind not in _MODULES:
        wrong = f"的格式“{kind or '无扩展名'}”不能导入"
        raise UnknownFormatError(path, wrong, advice_for(path.name))
    reader = cast("Reader", import_module(f"service.importer.{_MODULES[kind]}").opened)
    with reader(path, recognise) as source:
        yield source


def advice_for(name: str) -> str:
    """Tell what to do with a file whose name has no reader."""
    return _ADVICE.get(Path(name).suffix.lower(), f"可以导入的格式：{_KINDS}。")


def can_open(name: str) -> bool:
    """Tell whether a file of this name has a reader."""
    return Path(name).suffix.lower() in _MODULES
