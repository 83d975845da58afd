"""The vectors that were fetched last: a search fetches them, and whoever asked wants them next."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from threading import Lock

from indexing.base import Vectors

ROWS = 20_000
"""About 30 MB at a width of 384."""


class VectorCache:
    """Vectors by row; those that were not asked for the longest are forgotten first."""

    def __init__(self, rows: int = ROWS) -> None:
        self._rows = rows
        self._kept: OrderedDict[int, Vectors] = OrderedDict()
        self._lock = Lock()

    def get(self, rows: Iterable[int]) -> dict[int, Vectors]:
        """Vectors of those rows that are kept."""
        found = {}
        with self._lock:
            for row in rows:
                if row in self._kept:
                    self._kept.move_to_end(row)
                    found[row] = self._kept[row]
        return found

    def put(self, vectors: Mapping[int, Vectors]) -> None:
        """Keep vectors."""
        with self._lock:
            self._kept.update(vectors)
            while len(self._kept) > self._rows:
                self._kept.popitem(last=False)

    def forget(self, rows: Iterable[int]) -> None:
        """Forget rows, which may come back with other vectors."""
        with self._lock:
            for row in rows:
                self._kept.pop(row, None)
