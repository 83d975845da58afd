"""Record ids and their rows. A row is given once and never again, so an old answer cannot lie."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from indexing.base import Rows
from indexing.errors import CorruptIndexError, UnknownIdError, UnknownRowError
from indexing.files import load_json, reading, save_json
from indexing.rowset import as_rows

FILE = "ids.json"


class IdMap:
    """Ids (any text) to rows int64 and back."""

    def __init__(self) -> None:
        self._row_of: dict[str, int] = {}
        self._id_of: dict[int, str] = {}
        self._next = 0

    def __len__(self) -> int:
        return len(self._row_of)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._row_of

    def assign(self, ids: Sequence[str]) -> tuple[Rows, Rows]:
        """Give each of distinct ids a new row.

        Returns:
            The new rows int64[n], and the rows that those of the ids had which were there.
        """
        old = self.remove(ids)
        new = np.arange(self._next, self._next + len(ids), dtype=np.int64)
        self._next += len(ids)
        self._row_of.update(zip(ids, new.tolist(), strict=True))
        self._id_of.update(zip(new.tolist(), ids, strict=True))
        return new, old

    def remove(self, ids: Iterable[str]) -> Rows:
        """Forget ids; returns the rows of those that were there."""
        rows = [self._row_of.pop(id_) for id_ in ids if id_ in self._row_of]
        for row in rows:
            del self._id_of[row]
        return np.array(rows, dtype=np.int64)

    def rows(self, ids: Sequence[str]) -> Rows:
        """Row of each id, int64[n]. Raises UnknownIdError."""
        unknown = [id_ for id_ in ids if id_ not in self._row_of]
        if unknown:
            raise UnknownIdError(unknown)
        return np.array([self._row_of[id_] for id_ in ids], dtype=np.int64)

    def ids(self, rows: Rows) -> list[str]:
        """Id of each row. Raises UnknownRowError."""
        wanted = as_rows(rows).tolist()
        unknown = [row for row in wanted if row not in self._id_of]
        if unknown:
            raise UnknownRowError(unknown)
        return [self._id_of[row] for row in wanted]

    def save(self, folder: Path) -> None:
        """Write the map into a folder."""
        save_json(folder / FILE, {"next_row": self._next, "rows": self._row_of})

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        path = folder / FILE
        ids = cls()
        with reading(path):
            content = load_json(path)
            ids._row_of = {str(id_): int(row) for id_, row in content["rows"].items()}
            ids._id_of = {row: id_ for id_, row in ids._row_of.items()}
            ids._next = int(content["next_row"])
            if len(ids._id_of) != len(ids._row_of) or max(ids._id_of, default=-1) >= ids._next:
                raise CorruptIndexError(path, "行号重复或超出范围")
        return ids
