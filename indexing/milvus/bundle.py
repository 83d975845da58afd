"""A bundle whose vectors lie on a Milvus server; words, columns and ids stay in its files."""

import logging
import time
from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from indexing import generations
from indexing.base import Mask
from indexing.bundle import Bundle, Entry
from indexing.columns import ColumnKind
from indexing.errors import CorruptIndexError, EngineError
from indexing.files import load_json, save_json
from indexing.filters import Filter
from indexing.manifest import Layout, Manifest
from indexing.milvus.collection import Collection, made_at
from indexing.milvus.index import FILE, MilvusIndex
from indexing.milvus.mask import FilteredMask
from indexing.parts import Parts

log = logging.getLogger(__name__)

KIND = "milvus"
"""What `indexing.factory` must have been offered `on_server` as."""
KEPT_SECONDS = 24 * 3600.0
"""A collection that nothing names any more is dropped after so long."""
UNNAMED_FILE = "milvus-unnamed.json"
"""Beside the sides' folders: which those are, and since when."""


class MilvusBundle(Bundle):
    """A `Bundle` that tells the server what its rows are, so that it can filter them itself.

    A rebuild fills a collection of its own; the pointer to the new generation is the switch, and
    the alias `<scope>_<folder>` follows it, for who looks at the server.
    """

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
        """Make an empty bundle; see `Bundle.create`. Filling it asks the server first."""
        layout = Layout(
            fingerprint=fingerprint,
            dim=dim,
            token_dim=token_dim,
            columns=dict(columns),
            vectors=KIND,
        )
        bundle = cls(layout, Parts.empty(layout, size))
        bundle._vectors.kinds = layout.columns
        return bundle

    @staticmethod
    def exists(root: Path) -> bool:
        """Whether a bundle of this kind was saved in a folder; another kind is to be made anew."""
        generation = generations.current(root) if Bundle.exists(root) else None
        return generation is not None and Manifest.load(generation.folder).layout.vectors == KIND

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Write entries; see `Bundle.upsert`."""
        super().upsert(entries)
        latest = {entry.id: entry.columns for entry in entries}
        self._vectors.describe(self.rows([*latest]), [*latest.values()])

    def mask(self, filters: Sequence[Filter], without: Ids[str] = ()) -> Mask | None:
        """Rows that pass all filters, without some ids; see `Bundle.mask`."""
        mask = super().mask(filters, without)
        return mask if mask is None else FilteredMask.of(mask, filters)

    def save(self, root: Path) -> None:
        """Write a new generation and switch to it; see `Bundle.save`.

        Raises:
            EngineError: the server could not be written to; the generation in force is what it was.
        """
        super().save(root)
        name = self._vectors.collection
        if name is None:
            return
        try:
            self._point_alias(f"{self._vectors.connection.options.scope}_{root.name}", name)
            self._tidy(root)
        except EngineError as error:
            # The switch is done; what is left over is cleared away by a later save.
            log.warning("milvus not tidied: %s", type(error).__name__)

    @property
    def _vectors(self) -> MilvusIndex:
        vectors: Any = self._parts.vectors
        if not isinstance(vectors, MilvusIndex):
            raise TypeError(f"the vectors are {type(vectors).__name__}, not on a server")
        return vectors

    def _point_alias(self, alias: str, name: str) -> None:
        def point(client: Any, seconds: float) -> None:
            aliases = client.list_aliases(timeout=seconds)["aliases"]
            change = client.alter_alias if alias in aliases else client.create_alias
            change(collection_name=name, alias=alias, timeout=seconds)

        self._vectors.connection.write(point)

    def _tidy(self, root: Path) -> None:
        connection = self._vectors.connection
        kept = set(_named_beside(root))
        names = connection.write(lambda client, seconds: client.list_collections(timeout=seconds))
        scope, now = connection.options.scope, time.time()
        unnamed = {name for name in names if made_at(name, scope) is not None and name not in kept}
        since = {name: at for name, at in _read_unnamed(root).items() if name in unnamed}
        since |= dict.fromkeys(unnamed - since.keys(), now)
        for name in [name for name, at in since.items() if at < now - KEPT_SECONDS]:
            Collection(connection, name).drop()
            del since[name]
            log.info("dropped an old collection")
        _write_unnamed(root, since)


def _read_unnamed(root: Path) -> dict[str, float]:
    """Since when collections have been named by no generation, Unix seconds; for both sides.

    Not since when they were made: servers that run may still ask one that a rebuild has replaced
    this minute.
    """
    path = root.parent / UNNAMED_FILE
    try:
        return {str(name): float(at) for name, at in load_json(path).items()}
    except (CorruptIndexError, AttributeError, TypeError, ValueError):
        return {}  # none was seen yet, or it is unreadable: then they are kept for longer


def _write_unnamed(root: Path, since: Mapping[str, float]) -> None:
    fresh = root.parent / f"{UNNAMED_FILE}.part"
    try:
        save_json(fresh, since)
        fresh.replace(root.parent / UNNAMED_FILE)
    except OSError as error:
        log.warning("not noted which collections are unnamed: %s", type(error).__name__)


def _named_beside(root: Path) -> Iterator[str]:
    """Collections that the generations in force name, of both sides."""
    for folder in root.parent.iterdir():
        generation = generations.current(folder) if Bundle.exists(folder) else None
        file = generation.folder / "vectors" / FILE if generation else None
        if file is not None and file.is_file():
            try:
                yield str(load_json(file)["collection"])
            except CorruptIndexError:
                log.warning("a damaged index names no collection")
