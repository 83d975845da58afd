"""Reads the text of `--text FILE|-`, whatever its encoding."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from service.errors import DecodingError, FileMissingError, InputError


def text_of(name: str) -> str:
    """Read a file, or the standard input for `-`.

    Raises:
        FileMissingError: there is no such file.
        InputError: the encoding cannot be told.
    """
    from service.importer.encoding import read_text

    if name == "-":
        return _read_standard_input()
    path = Path(name)
    if not path.is_file():
        raise FileMissingError(path)
    return read_text(path)


def _read_standard_input() -> str:
    """Read a text of any encoding, as a file is read: a pipe in Windows gives GB18030."""
    from service.importer.encoding import read_text

    raw = sys.stdin.buffer.read()
    if not raw.strip():
        return ""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_bytes(raw)
        try:
            return read_text(path)
        except DecodingError as error:
            raise InputError(
                f"标准输入的文字编码无法确定（{error.reason}）。请改为 UTF-8 后重试。"
            ) from error
