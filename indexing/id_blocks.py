"""Record ids of consecutive saves, on disk: found by bisection, nothing is read at the start."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexing.base import Mask, Rows
from indexing.errors import CorruptIndexError
from indexing.files import link_or_copy, load_array, reading, save_array

Keys = NDArray[np.uint64]


class StoredId(NamedTuple):
    """One id as it lies on disk."""

    row: int
    key: int
    text: bytes


def as_bytes(id_: str) -> bytes:
    """UTF-8; lone surrogates survive."""
    return id_.encode("utf-8", "surrogatepass")


def key_of(text: bytes) -> int:
    """64 bits that stand for an id; two ids may have the same."""
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class IdBlock:
    """Ids in ascending order of their rows, and their keys in ascending order.

    Attributes:
        rows: int64[n].
        ends: int64[n], where each id's bytes end.
        text: uint8[m], the bytes of all ids.
        keys: uint64[n].
        order: int64[n], place of each key's id.
    """

    rows: Rows
    ends: NDArray[np.int64]
    text: NDArray[np.uint8]
    keys: Keys
    order: NDArray[np.int64]

    NAMES = ("rows", "ends", "text", "keys", "order")

    @classmethod
    def of(cls, ids: Iterable[StoredId]) -> "IdBlock":
        """Make a block of ids in ascending order of their rows."""
        given = list(ids)
        lengths = np.array([len(one.text) for one in given], dtype=np.int64)
        keys = np.array([one.key for one in given], dtype=np.uint64)
        order = np.argsort(keys, kind="stable").astype(np.int64)
        return cls(
            rows=np.array([one.row for one in given], dtype=np.int64),
            ends=np.cumsum(lengths),
            text=np.frombuffer(b"".join(one.text for one in given), dtype=np.uint8),
            keys=keys[order],
            order=order,
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[StoredId]:
        keys = np.empty(len(self), dtype=np.uint64)
        keys[self.order] = self.keys
        for place, (row, key) in enumerate(zip(self.rows.tolist(), keys.tolist(), strict=True)):
            yield StoredId(row, key, self.id_at(place))

    def id_at(self, place: int) -> bytes:
        """Bytes of an id."""
        start = int(self.ends[place - 1]) if place else 0
        return self.text[start : int(self.ends[place])].tobytes()

    def places(self, rows: Rows) -> tuple[Mask, NDArray[np.int64]]:
        """Which of rows int64[n] are in the block, and the places of those."""
        found = np.searchsorted(self.rows, rows)
        found[found == len(self)] = 0
        inside = self.rows[found] == rows
        return inside, found[inside]

    def candidates(self, keys: Keys) -> list[list[int]]:
        """Places of the ids with each of keys uint64[n]: mostly none or one."""
        starts = np.searchsorted(self.keys, keys, "left")
        ends = np.searchsorted(self.keys, keys, "right")
        return [
            self.order[start:end].tolist() if start < end else []
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]

    def save(self, folder: Path, number: int) -> None:
        """Write the block's files."""
        for name in self.NAMES:
            save_array(_file(folder, name, number), getattr(self, name))

    @classmethod
    def load(cls, folder: Path, number: int) -> "IdBlock":
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        kinds: Sequence[Any] = (np.int64, np.int64, np.uint8, np.uint64, np.int64)
        arrays = {
            name: np.asarray(load_array(_file(folder, name, number), kind, 1, mmap=True))
            for name, kind in zip(cls.NAMES, kinds, strict=True)
        }
        block = cls(**arrays)
        path = _file(folder, "rows", number)
        with reading(path):
            count = len(block)
            whole = int(block.ends[-1]) == len(block.text) if count else not len(block.text)
            if not whole or {len(block.ends), len(block.keys), len(block.order)} != {count}:
                raise CorruptIndexError(path, "各文件的长度不符")
        return block

    @classmethod
    def link(cls, source: Path, target: Path, number: int) -> None:
        """Put a block's files into another folder under the same number."""
        for name in cls.NAMES:
            link_or_copy(_file(source, name, number), _file(target, name, number))


def _file(folder: Path, name: str, number: int) -> Path:
    return folder / f"{name}-{number:03}.npy"
