"""Keeps the index in step with the store, through crashes.

Each changed record has a revision of its own; an index remembers the last one that it has taken
in. So whatever happened meanwhile, the records after that revision are all that it lacks.
"""

import logging
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from indexing.errors import IndexingError
from matcher.types import Record, Side
from service.settings import Home
from service.store.store import Change, Store

log = logging.getLogger(__name__)

SIDES: tuple[Side, ...] = ("need", "achievement")
META_REVISION = "revision"

Progress = Callable[[Side, int, int], None]
"""Called with the side, the records taken in so far, and their total."""


class IndexBundle(Protocol):
    """One side's index, as far as this module looks into it."""

    @property
    def meta(self) -> MutableMapping[str, Any]:
        """JSON values that are saved with the index."""

    @property
    def compaction_due(self) -> bool:
        """Whether `compact` would be worth its time now."""

    def compact(self) -> None:
        """Bring in order what changes have left."""

    def save(self, folder: Path) -> None:
        """Write the index in the place of what the folder held, at once or not at all."""


B = TypeVar("B", bound=IndexBundle)


class Indexer(Protocol[B]):
    """Builds indexes; the composition root binds encoder and segmenter to `matcher.indexer`."""

    def create(self, side: Side) -> B:
        """Make an empty index."""

    def open_or_create(self, folder: Path, side: Side) -> B:
        """Open the index of a folder, or make an empty one."""

    def update(self, bundle: B, changed: Sequence[Record], removed: Sequence[str]) -> None:
        """Write records into an index and take removed ids out of it."""


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """How often a long indexing is saved, so that a killed one goes on where it was.

    Attributes:
        seconds: Save when this much time has passed since the last save.
        batch: Records that are encoded together.
    """

    seconds: float = 120.0
    batch: int = 256


@dataclass(frozen=True, slots=True)
class Synced:
    """What was done to one side's index."""

    side: Side
    changed: int
    removed: int
    revision: int
    rebuilt: bool


def bring_up_to_date(
    store: Store,
    home: Home,
    indexer: Indexer[B],
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    saved: Callable[[], None] = lambda: None,
) -> list[Synced]:
    """Bring both sides' indexes up to date; the caller holds the home (`service.lock`).

    Args:
        store: What the indexes are made of.
        home: Where they lie.
        indexer: Builds them.
        rebuild: Make them anew, whatever is there; the old ones serve until the end.
        progress: Told how far it is.
        checkpoints: How often a long run is saved.
        saved: Called once both sides are there as the store has them, and again after each that was
            brought in order: that may take minutes, for which nobody has to wait.
    """
    worker = _Worker(store, indexer, progress, checkpoints or Checkpoints())
    done = [worker.sync(side, home.index(side), rebuild=rebuild) for side in SIDES]
    saved()
    for bundle, folder in worker.untidy:
        if _compacted(bundle, folder):
            saved()
    return done


class _Worker(Generic[B]):
    def __init__(
        self,
        store: Store,
        indexer: Indexer[B],
        progress: Progress | None,
        checkpoints: Checkpoints,
    ) -> None:
        self._store = store
        self._indexer = indexer
        self._progress = progress
        self._checkpoints = checkpoints
        self.untidy: list[tuple[B, Path]] = []

    def sync(self, side: Side, folder: Path, *, rebuild: bool) -> Synced:
        if not rebuild:
            bundle = self._indexer.open_or_create(folder, side)
            # A store that was put back from a backup knows less than the index: begin anew.
            # So is one that was made anew because its columns were those of an older version.
            last = self._store.last_revision(side)
            revision = _revision(bundle)
            rebuild = revision > last or (revision == 0 < last and folder.exists())
        if rebuild:
            bundle = self._indexer.create(side)
        folder.parent.mkdir(parents=True, exist_ok=True)
        # A rebuild is saved at its end only: until then the old index is the better one.
        synced = self._catch_up(bundle, side, folder, rebuild)
        log.info(
            "synced side=%s changed=%d removed=%d revision=%d rebuilt=%s",
            *(side, synced.changed, synced.removed, synced.revision, synced.rebuilt),
        )
        return synced

    def _catch_up(self, bundle: B, side: Side, folder: Path, rebuild: bool) -> Synced:
        since = _revision(bundle)
        total = self._store.count_changes_since(side, since)
        changes = self._store.changes_since(side, since)
        changed = removed = 0
        saved_at = time.monotonic()
        # Asked of the index, not of the folder: a killed process may have left an empty one.
        unsaved = rebuild or META_REVISION not in bundle.meta
        bundle.meta.setdefault(META_REVISION, 0)
        for batch in _batches(changes, self._checkpoints.batch):
            records = [record for _, _, record in batch if record is not None]
            gone = [id_ for _, id_, record in batch if record is None]
            self._indexer.update(bundle, records, gone)
            bundle.meta[META_REVISION] = batch[-1][0]
            changed += len(records)
            removed += len(gone)
            unsaved = True
            if self._progress is not None:
                self._progress(side, changed + removed, total)
            due = time.monotonic() - saved_at >= self._checkpoints.seconds
            if due and not rebuild:
                bundle.save(folder)
                unsaved = False
                saved_at = time.monotonic()
        if unsaved:
            bundle.save(folder)
        if bundle.compaction_due:
            self.untidy.append((bundle, folder))
        return Synced(side, changed, removed, _revision(bundle), rebuild)


def _compacted(bundle: IndexBundle, folder: Path) -> bool:
    """Bring a saved index in order; what is new is safe, whatever becomes of this."""
    try:
        bundle.compact()
        bundle.save(folder)
    except (IndexingError, OSError, RuntimeError) as error:
        log.warning("index not brought in order: %s", type(error).__name__)
        return False
    return True


def _revision(bundle: IndexBundle) -> int:
    return int(bundle.meta.get(META_REVISION, 0))


def _batches(changes: Iterator[Change], size: int) -> Iterator[list[Change]]:
    while batch := list(islice(changes, size)):
        yield batch
