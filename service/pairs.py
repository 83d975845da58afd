"""Pairs of a need and an achievement in a csv or jsonl file, in and out."""

import csv
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from matcher.fit import Fit
from matcher.types import Achievement, Level, Need
from service.errors import EmptyFileError, FileMissingError, PairsError, UnknownFormatError
from service.formulas import defused, restored
from service.importer.encoding import detect

COLUMNS = ("need_title", "need_text", "achievement_title", "achievement_text")
ADDED = ("p1", "p2", "p3", "p4", "expected", "level", "score")
KINDS = frozenset({".csv", ".jsonl"})
BATCH = 256
FIELD_LIMIT = 4_000_000
"""Characters of one csv cell; a quotation mark that is never closed swallows rows up to here."""

Pair = tuple[Need, Achievement]
Score = Callable[[Sequence[Pair]], list[Fit]]


def score_file(
    source: Path, out: Path, score: Score, progress: Callable[[float, int], None]
) -> tuple[int, int]:
    """Score each pair of a file into another; the result appears whole or not at all.

    Returns:
        How many pairs were scored, and how many had too little text.

    Raises:
        ImportFileError: the file is missing, empty, of another kind, or lacks a column.
    """
    if out.suffix.lower() not in KINDS:
        raise UnknownFormatError(out, "不能作为结果文件", "请用 .csv 或 .jsonl 结尾的名称。")
    scored = skipped = 0
    rows = read_pairs(source)
    beside = out.with_name(out.name + ".tmp")
    try:
        with _writer(beside, out.suffix.lower()) as write:
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                pairs = [_pair(row) for row in some]
                known = [pair for pair in pairs if pair is not None]
                fits = iter(score(known))
                for row, pair in zip(some, pairs, strict=True):
                    write({**row, **_figures(next(fits) if pair else None)})
                scored += len(known)
                skipped += len(some) - len(known)
                progress((scored + skipped) / len(rows), scored + skipped)
        os.replace(beside, out)  # noqa: PTH105 - the one call that switches atomically
    finally:
        beside.unlink(missing_ok=True)
    return scored, skipped


def read_pairs(path: Path, columns: Sequence[str] = COLUMNS) -> list[dict[str, Any]]:
    """Read the rows of a file of pairs, which must have these columns."""
    if not path.is_file():
        raise FileMissingError(path)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise UnknownFormatError(path, "不是 csv 或 jsonl", "请转换后重试。")
    with path.open(encoding=detect(path), newline="") as stream:
        rows = list((_csv_rows if kind == ".csv" else _json_rows)(path, stream))
    if not rows:
        raise EmptyFileError(path)
    absent = [name for name in columns if name not in rows[0]]
    if absent:
        raise PairsError(path, absent, list(rows[0]), columns)
    return rows


def _csv_rows(path: Path, lines: TextIO) -> Iterator[dict[str, Any]]:
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.DictReader(lines)
    try:
        for row in reader:
            row.pop(None, None)  # cells beyond the last heading
            yield {restored(name): restored(cell or "") for name, cell in row.items()}
    except csv.Error as error:
        raise PairsError(
            path, [f"第 {reader.line_num} 行（引号可能没有配对）"], [], COLUMNS
        ) from error


def _json_rows(path: Path, lines: TextIO) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise PairsError(path, [f"第 {number} 行不是 JSON"], [], COLUMNS) from error
            if not isinstance(row, dict):
                raise PairsError(path, [f"第 {number} 行不是 JSON 对象"], [], COLUMNS)
            yield row


def _pair(row: Mapping[str, Any]) -> Pair | None:
    """Make records of a row; equal texts give equal records, so each is encoded once."""
    need_title, need_text, title, text = (str(row.get(name) or "").strip() for name in COLUMNS)
    if not (need_title or need_text) or not (title or text):
        return None
    return Need(id="", title=need_title, text=need_text), Achievement(id="", title=title, text=text)


def _figures(fit: Fit | None) -> dict[str, Any]:
    if fit is None:
        return dict.fromkeys(ADDED, "")
    shares = {f"p{int(level)}": round(fit.probabilities[level], 6) for level in Level}
    figures = {"expected": round(fit.expected, 6), "level": int(fit.level)}
    return {**shares, **figures, "score": round(fit.score, 6)}


@contextmanager
def _writer(path: Path, kind: str) -> Iterator[Callable[[dict[str, Any]], object]]:
    # A BOM lets spreadsheet programs read Chinese csv files as UTF-8.
    encoding = "utf-8-sig" if kind == ".csv" else "utf-8"
    with path.open("w", encoding=encoding, newline="") as stream:
        if kind == ".jsonl":
            yield lambda row: stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            return
        sheet: csv.DictWriter[str] | None = None

        def write(row: dict[str, Any]) -> None:
            nonlocal sheet
            if sheet is None:
                sheet = csv.DictWriter(stream, list(row), extrasaction="ignore")
                sheet.writerow({name: defused(name) for name in row})
            sheet.writerow({name: defused(cell) for name, cell in row.items()})

        yield write
