"""Inverted lists of quantised vectors, by FAISS: which rows may be near a query, quickly.

A vector lies in the list of its nearest centroid, as four bits for each two components
(`IVFn,PQ…x4fs`: André, Kermarrec & Le Scouarnec 2015, "Cache locality is not enough"). Loaded lists
are mapped into memory and shared between processes.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from indexing.base import Rows, Vectors
from indexing.errors import CorruptIndexError
from indexing.files import link_or_copy, load_json, reading, save_json

_faiss: Any = faiss
"""FAISS's type stubs describe the C++ signatures where Python has others."""
FILE = "lists.faiss"
HEAD = "lists.json"


class Lists:
    """Trained lists.

    Attributes:
        nprobe: lists that are probed for a query without a filter.
        spare: rows fetched beyond what is asked for, because quantised scores are rough.
        trained_on: how many vectors there were.
    """

    def __init__(self, index: Any, *, nprobe: int, spare: int, trained_on: int) -> None:
        self.nprobe = nprobe
        self.spare = spare
        self.trained_on = trained_on
        self._index = index
        self._file: Path | None = None

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def count(self) -> int:
        """Number of lists."""
        return int(self._index.nlist)

    def search(
        self, query: Vectors, fetch: int, nprobe: int, allowed: NDArray[np.uint8] | None = None
    ) -> Rows:
        """Rows that may be the best for a query float32[dim], by their quantised scores.

        Args:
            query: one; FAISS rounds differently for many.
            fetch: how many rows.
            nprobe: lists to look into.
            allowed: bits of the rows that may be found; None for all.
        """
        selector = None if allowed is None else _faiss.IDSelectorBitmap(allowed)
        parameters = _faiss.SearchParametersIVF(sel=selector, nprobe=min(nprobe, self.count))
        with one_thread():
            _, rows = self._index.search(query[np.newaxis], fetch, params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found

    def add(self, rows: Rows, vectors: Vectors) -> None:
        """Put vectors into their lists."""
        self._unmap()
        self._index.add_with_ids(np.ascontiguousarray(vectors), np.ascontiguousarray(rows))

    def keep(self, wanted: NDArray[np.uint8]) -> None:
        """Take all rows out of their lists but those whose bits are set."""
        self._unmap()
        selector = _faiss.IDSelectorBitmap(wanted)
        self._index.remove_ids(_faiss.IDSelectorNot(selector))

    def save(self, folder: Path) -> None:
        """Write the lists into an existing folder; unchanged ones are linked."""
        if self._file is not None:
            link_or_copy(self._file, folder / FILE)
        else:
            _write(self._index, folder / FILE)
        save_json(
            folder / HEAD,
            {"nprobe": self.nprobe, "spare": self.spare, "trained_on": self.trained_on},
        )

    @classmethod
    def load(cls, folder: Path, dim: int) -> "Lists":
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        file, head = folder / FILE, folder / HEAD
        with reading(head):
            content = load_json(head)
            lists = cls(
                _read(file, mapped=True),
                nprobe=int(content["nprobe"]),
                spare=int(content["spare"]),
                trained_on=int(content["trained_on"]),
            )
            if lists._index.d != dim:
                raise CorruptIndexError(file, f"宽度应为 {dim}，实际为 {lists._index.d}")
        lists._file = file
        return lists

    def _unmap(self) -> None:
        """Take mapped lists into memory, for mapped ones cannot be changed."""
        if self._file is not None:
            self._index, self._file = _read(self._file, mapped=False), None


def _write(index: Any, file: Path) -> None:
    """Write through a file of Python's: FAISS's own says nothing of what fails at its closing."""
    with file.open("wb") as target:
        try:
            _faiss.write_index(index, _faiss.PyCallbackIOWriter(target.write))
        except RuntimeError as error:  # FAISS says so of a full disk
            raise OSError(errno.EIO, str(error).splitlines()[0], str(file)) from error


def _read(file: Path, *, mapped: bool) -> Any:
    if not file.is_file():
        raise CorruptIndexError(file, "文件不存在")
    flags = _faiss.IO_FLAG_MMAP_IFC if mapped else 0
    try:
        return _faiss.read_index(str(file), flags)
    except RuntimeError as error:
        raise CorruptIndexError(file, "内容不完整或已损坏") from error


@contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS use one thread for the calling thread's next calls.

    A single query does not gain from more, and a server answers many at once. OpenMP keeps this
    number per calling thread, and it is put back.
    """
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
