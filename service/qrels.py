"""Reads judgements: jsonl with the keys need, achievement and level."""

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from service.errors import EmptyFileError, FileMissingError, QrelsError
from service.importer.encoding import detect

Id = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class QrelLine(BaseModel):
    """One judgement: how well an achievement fits a need."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    need: Id
    achievement: Id
    level: Literal[1, 2, 3, 4]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read levels by need id and achievement id; of a pair judged twice the later line counts.

    Raises:
        FileMissingError, EmptyFileError: there is nothing to read.
        DecodingError: its characters cannot be decoded without doubt.
        QrelsError: a line is no judgement; the first one is named.
    """
    if not path.is_file():
        raise FileMissingError(path)
    levels: dict[str, dict[str, int]] = {}
    with path.open(encoding=detect(path)) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                read = QrelLine.model_validate(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise QrelsError(path, number) from error
            levels.setdefault(read.need, {})[read.achievement] = read.level
    if not levels:
        raise EmptyFileError(path)
    return levels
