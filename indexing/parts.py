"""The parts of a bundle, kept in step: what one has under a row, the others have as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from indexing.base import Compacting, Rows, VectorIndex, Vectors
from indexing.columns import Columns, Value
from indexing.errors import CorruptIndexError, DimensionError
from indexing.factory import load_vector_index, vector_index
from indexing.files import reading
from indexing.id_map import IdMap
from indexing.manifest import Layout
from indexing.ranking import as_vectors
from indexing.tantivy_index import TantivyIndex
from indexing.token_store import TokenStore


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as a bundle stores it.

    Attributes:
        id: the record's id.
        vector: float32[dim], unit length (or zero).
        tokens: its words, for the lexical index.
        columns: its values in the filter columns; a column that is not named has none.
        token_vectors: float32[t, token_dim], where the bundle stores them.
    """

    id: str
    vector: Vectors
    tokens: Sequence[str]
    columns: Mapping[str, Value] = field(default_factory=dict)
    token_vectors: Vectors | None = None


@dataclass(slots=True)
class Parts:
    """The indexes of one bundle, under common rows."""

    ids: IdMap
    vectors: VectorIndex
    lexical: TantivyIndex
    columns: Columns
    tokens: TokenStore | None

    @classmethod
    def empty(cls, layout: Layout, size: int) -> Self:
        """Make empty parts."""
        return cls(
            ids=IdMap(),
            vectors=vector_index(layout.dim, size, layout.vectors),
            lexical=TantivyIndex(),
            columns=Columns(layout.columns),
            tokens=None if layout.token_dim is None else TokenStore(layout.token_dim),
        )

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Write entries of distinct ids; all are checked before anything is changed."""
        vectors = np.concatenate([self._vector(entry) for entry in entries])
        stored = [self.columns.read(entry.columns) for entry in entries]
        token_vectors = [self._token_vectors(entry) for entry in entries]
        rows, replaced = self.ids.assign([entry.id for entry in entries])
        self._remove(replaced)
        self.vectors.add(rows, vectors)
        self.lexical.add(rows, [entry.tokens for entry in entries])
        self.columns.put(rows, stored)
        if self.tokens is not None:
            self.tokens.add(rows, token_vectors)

    def remove(self, ids: Sequence[str]) -> int:
        """Take ids out; returns how many were there."""
        rows = self.ids.remove(ids)
        self._remove(rows)
        return len(rows)

    def save(self, folder: Path) -> None:
        """Write each part into a folder of its own."""
        for name in ("ids", *self._folders()):
            (folder / name).mkdir()
            getattr(self, name).save(folder / name)

    def settle(self, folder: Path, layout: Layout) -> None:
        """Read from where they were saved what is mapped into memory, so that it needs none."""
        self.ids = IdMap.load(folder / "ids")
        self.columns = Columns.load(folder / "columns")
        self.lexical.settle(folder / "lexical")
        if isinstance(self.vectors, Compacting):
            self.vectors = load_vector_index(folder / "vectors", layout.vectors)
        if self.tokens is not None:
            self.tokens = TokenStore.load(folder / "tokens")

    @classmethod
    def load(cls, folder: Path, layout: Layout, records: int) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        with reading(folder):
            vectors = load_vector_index(folder / "vectors", layout.vectors)
        parts = cls(
            ids=IdMap.load(folder / "ids"),
            vectors=vectors,
            lexical=TantivyIndex.load(folder / "lexical"),
            columns=Columns.load(folder / "columns"),
            tokens=None if layout.token_dim is None else TokenStore.load(folder / "tokens"),
        )
        if {len(getattr(parts, name)) for name in ("ids", *parts._folders())} != {records}:
            raise CorruptIndexError(folder, f"各部分的记录数不都是 {records}")
        return parts

    def _folders(self) -> list[str]:
        names = ["vectors", "lexical", "columns", "tokens"]
        return names if self.tokens is not None else names[:-1]

    def _remove(self, rows: Rows) -> None:
        if len(rows):
            for name in self._folders():
                getattr(self, name).remove(rows)

    def _vector(self, entry: Entry) -> Vectors:
        if np.shape(entry.vector) != (self.vectors.dim,):
            shape = np.shape(entry.vector)
            raise DimensionError(f"记录“{entry.id}”的向量", (self.vectors.dim,), shape)
        return as_vectors(entry.vector[np.newaxis], self.vectors.dim, f"记录“{entry.id}”的向量")

    def _token_vectors(self, entry: Entry) -> Vectors:
        width = 0 if self.tokens is None else self.tokens.dim
        if entry.token_vectors is None:
            return np.zeros((0, width), dtype=np.float32)
        return as_vectors(entry.token_vectors, width, f"记录“{entry.id}”的词向量")
