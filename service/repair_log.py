"""The log of a file's repair: written beside the repaired text, read to give the original back.

JSON lines in UTF-8. The first one holds the original's encoding and hashes; then comes, in the
order of the text, a line for each change,

    {"offset": 31, "before": "转囮", "at": 30, "after": "转化", "rule": "variants",
     "confidence": 0.98}

and a line for each marked place, `{"mark": "boilerplate", "start": 200, "end": 230}`.
"""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from matcher.text.repair import Change, undo
from service.errors import RepairError
from service.repair_file import Passage, TextBytes, encode, sha256

_CODECS = (
    *("utf-8", "gb18030", "big5", "utf-16-le", "utf-16-be"),
    *("utf-32-le", "utf-32-be"),
)


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Head(_Strict):
    """The first line of a log."""

    duijie: Literal["repair"] = "repair"
    version: Literal[1] = 1
    encoding: Literal[_CODECS]  # type: ignore[valid-type]
    bom: str = Field(pattern="^([0-9a-f]{2}){0,4}$")
    bytes: int
    characters: int
    sha256: str
    repaired_sha256: str
    changes: int
    marks: int
    without: list[str] = []
    original: str = ""


class _ChangeLine(_Strict):
    offset: int = Field(ge=0)
    before: str
    at: int = Field(ge=0)
    after: str
    rule: str
    confidence: float


class RepairSummary:
    """Counts what passages say, and hashes their text.

    Attributes:
        rules: Changes by rule; one that several rules made counts for each.
        changes: How many there were.
        changed: Characters of the original that were changed.
        marks: Marked places by rule.
    """

    def __init__(self) -> None:
        self.rules: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()
        self.changes = 0
        self.changed = 0
        self._hash = hashlib.sha256()

    def add(self, passage: Passage) -> None:
        """Count a passage."""
        self._hash.update(passage.text.encode())
        self.changes += len(passage.changes)
        for change in passage.changes:
            self.rules.update(change.rule.split("+"))
            self.changed += len(change.before)
        self.marks.update(mark.rule for mark in passage.marks)

    @property
    def repaired_sha256(self) -> str:
        """Hash of the repaired text in UTF-8."""
        return self._hash.hexdigest()


class RepairLog:
    """Writes a log; the file appears under its name when it is complete."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = path.with_name(path.name + ".lines.part")
        self._whole = path.with_name(path.name + ".part")
        self._stream = self._lines.open("w", encoding="utf-8", newline="\n")

    def add(self, passage: Passage) -> None:
        """Write the lines of a passage."""
        for line in log_lines(passage):
            self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")

    def finish(self, facts: TextBytes, summary: RepairSummary, without: list[str]) -> None:
        """Write the first line, which tells what comes after it, and give the file its name."""
        self._stream.close()
        head = Head(
            encoding=facts.codec,
            bom=facts.mark.hex(),
            bytes=facts.size,
            characters=len(facts.text),
            sha256=facts.sha256,
            repaired_sha256=summary.repaired_sha256,
            changes=summary.changes,
            marks=summary.marks.total(),
            without=without,
            original=facts.original,
        )
        with self._whole.open("wb") as whole, self._lines.open("rb") as lines:
            whole.write(head.model_dump_json(exclude_defaults=False).encode() + b"\n")
            shutil.copyfileobj(lines, whole)
        self._lines.unlink()
        self._whole.replace(self._path)

    def abandon(self) -> None:
        """Remove what was written."""
        self._stream.close()
        self._lines.unlink(missing_ok=True)
        self._whole.unlink(missing_ok=True)


def log_lines(passage: Passage) -> Iterator[dict[str, Any]]:
    """Give the changes of a passage as JSON values, then its marks."""
    yield from (asdict(change) for change in passage.changes)
    yield from ({"mark": one.rule, "start": one.start, "end": one.end} for one in passage.marks)


def undo_bytes(repaired: bytes, log: Path) -> bytes:
    """Give back the bytes of the file that was repaired.

    Args:
        repaired: The repaired text as `duijie repair` gave it.
        log: What it wrote with `--log`.

    Raises:
        RepairError: the log is none, was changed, or belongs to another text.
    """
    with log.open("rb") as stream:
        head = _head(stream.readline(), log)
        if sha256(repaired) != head.repaired_sha256:
            advice = "请用 duijie repair 当时输出的文字，一个字节也不要改"
            raise _refusal(log, "不是这份文字的日志，或者文字在修复后改动过", advice)
        changes = list(_changes(stream, log))
    if len(changes) != head.changes:
        raise _refusal(log, f"应有 {head.changes:,} 处修改，只有 {len(changes):,} 处")
    try:
        text = undo(repaired.decode(), changes)
        mark = bytes.fromhex(head.bom)
        facts = TextBytes(text, head.encoding, mark, head.bytes, head.sha256, head.original)
        raw = encode(text, facts)
    except ValueError as error:
        raise _refusal(log, "里的修改与文字对不上") from error
    if sha256(raw) != head.sha256:
        raise _refusal(log, "还原出的内容与原文件不一致")
    return raw


def _head(line: bytes, log: Path) -> Head:
    try:
        return Head.model_validate_json(line)
    except ValidationError as error:
        reason = "的第一行不是 duijie repair 的日志"
        raise _refusal(log, reason, "请检查是否选对了文件") from error


def _changes(stream: BinaryIO, log: Path) -> Iterator[Change]:
    for number, line in enumerate(stream, start=2):
        if line.startswith(b'{"mark"'):
            continue
        try:
            yield Change(**_ChangeLine.model_validate_json(line).model_dump())
        except ValidationError as error:
            raise _refusal(log, f"第 {number} 行无法读取") from error


def _refusal(
    log: Path, reason: str, advice: str = "日志可能被改动过或不完整，请找回原来的日志"
) -> RepairError:
    return RepairError(f"修复日志 {log} {reason}，没有还原任何内容。{advice}后重试。")
