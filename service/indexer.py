"""What `service.sync` builds indexes with; its imports wait until an index is built."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.types import Record, Side

if TYPE_CHECKING:
    from indexing.bundle import Bundle
    from matcher.embed import Embedder
    from matcher.protocols import Segmenter


@dataclass(frozen=True, slots=True)
class BundleIndexer:
    """`matcher.indexer`, bound to an encoder and a segmenter; a `service.sync.Indexer`.

    Attributes:
        bundles: the class of indexes, which says where vectors lie; files unless given.
    """

    embedder: "Embedder"
    segmenter: "Segmenter"
    bundles: "type[Bundle] | None" = None

    def create(self, side: Side) -> "Bundle":
        """Make an empty index."""
        from matcher import indexer

        return indexer.create(side, self.embedder, self.segmenter, self.bundles)

    def open_or_create(self, folder: Path, side: Side) -> "Bundle":
        """Open the index of a folder, or make an empty one."""
        from matcher import indexer

        return indexer.open_or_create(folder, side, self.embedder, self.segmenter, self.bundles)

    def update(self, bundle: "Bundle", changed: Sequence[Record], removed: Sequence[str]) -> None:
        """Write records into an index and take removed ids out of it."""
        from matcher import indexer

        indexer.update(bundle, changed, removed, self.embedder, self.segmenter)
