"""How a job lies on disk: parquet tables, each there whole or not at all.

OUT/manifest.json            what the job is; `complete` once all parts are there
OUT/achievements.parquet     rows that are searched, and a digest of each
OUT/lists/part-00000.parquet dense lists, for a later job that goes on from this one
OUT/parts/part-00000.parquet the outcome: need, rank, achievement, score, dense, lexical
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matcher.batch.kept import Kept
from matcher.batch.searched import Searched
from matcher.errors import BatchError

MANIFEST = "manifest.json"

ANSWERS = pa.schema(
    [
        ("need", pa.string()),
        ("rank", pa.int32()),
        ("achievement", pa.string()),
        ("score", pa.float64()),
        ("dense", pa.float32()),
        ("lexical", pa.float32()),
    ]
)
LISTS = pa.schema(
    [
        ("need", pa.string()),
        ("digest", pa.string()),
        ("complete", pa.bool_()),
        ("rows", pa.list_(pa.int64())),
        ("scores", pa.list_(pa.float32())),
    ]
)


@dataclass(frozen=True)
class Folder:
    """The folder of one job."""

    root: Path

    @cached_property
    def manifest(self) -> Mapping[str, Any] | None:
        """What was written about the job; None where there is nothing.

        Raises:
            BatchError: it cannot be read.
        """
        path = self.root / MANIFEST
        if not path.is_file():
            return None
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {"named": dict(found["named"]), **found}
        except (ValueError, KeyError, TypeError) as error:
            raise BatchError(
                f"{path} 不是批量计算的说明文件，或已损坏。请换一个文件夹，或删除它后重算。"
            ) from error

    def write_manifest(self, content: Mapping[str, Any]) -> None:
        """Write what the job is."""
        self.root.mkdir(parents=True, exist_ok=True)
        text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
        _replace(self.root / MANIFEST, lambda path: path.write_text(text, encoding="utf-8"))
        self.__dict__.pop("manifest", None)

    @property
    def searched(self) -> Path:
        """What is searched."""
        return self.root / "achievements.parquet"

    def answers(self, number: int) -> Path:
        """Outcome of a part."""
        return self.root / "parts" / f"part-{number:05}.parquet"

    def lists(self, number: int) -> Path:
        """Dense lists of a part."""
        return self.root / "lists" / f"part-{number:05}.parquet"

    def write_searched(self, searched: Searched) -> None:
        """Write what is searched."""
        columns = {"row": searched.rows, "digest": searched.digests}
        _write(self.searched, pa.table(columns))

    def read_searched(self) -> Searched:
        """Read what was searched. Raises BatchError."""
        table = _read(self.searched)
        return Searched(table["row"].to_numpy(), table["digest"].to_numpy())

    def write_answers(self, number: int, rows: Sequence[Sequence[Any]]) -> None:
        """Write the outcome of a part: rows as the columns of `ANSWERS`."""
        columns = [*zip(*rows, strict=True)] or [()] * len(ANSWERS)
        arrays = [pa.array(own, kind) for own, kind in zip(columns, ANSWERS.types, strict=True)]
        _write(self.answers(number), pa.Table.from_arrays(arrays, schema=ANSWERS))

    def sweep(self) -> None:
        """Remove what killed processes left unfinished."""
        for path in [*self.root.glob(".*"), *self.root.glob("*/.part-*")]:
            path.unlink(missing_ok=True)

    def write_lists(self, number: int, lists: Mapping[str, tuple[str, Kept]]) -> None:
        """Write dense lists: need -> digest of its vector, and the list."""
        kept = [own for _, own in lists.values()]
        arrays = [
            pa.array([*lists], pa.string()),
            pa.array([digest for digest, _ in lists.values()], pa.string()),
            pa.array([own.is_complete for own in kept], pa.bool_()),
            pa.array([own.rows for own in kept], LISTS.field("rows").type),
            pa.array([own.scores for own in kept], LISTS.field("scores").type),
        ]
        _write(self.lists(number), pa.Table.from_arrays(arrays, schema=LISTS))

    def read_lists(self, needs: Sequence[str]) -> dict[str, tuple[str, Kept]]:
        """Read the dense lists of those needs that have one. Raises BatchError."""
        found: dict[str, tuple[str, Kept]] = {}
        for path in sorted(self.lists(0).parent.glob("part-*.parquet")):
            if _may_hold(path, needs):
                found |= _lists_of(_read(path), frozenset(needs))
        return found


def _lists_of(table: pa.Table, needs: frozenset[str]) -> dict[str, tuple[str, Kept]]:
    names, digests = (table[name].to_pylist() for name in ("need", "digest"))
    complete = table["complete"].to_pylist()
    rows, scores = (table[name].combine_chunks() for name in ("rows", "scores"))
    return {
        name: (
            digests[at],
            Kept(
                np.array(rows[at].values.to_numpy(), dtype=np.int64),
                np.array(scores[at].values.to_numpy(), dtype=np.float32),
                complete[at],
            ),
        )
        for at, name in enumerate(names)
        if name in needs
    }


def _may_hold(path: Path, needs: Sequence[str]) -> bool:
    """Whether a table of lists reaches into the range of some needs."""
    with _reading(path):
        groups = pq.read_metadata(path)
        kept = [groups.row_group(at).column(0).statistics for at in range(groups.num_row_groups)]
    return any(
        one is None or not one.has_min_max or (one.min <= max(needs) and min(needs) <= one.max)
        for one in kept
    )


def _read(path: Path) -> pa.Table:
    with _reading(path):
        return pq.read_table(path)


class _reading:  # noqa: N801 - read as a word of the language
    """Tell what cannot be read, and what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, OSError | pa.ArrowException):
            raise BatchError(
                f"批量计算的结果文件 {self._path} 缺失或已损坏。请换一个文件夹重算。"
            ) from error


def _write(path: Path, table: pa.Table) -> None:
    _replace(path, lambda unfinished: pq.write_table(table, unfinished, compression="zstd"))


def _replace(path: Path, write: Any) -> None:
    """Let `write` make a file, which takes its place only when it is whole and on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    write(unfinished)
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
