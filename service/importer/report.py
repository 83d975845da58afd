"""What an import tells: counts, warnings, and the file of rejected rows."""

import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from matcher.types import Side

_EXAMPLES = 20


@dataclass(slots=True)
class Warned:
    """Something that was put up with, and how often.

    Attributes:
        message: In Chinese.
        count: In how many rows.
        example: Where it came up first.
    """

    message: str
    count: int = 0
    example: str = ""


@dataclass(slots=True)
class ImportReport:
    """What became of one file; `read` is the sum of the five counts below it.

    Attributes:
        duplicates: Up to 20 rows that were kept out, each with the id that it equals.
        columns: Which column filled which field.
        encoding: Codec of a text file; empty for a workbook.
        rejects: File that lists the rejected rows with reasons; None without any.
    """

    file: Path
    side: Side
    dry_run: bool
    encoding: str = ""
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    warnings: dict[str, Warned] = field(default_factory=dict)
    rejects: Path | None = None

    def warn(self, message: str, example: str = "", *, times: int = 1) -> None:
        """Count a warning; the first example stays."""
        warned = self.warnings.setdefault(message, Warned(message, example=example))
        warned.count += times

    def note_duplicate(self, place: str, same_as: str) -> None:
        """Remember where a duplicate stood, as long as the list is short."""
        if len(self.duplicates) < _EXAMPLES:
            self.duplicates.append((place, same_as))

    def as_json(self) -> dict[str, Any]:
        """Give the report as JSON values."""
        counts = ("read", "new", "updated", "unchanged", "duplicate", "rejected")
        return {
            "file": str(self.file),
            "dry_run": self.dry_run,
            "encoding": self.encoding,
            **{name: getattr(self, name) for name in counts},
            "columns": self.columns,
            "duplicates": [{"place": where, "same_as": id_} for where, id_ in self.duplicates],
            "warnings": [
                {"message": one.message, "count": one.count, "example": one.example}
                for one in self.warnings.values()
            ],
            "rejects": None if self.rejects is None else str(self.rejects),
        }


class Rejects:
    """Writes rejected rows; the file appears when the first one does.

    Only place, id, title and reason are written: the other cells may be personal data.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unfinished = path.with_name(path.name + ".part")
        self._stream: TextIO | None = None

    def add(self, place: str, cells: Mapping[str, str], reason: str) -> None:
        """Write one row."""
        if self._stream is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # With a byte order mark Excel reads it as UTF-8.
            self._stream = self._unfinished.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._stream).writerow(["位置", "编号", "标题", "原因"])
        csv.writer(self._stream).writerow(
            [place, cells.get("id", ""), cells.get("title", ""), reason]
        )

    def finish(self) -> Path | None:
        """Close the file under its own name; None when nothing was rejected."""
        if self._stream is None:
            return None
        self._stream.close()
        self._unfinished.replace(self.path)
        return self.path

    def abandon(self) -> None:
        """Remove what was written."""
        if self._stream is not None:
            self._stream.close()
            self._unfinished.unlink(missing_ok=True)
            self.path.unlink(missing_ok=True)


@contextmanager
def rejects_beside(folder: Path, file: Path, started: datetime) -> Iterator[Rejects]:
    """Open the file of rejects for one import; it is removed when the block raises.

    The caller holds the home (`service.lock`): unfinished files are those of killed imports.
    """
    for unfinished in folder.glob("*.part"):
        unfinished.unlink()
    stem = f"{started:%Y%m%d-%H%M%S}-{file.stem}"
    path = folder / f"{stem}.csv"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}.csv"
        number += 1
    rejects = Rejects(path)
    try:
        yield rejects
    except BaseException:
        rejects.abandon()
        raise
