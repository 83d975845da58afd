"""What an import tells: counts, warnings, and the file of rejected rows."""

import csv
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from matcher.types import Side
from service.formulas import defused

_EXAMPLES = 20
_LONGEST_NAME = 200
"""Bytes of an imported file's name that are repeated in names of files about it."""


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
        since: The store's last revision before it.
        duplicates: Up to 20 rows that were kept out, each with the id that it equals.
        columns: Which column filled which field.
        encoding: Codec of a text file; empty for a workbook.
        rejects: File that lists the rejected rows with reasons; None without any.
        quality: What `service.importer.quality` gives; None where it was not asked for.
        quality_file: Where that is kept; None for a dry run, too.
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
    since: int = 0
    columns: dict[str, str] = field(default_factory=dict)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    warnings: dict[str, Warned] = field(default_factory=dict)
    rejects: Path | None = None
    quality: dict[str, Any] | None = None
    quality_file: Path | None = None

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
            "quality": self.quality,
            "quality_file": None if self.quality_file is None else str(self.quality_file),
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
        row = [place, cells.get("id", ""), cells.get("title", ""), reason]
        csv.writer(self._stream).writerow([*map(defused, row)])

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


def dated_path(folder: Path, file: Path, at: datetime, suffix: str) -> Path:
    """Name a new file of an import by its time and the imported file.

    Args:
        folder: Where it shall lie.
        file: What is imported; a long name is cut, since a name may have 255 bytes.
        at: The time.
        suffix: As in `.csv`.
    """
    name = file.stem
    while len(os.fsencode(name)) > _LONGEST_NAME:
        name = name[:-1]
    stem = f"{at:%Y%m%d-%H%M%S}-{name}"
    path = folder / f"{stem}{suffix}"
    number = 2
    while path.exists():
        path = folder / f"{stem}-{number}{suffix}"
        number += 1
    return path


@contextmanager
def rejects_beside(folder: Path, file: Path, started: datetime) -> Iterator[Rejects]:
    """Open the file of rejects for one import; it is removed when the block raises.

    The caller holds the home (`service.lock`): unfinished files are those of killed imports.
    """
    for unfinished in folder.glob("*.part"):
        unfinished.unlink()
    rejects = Rejects(dated_path(folder, file, started, ".csv"))
    try:
        yield rejects
    except BaseException:
        rejects.abandon()
        raise
