"""The repair of a text file: its bytes in, passages of repaired text and the log of them out.

Line ends stay as they are: a file of Windows has CR LF before and after, and neither the rules nor
the log hear of it. A long text is repaired in passages, each read on its own; only the rule
`replaced`, which looks for what recurs, sees less for it.
"""

import base64
import hashlib
import tempfile
import zlib
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.text.repair import Change, Mark, Repaired, repair
from service.errors import DecodingError, RepairError
from service.importer.encoding import detect

PASSAGE = 200_000
"""Characters that are repaired at once; the longest text that a record may have."""

_MARKS = (  # longest first: the mark of UTF-32 begins with that of UTF-16
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)


_NOT_TEXT = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0\xa1\xb1")
"""How zip archives (docx and xlsx are such), PDF, and the old doc and xls begin."""


@dataclass(frozen=True, slots=True)
class TextBytes:
    """A text and what is needed to write its bytes again.

    Attributes:
        codec: Reads what follows the byte order mark.
        mark: The byte order mark; empty without one.
        original: The whole of the bytes, compressed, where encoding the text gives others: some
            encodings have two codes for one character. Empty otherwise.
    """

    text: str
    codec: str
    mark: bytes
    size: int
    sha256: str
    original: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A repaired stretch of a text; offsets count from the beginning of the whole text."""

    text: str
    read: int
    changes: tuple[Change, ...]
    marks: tuple[Mark, ...]


def decode(raw: bytes, name: str) -> TextBytes:
    """Read bytes as text, whatever their encoding.

    Args:
        raw: A whole file.
        name: What messages call it.

    Raises:
        RepairError: it is no text file, or no encoding gives plausible text.
    """
    codec, mark = _codec(raw, name)
    text = raw[len(mark) :].decode(codec)
    same = mark + text.encode(codec) == raw
    packed = "" if same else base64.b64encode(zlib.compress(raw)).decode("ascii")
    return TextBytes(text, codec, mark, len(raw), sha256(raw), packed)


def encode(text: str, facts: TextBytes) -> bytes:
    """Give back the bytes of a text that was decoded.

    Raises:
        ValueError: the facts are not those of this text.
    """
    if facts.original:
        try:
            packed = base64.b64decode(facts.original)
            return zlib.decompressobj().decompress(packed, facts.size + 1)
        except zlib.error as error:
            raise ValueError(str(error)) from error
    return facts.mark + text.encode(facts.codec)


def sha256(raw: bytes) -> str:
    """Hash bytes: 64 hex digits."""
    return hashlib.sha256(raw).hexdigest()


def repair_passages(text: str, without: Collection[str] = ()) -> Iterator[Passage]:
    """Repair a text, passage by passage.

    Args:
        text: With line ends of any kind.
        without: Names of rules that are left out.
    """
    read = written = 0
    for piece in _passages(text):
        done = _repair_lines(piece, without)
        changes = tuple(
            replace(one, offset=one.offset + read, at=one.at + written) for one in done.changes
        )
        marks = tuple(
            replace(one, start=one.start + written, end=one.end + written) for one in done.marks
        )
        read += len(piece)
        written += len(done.text)
        yield Passage(done.text, read, changes, marks)


def _codec(raw: bytes, name: str) -> tuple[str, bytes]:
    if raw.startswith(_NOT_TEXT):
        raise RepairError(
            f"{name} 不是文本文件（是工作簿、文档、PDF 或压缩包），没有修复。"
            "导入的文件不必先修复，匹配时自动进行；要看修复的结果，请另存为 csv 或 txt 后重试。"
        )
    # The detector reads files; what comes through a pipe is put into one.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_bytes(raw)
        try:
            found = detect(path)
        except DecodingError as error:
            raise RepairError(
                f"{name} 的文字编码无法确定（{error.reason}），没有修复。"
                "请用记事本等打开它，另存为 UTF-8 后重试。"
            ) from error
    for mark, codec in _MARKS:
        if raw.startswith(mark) and found in (codec, f"{codec}-sig", codec[:-3]):
            return codec, mark
    return found, b""


def _passages(text: str) -> Iterator[str]:
    """Cut a text at line ends into pieces of at most `PASSAGE` characters."""
    at = 0
    while at < len(text):
        end = at + PASSAGE
        if end < len(text):
            cut = text.rfind("\n", at, end) + 1
            # A line that is longer than a passage is cut, but no CR LF.
            end = cut or (end - 1 if text[end - 1] == "\r" else end)
        yield text[at:end]
        at = end


def _repair_lines(text: str, without: Collection[str]) -> Passage:
    """Repair a passage as if its lines ended in LF, and put CR LF back."""
    if "\r\n" not in text:
        done = repair(text, without)
        return Passage(done.text.text, len(text), done.changes, done.marks)
    *lines, last = text.split("\r\n")
    ends: list[int] = []
    length = 0
    for line in lines:
        ends.append(length + len(line))
        length += len(line) + 1
    return _with_returns(text, ends, repair("\n".join([*lines, last]), without))


def _with_returns(text: str, ends: list[int], done: Repaired) -> Passage:
    """Put carriage returns back.

    Args:
        text: The passage as it was.
        ends: Offsets in `done.original` of the line ends that were CR LF.
        done: The repair of the passage without its carriage returns.
    """
    parts: list[str] = []
    changes: list[Change] = []
    returns: list[int] = []  # offsets in `done.text` of the line ends that are CR LF again
    source = target = written = 0

    def copy_until(stop: int) -> None:
        nonlocal written
        first, last = bisect_left(ends, source), bisect_left(ends, stop)
        returns.extend(end - source + target for end in ends[first:last])
        parts.append(text[source + first : stop + last])
        written += len(parts[-1])

    for change in done.changes:
        copy_until(change.offset)
        source = change.offset + len(change.before)
        start = change.offset + bisect_left(ends, change.offset)
        before = text[start : source + bisect_left(ends, source)]
        changes.append(replace(change, offset=start, before=before, at=written))
        parts.append(change.after)
        written += len(change.after)
        target = change.at + len(change.after)
    copy_until(len(done.original))
    marks = tuple(
        replace(
            mark,
            start=mark.start + bisect_left(returns, mark.start),
            end=mark.end + bisect_left(returns, mark.end),
        )
        for mark in done.marks
    )
    return Passage("".join(parts), len(text), tuple(changes), marks)
