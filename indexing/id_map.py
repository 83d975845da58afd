"""Record ids and their rows. A row is given once and never again, so an old answer cannot lie."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

import numpy as np

from indexing.base import Mask, Rows
from indexing.blocks import first_rewritten
from indexing.errors import CorruptIndexError, UnknownIdError, UnknownRowError
from indexing.files import load_json, reading, save_json
from indexing.id_blocks import IdBlock, StoredId, as_bytes, key_of
from indexing.rowset import RowSet, as_rows

HEAD = "ids.json"
PRESENT = "present.npy"


class IdMap:
    """Ids (any text) to rows int64 and back.

    What was saved stays on the disk, in blocks that are searched by bisection; what is new is in
    memory. Most lookups are of ids in batches, so that a million costs no dictionary.
    """

    def __init__(self) -> None:
        self._row_of: dict[str, int] = {}
        self._id_of: dict[int, str] = {}
        self._present = RowSet()
        self._next = 0
        self._blocks: list[IdBlock] = []
        self._folder: Path | None = None

    def __len__(self) -> int:
        return len(self._present)

    def __contains__(self, id_: object) -> bool:
        return isinstance(id_, str) and self._find([id_])[0] >= 0

    def all(self, allowed: Mask | None = None) -> Rows:
        """Rows that are there, ascending; with a mask, those that it allows."""
        return self._present.all() if allowed is None else self._present.passing(allowed)

    def assign(self, ids: Sequence[str]) -> tuple[Rows, Rows]:
        """Give each of distinct ids a new row.

        Returns:
            The new rows int64[n], and the rows that those of the ids had which were there.
        """
        old = self.remove(ids)
        new = np.arange(self._next, self._next + len(ids), dtype=np.int64)
        self._next += len(ids)
        self._present.add(new)
        self._row_of.update(zip(ids, new.tolist(), strict=True))
        self._id_of.update(zip(new.tolist(), ids, strict=True))
        return new, old

    def remove(self, ids: Iterable[str]) -> Rows:
        """Forget ids; returns the rows of those that were there."""
        distinct = list(dict.fromkeys(ids))
        found = self._find(distinct)
        for id_, row in zip(distinct, found.tolist(), strict=True):
            if self._id_of.pop(row, None) is not None:
                del self._row_of[id_]
        gone = found[found >= 0]
        self._present.discard(gone)
        return gone

    def rows(self, ids: Sequence[str]) -> Rows:
        """Row of each id, int64[n]. Raises UnknownIdError."""
        found = self._find(ids)
        if (found < 0).any():
            raise UnknownIdError([ids[at] for at in np.flatnonzero(found < 0).tolist()])
        return found

    def known(self, ids: Sequence[str]) -> Rows:
        """Rows of those ids that are there, int64[≤ n]."""
        found = self._find(ids)
        return found[found >= 0]

    def ids(self, rows: Rows) -> list[str]:
        """Id of each row. Raises UnknownRowError."""
        rows = as_rows(rows)
        there = self._present.has(rows)
        if not there.all():
            raise UnknownRowError(rows[~there])
        found = [self._id_of.get(row) for row in rows.tolist()]
        for block in self._blocks:
            inside, places = block.places(rows)
            for at, place in zip(np.flatnonzero(inside).tolist(), places.tolist(), strict=True):
                found[at] = block.id_at(place).decode("utf-8", "surrogatepass")
        return [id_ for id_ in found if id_ is not None]

    def save(self, folder: Path) -> None:
        """Write the map into an existing empty folder; unchanged blocks are linked."""
        sizes = [len(block) for block in self._blocks]
        live = [int(np.count_nonzero(self._present.has(block.rows))) for block in self._blocks]
        kept = first_rewritten(sizes, len(self._id_of), live)
        for number in range(kept if self._folder else 0):
            IdBlock.link(self._folder or folder, folder, number)
        written = self._rest(kept)
        if len(written):
            written.save(folder, kept)
        self._present.save(folder / PRESENT)
        save_json(folder / HEAD, {"next_row": self._next, "blocks": kept + bool(len(written))})

    def _rest(self, kept: int) -> IdBlock:
        """Ids of all blocks but the first ones, and those in memory, as one block."""
        stored: list[StoredId] = []
        for block in self._blocks[kept:]:
            there = self._present.has(block.rows).tolist()
            stored += [one for one, live in zip(block, there, strict=True) if live]
        for row, id_ in self._id_of.items():
            text = as_bytes(id_)
            stored.append(StoredId(row, key_of(text), text))
        return IdBlock.of(stored)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote into memory. Raises CorruptIndexError."""
        head = folder / HEAD
        ids = cls()
        with reading(head):
            content = load_json(head)
            ids._next, count = int(content["next_row"]), int(content["blocks"])
        ids._blocks = [IdBlock.load(folder, number) for number in range(count)]
        ids._folder = folder
        ids._present = RowSet.load(folder / PRESENT)
        last = max((int(block.rows[-1]) for block in ids._blocks if len(block)), default=-1)
        if max(last, len(ids._present.mask()) - 1) >= ids._next or not ids._fits():
            raise CorruptIndexError(head, "行号重复或超出范围")
        return ids

    def _fits(self) -> bool:
        """Whether every row that is present is in one block, and in one only."""
        live = sum(int(np.count_nonzero(self._present.has(block.rows))) for block in self._blocks)
        return live == len(self._present)

    def _find(self, ids: Sequence[str]) -> Rows:
        """Row of each id, -1 where it is not there."""
        found = np.array([self._row_of.get(id_, -1) for id_ in ids], dtype=np.int64)
        missing = np.flatnonzero(found < 0).tolist() if self._blocks else []
        if not missing:
            return found
        texts = [as_bytes(ids[at]) for at in missing]
        keys = np.array([key_of(text) for text in texts], dtype=np.uint64)
        for block in self._blocks:
            alike = zip(missing, texts, block.candidates(keys), strict=True)
            same = [(at, one) for at, text, two in alike for one in two if block.id_at(one) == text]
            wanted, places = np.array(same, dtype=np.int64).reshape(-1, 2).T
            rows = block.rows[places]
            there = self._present.has(rows)
            found[wanted[there]] = rows[there]
        return found
