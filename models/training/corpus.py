"""Training files: JSON lines with `text`, or with `left` and `right`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from models.training.errors import TrainingInputError


def read_texts(paths: Sequence[Path]) -> list[str]:
    """Read the `text` of each line of each file, in order.

    Raises:
        TrainingInputError: a file cannot be read, or a line has no such field.
    """
    return [_field(path, line, row, "text") for path in paths for line, row in _rows(path)]


def read_pairs(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Read `left` and `right` of each line of each file, in order.

    Raises:
        TrainingInputError: a file cannot be read, or a line lacks a field.
    """
    return [
        (_field(path, line, row, "left"), _field(path, line, row, "right"))
        for path in paths
        for line, row in _rows(path)
    ]


def _rows(path: Path) -> Iterator[tuple[int, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TrainingInputError(path, f"无法读取（{error}）") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise TrainingInputError(path, f"不是 JSON（{error}）", number) from error


def _field(path: Path, line: int, row: Any, name: str) -> str:
    value = row.get(name) if isinstance(row, dict) else None
    if not isinstance(value, str) or not value.strip():
        raise TrainingInputError(path, f"字段 {name} 应为非空文字", line)
    return value
