"""How exact vector indexes lie on disk: `rows.npy` int64[n], `vectors.npy` float32[n, dim]."""

from pathlib import Path

import numpy as np

from indexing.base import Rows, Vectors
from indexing.errors import CorruptIndexError
from indexing.files import load_array, save_array


def save_vectors(folder: Path, rows: Rows, vectors: Vectors) -> None:
    """Write rows and their vectors, in the same order."""
    save_array(folder / "rows.npy", rows)
    save_array(folder / "vectors.npy", vectors)


def load_vectors(folder: Path) -> tuple[Rows, Vectors]:
    """Read what `save_vectors` wrote; the vectors are mapped, so copy what must last.

    Raises:
        CorruptIndexError: a file is missing, damaged, or the two do not fit each other.
    """
    rows: Rows = load_array(folder / "rows.npy", np.int64, 1)
    vectors: Vectors = load_array(folder / "vectors.npy", np.float32, 2, mmap=True)
    if len(rows) != len(vectors):
        raise CorruptIndexError(
            folder / "vectors.npy", f"有 {len(vectors)} 个向量，却有 {len(rows)} 个行号"
        )
    return rows, vectors
