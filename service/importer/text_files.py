"""Text files as streams of characters, and lines that may have no end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from service.errors import UnknownFormatError
from service.importer.encoding import detect

LONGEST_LINE = 8_000_000
"""Characters of one line, or of one record of several lines; what is longer is never held whole."""

TOO_LONG = f"这一行超过 {LONGEST_LINE:,} 字，没有读取"

_BINARY = (
    (b"PK\x03\x04", "其实是 Excel 工作簿、Word 文档或压缩包", ".xlsx、.docx 或 .zip"),
    (b"\xd0\xcf\x11\xe0", "其实是 Excel 工作簿或旧版 Word 文档", ".xls（Word 文档请另存为 docx）"),
    (b"%PDF", "其实是 PDF", ".pdf"),
)


class Decoded(NamedTuple):
    """An open text file: its characters, its codec, and how much of it was read, in [0, 1]."""

    stream: TextIO
    codec: str
    fraction: Callable[[], float]


@contextmanager
def decoded(path: Path, newline: str | None) -> Iterator[Decoded]:
    """Open a text file whatever its encoding; `newline` is that of `open`.

    Raises:
        UnknownFormatError: it is no text.
        DecodingError: no encoding decodes all of it into plausible text.
    """
    _refuse_binary(path)
    codec = detect(path)
    with path.open(encoding=codec, newline=newline) as stream:
        yield Decoded(stream, codec, _fraction(stream, path.stat().st_size))


def lines_within_bounds(stream: TextIO) -> Iterator[str | None]:
    """Give each line, None for one that is too long."""
    while line := stream.readline(LONGEST_LINE):
        if len(line) < LONGEST_LINE or line.endswith("\n"):
            yield line
        else:
            skip_line(stream)
            yield None


def skip_line(stream: TextIO) -> None:
    """Read to the end of the line, and forget it."""
    while (piece := stream.readline(1 << 16)) and not piece.endswith(("\n", "\r")):
        pass


def _fraction(stream: TextIO, size: int) -> Callable[[], float]:
    # The text layer's own tell() is slow and forbidden while iterating; the bytes below it do.
    return lambda: min(1.0, stream.buffer.tell() / size)


def _refuse_binary(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, what, endings in _BINARY:
        if head.startswith(mark):
            raise UnknownFormatError(path, what, f"请把扩展名改成 {endings} 后重试。")
