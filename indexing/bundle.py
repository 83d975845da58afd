"""One searchable side: vectors, words, filter columns, ids and token vectors, saved as one."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from indexing import generations
from indexing.base import Compacting, Hits, Mask, Rows, Scores, Vectors
from indexing.columns import ColumnKind
from indexing.errors import (
    CorruptIndexError,
    FingerprintMismatchError,
    IndexConflictError,
    IndexMissingError,
    IndexWriteError,
)
from indexing.factory import kind_for
from indexing.filters import Filter, Scalar
from indexing.generations import Generation
from indexing.manifest import Layout, Manifest, Meta, StoredFile, Verify, stored_files
from indexing.parts import Entry, Parts

__all__ = ["Bundle", "Entry"]


class Bundle:
    """One side of the matching, searchable by meaning and by words, through filters.

    Reading in several threads is safe, writing meanwhile is not. Changes are lost until `save`;
    after an error while writing, open the saved bundle again.

    Attributes:
        layout: what it was made for.
        meta: JSON values that are saved with it, for whoever uses it.
    """

    VECTORS: ClassVar[str] = "auto"
    """Kind of vector index, as `indexing.factory` names it; a subclass may name another."""

    def __init__(self, layout: Layout, parts: Parts) -> None:
        self.layout = layout
        self.meta: Meta = {}
        self._parts = parts
        self._base: Generation | None = None
        self._files: Mapping[str, StoredFile] = {}

    @classmethod
    def create(
        cls,
        *,
        dim: int,
        fingerprint: str,
        columns: Mapping[str, ColumnKind],
        token_dim: int | None = None,
        size: int = 0,
    ) -> Self:
        """Make an empty bundle in memory.

        Args:
            dim: Width of a vector.
            fingerprint: Names everything that its numbers depend on; `open` compares it.
            columns: The filter columns and their kinds.
            token_dim: Width of a token vector; None stores none.
            size: About how many records it will hold, to choose the vector index by.
        """
        layout = Layout(
            fingerprint=fingerprint,
            dim=dim,
            token_dim=token_dim,
            columns=dict(columns),
            vectors=kind_for(size) if cls.VECTORS == "auto" else cls.VECTORS,
        )
        return cls(layout, Parts.empty(layout, size))

    @classmethod
    def open(cls, root: Path, *, fingerprint: str | None = None, verify: Verify = "quick") -> Self:
        """Open what `save` wrote; a damaged generation is reported, never passed over.

        Args:
            root: The folder that it was saved in.
            fingerprint: What it must have been built with; None takes any.
            verify: `quick` compares the files' sizes, `full` also their SHA-256.

        Raises:
            IndexMissingError: nothing was saved there.
            CorruptIndexError: a file is missing, damaged or of an unknown format.
            FingerprintMismatchError: it was built with something else.
        """
        while True:
            generation = generations.current(root)
            if generation is None:
                raise IndexMissingError(root)
            try:
                return cls._load(root, generation, fingerprint, verify)
            except CorruptIndexError:
                # Saved twice meanwhile, the generation may have been removed while it was read.
                if generations.current(root) == generation:
                    raise

    @staticmethod
    def exists(root: Path) -> bool:
        """Whether anything was saved in a folder."""
        return (root / generations.POINTER).is_file()

    def is_current(self, root: Path) -> bool:
        """Whether a folder's generation in force is the one that this was opened from or saved as.

        Raises:
            CorruptIndexError: the folder does not say which one is in force.
        """
        return generations.current(root) == self._base

    @property
    def fingerprint(self) -> str:
        """Names everything that the bundle's numbers depend on."""
        return self.layout.fingerprint

    @property
    def removed_share(self) -> float:
        """Share of removed records in the word statistics, 0 to 1; a rebuild makes it 0."""
        return self._parts.lexical.removed_share

    @property
    def compaction_due(self) -> bool:
        """Whether `compact`, and a save after it, would be worth their time now."""
        vectors = self._parts.vectors
        return isinstance(vectors, Compacting) and vectors.compaction_due

    def __len__(self) -> int:
        return len(self._parts.ids)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._parts.ids

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Write entries; an id that is there is replaced, of two with one id the later counts.

        Raises:
            DimensionError: a vector has another width.
            NotFiniteError: a vector holds NaN or infinity.
            ColumnError: a column does not exist, or a value does not fit it.
        """
        latest = {entry.id: entry for entry in entries}
        if latest:
            self._parts.upsert(list(latest.values()))

    def remove(self, ids: Sequence[str]) -> int:
        """Take records out; ids that are not there are passed over. Returns how many were."""
        return self._parts.remove(ids)

    def compact(self) -> None:
        """Bring in order what changes have left; saved like any change, best after them.

        That takes seconds, or a minute where a million vectors are sorted into lists anew, and
        nobody waits for it: whoever reads goes on with the generation before.
        """
        if isinstance(self._parts.vectors, Compacting):
            self._parts.vectors.compact()

    def mask(self, filters: Sequence[Filter], without: Collection[str] = ()) -> Mask | None:
        """Rows that pass all filters, without some ids; None where that is every row.

        Ids that are not there are passed over. Raises FilterError.
        """
        known = self._parts.ids.known(list(without))
        if not filters and not len(known):
            return None
        mask = self._parts.columns.mask(filters)
        mask[known] = False
        return mask

    def all_rows(self, allowed: Mask | None = None) -> Rows:
        """Rows of all records, ascending; with a mask, of those that pass it."""
        return self._parts.ids.all(allowed)

    def counts(self, column: str, allowed: Mask | None = None) -> dict[Scalar, int]:
        """How many allowed rows have each value of a column. Raises FilterError."""
        return self._parts.columns.counts(column, allowed)

    def dense(self, query: Vectors, k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows by inner product with a query float32[dim], among allowed rows only."""
        return self._parts.vectors.search(query, k, allowed)

    def lexical_search(self, tokens: Sequence[str], k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows by BM25 for a query's tokens, among allowed rows only."""
        return self._parts.lexical.search(tokens, k, allowed)

    def idf(self, tokens: Sequence[str]) -> Scores:
        """Inverse document frequency of each token, float32[n]."""
        return self._parts.lexical.idf(tokens)

    def vectors(self, rows: Rows) -> Vectors:
        """Stored vectors float32[n, dim]. Raises UnknownRowError."""
        return self._parts.vectors.vectors(rows)

    def token_vectors(self, rows: Rows) -> list[Vectors] | None:
        """Token vectors float32[t, token_dim] of each row; None where none are stored."""
        return None if self._parts.tokens is None else self._parts.tokens.get_many(rows)

    def numbers(self, column: str, rows: Rows) -> NDArray[np.float64]:
        """Values float64[n] of a number column; NaN where a row has none. Raises FilterError."""
        return self._parts.columns.numbers(column, rows)

    def ids(self, rows: Rows) -> list[str]:
        """Record id of each row. Raises UnknownRowError."""
        return self._parts.ids.ids(rows)

    def rows(self, ids: Sequence[str]) -> Rows:
        """Row of each record id, int64[n]. Raises UnknownIdError."""
        return self._parts.ids.rows(ids)

    def save(self, root: Path) -> None:
        """Write a new generation and switch to it at once; the one before is kept.

        One process may save in a folder at a time; any number may read.

        Raises:
            IndexWriteError: the disk refused; the generation in force is what it was.
            IndexConflictError: another one was saved after this bundle was opened.
        """
        before = self._before(root)
        try:
            folder = generations.write(root, lambda folder: self._fill(folder, before))
            generations.prune(root, folder, before and before.folder)
        except OSError as error:
            raise IndexWriteError(root, error.strerror or error) from error
        self._base = generations.current(root)
        self._files = Manifest.load(folder).files
        self._parts.settle(folder, self.layout)

    def _before(self, root: Path) -> Generation | None:
        """The generation in force, if it is the one that this bundle grew from.

        A bundle that was made anew, or grew elsewhere, replaces whatever is there.
        """
        if self._base is None or self._base.folder.parent.resolve() != root.resolve():
            with suppress(CorruptIndexError):
                return generations.current(root)
            return None
        before = generations.current(root)
        if before != self._base:
            opened, now = self._base.folder.name, before and before.folder.name
            raise IndexConflictError(root, opened, now)
        return before

    def _fill(self, folder: Path, before: Generation | None) -> None:
        self._parts.save(folder)
        files = stored_files(folder, before and before.folder, self._files)
        Manifest.of(self.layout, len(self), self.meta, files).save(folder)

    @classmethod
    def _load(
        cls, root: Path, generation: Generation, fingerprint: str | None, verify: Verify
    ) -> Self:
        folder = generation.folder
        generations.check_manifest(generation)
        manifest = Manifest.load(folder)
        stored = manifest.layout.fingerprint
        if fingerprint is not None and fingerprint != stored:
            raise FingerprintMismatchError(root, stored, fingerprint)
        manifest.check(folder, verify)
        bundle = cls(manifest.layout, Parts.load(folder, manifest.layout, manifest.records))
        bundle.meta = manifest.meta
        bundle._base = generation
        bundle._files = manifest.files
        return bundle
