"""The kinds of vector index that the contract holds for, and what their files are called."""

from pathlib import Path

from indexing.base import VectorIndex
from indexing.factory import KINDS, load_vector_index, vector_index
from indexing.ivf_index import IvfIndex
from indexing.ivf_settings import IvfSettings
from tests.indexing.milvus_engine import AnyMilvus

EVERYTHING = IvfSettings(exact_up_to=20, lists=4, recall=2.0, factor=10_000)


class Listed(IvfIndex):
    """An `IvfIndex` with inverted lists at any size; all are probed, so it must be exact."""

    def __init__(self, dim: int, settings: IvfSettings | None = None) -> None:
        super().__init__(dim, settings or EVERYTHING)

    def add(self, rows, vectors) -> None:
        if len(rows) != len(vectors) or len(rows) < 20:
            super().add(rows, vectors)
            self.compact()
            return
        half = len(rows) // 2  # the lists know these, and the others came later
        super().add(rows[:half], vectors[:half])
        self.compact()
        super().add(rows[half:], vectors[half:])


MADE = {"ivf, listed": Listed, "milvus": AnyMilvus()}
KIND_NAMES = [*KINDS, *MADE]
_BLOCKS = ["rows-000.npy", "vectors-000.npy", "alive.npy", "listed.npy"]
ARRAYS = {
    "exact": ["rows.npy", "vectors.npy"],
    "flat": ["rows.npy", "vectors.npy"],
    "ivf": _BLOCKS,
    "ivf, listed": _BLOCKS,
}
OTHERS = {
    "ivf": ["vectors.json"],
    "ivf, listed": ["vectors.json", "lists.json", "lists.faiss"],
    "milvus": ["milvus.json", "present.npy"],
}


def make(kind: str, dim: int, count: int = 0) -> VectorIndex:
    return MADE[kind](dim) if kind in MADE else vector_index(dim, count, kind)


def load(kind: str, folder: Path) -> VectorIndex:
    return MADE[kind].load(folder) if kind in MADE else load_vector_index(folder, kind)
