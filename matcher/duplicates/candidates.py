"""Pairs worth a look, found without comparing every record with every other.

Three ways of looking, so that what one misses another finds:

- texts: MinHash (Broder 1997, "On the resemblance and containment of documents") by datasketch
  over character shingles, banded as in locality-sensitive hashing; finds texts that share much;
- titles: records whose titles share rare character n-grams; finds short and title-only records;
- openings: the same for the beginning of a text, against titles; finds records without a title.

An index holds numbers only (about 0.4 kB a record), never the texts: what is found is read again.
"""

import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray
from scipy import sparse

from matcher.duplicates.hashing import mixed, shingle_hashes
from matcher.duplicates.readable import readable_fingerprint
from matcher.duplicates.reading import Outline

SHINGLE = 4
BANDS, ROWS = 40, 3
"""A pair with Jaccard j is found with 1 - (1 - j^3)^40: 0.66 at 0.3, 0.93 at 0.4, 0.994 at 0.5."""
WINDOW = 12
"""In a crowded bucket a record is paired with this many after it, the most alike coming first."""
TITLE_GRAM = 2
GRAM_LIMIT = 400
"""A title's n-gram in more records than this is no sign of anything."""
TITLE_LIKENESS = 0.42
"""Cosine of two titles that are looked at when one of the records has no text."""
TITLE_LIKENESS_WITH_TEXTS = 0.6
"""When both have one: texts that share nothing need more than a title to be the same thing."""
TITLE_NEIGHBOURS = 12
CHUNK = 2000

VERSION = f"2 {SHINGLE} {BANDS} {ROWS} {TITLE_GRAM}"
"""Of saved indexes; raise the first number when texts are read in another way, or stored so."""

Pairs = NDArray[np.int64]
Flags = NDArray[np.bool_]
_SEED = 20261123


@dataclass
class CandidateIndex:
    """What candidates are found by; records are numbered in the order in which they are added."""

    ids: list[str] = field(default_factory=list)
    _bands: list[NDArray[np.uint32]] = field(default_factory=list)
    _grams: list[NDArray[np.uint32]] = field(default_factory=list)

    def add(self, outlines: Sequence[Outline]) -> None:
        """Take records in."""
        if not outlines:
            return
        self.ids += [one.id for one in outlines]
        self._bands.append(_band_keys(np.stack([_signature(one.letters) for one in outlines])))
        self._grams += [_title_keys(one.heading) for one in outlines]

    def replaced(self, gone: Collection[str], added: "CandidateIndex") -> "CandidateIndex":
        """Take records out and in, and put all in the order of ids; returns a new index.

        The order makes an index that grew equal to one that was made at once.
        """
        fresh = set(added.ids)
        kept = [at for at, id_ in enumerate(self.ids) if id_ not in gone and id_ not in fresh]
        ids = [*(self.ids[at] for at in kept), *added.ids]
        bands = np.concatenate([self._all_bands()[kept], added._all_bands()])
        grams = [*(self._grams[at] for at in kept), *added._grams]
        order = sorted(range(len(ids)), key=ids.__getitem__)
        return CandidateIndex(
            [ids[at] for at in order], [bands[order]], [grams[at] for at in order]
        )

    def save(self, file: Path, revision: int) -> None:
        """Write the index beside `file` and put it in its place, with the revision it is of."""
        beside = file.with_name(file.name + ".tmp")
        with beside.open("wb") as stream:
            np.savez(
                stream,
                version=np.array(_version()),
                revision=np.array(revision),
                # JSON, since an id may hold a line break or half a surrogate pair.
                ids=np.frombuffer(json.dumps(self.ids).encode(), dtype=np.uint8),
                bands=self._all_bands(),
                grams=np.concatenate([*self._grams, np.empty(0, dtype=np.uint32)]),
                lengths=np.array([len(one) for one in self._grams], dtype=np.int64),
            )
        beside.replace(file)

    @classmethod
    def load(cls, file: Path) -> tuple["CandidateIndex", int] | None:
        """Read an index and its revision; None without one that can be used."""
        try:
            with np.load(file, allow_pickle=False) as stored:
                if str(stored["version"]) != _version():
                    return None
                ids = json.loads(stored["ids"].tobytes())
                cuts = np.cumsum(stored["lengths"])[:-1]
                grams = np.split(stored["grams"], cuts) if ids else []
                return cls(ids, [stored["bands"]], grams), int(stored["revision"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None

    def _all_bands(self) -> NDArray[np.uint32]:
        return np.concatenate([np.empty((0, BANDS), dtype=np.uint32), *self._bands])

    def pairs(self, new: Flags | None = None) -> Pairs:
        """Pairs of row numbers, int64[n, 2], the smaller first, in order, each once.

        Args:
            new: bool[rows]; only pairs with one of these records. All pairs when None.
        """
        count = len(self.ids)
        if count < 2:
            return np.empty((0, 2), dtype=np.int64)
        wanted = np.ones(count, dtype=np.bool_) if new is None else new
        codes = [*self._text_codes(wanted), *self._title_codes(wanted)]
        unique = np.unique(np.concatenate(codes)) if codes else np.empty(0, dtype=np.int64)
        return np.stack([unique // count, unique % count], axis=1)

    def _text_codes(self, wanted: Flags) -> Iterator[Pairs]:
        bands = self._all_bands()
        for band in range(BANDS):
            keys = bands[:, band]
            # Within a bucket the next band decides: the alike stand side by side.
            order = np.lexsort((bands[:, (band + 1) % BANDS], keys))
            order = order[keys[order] != 0]
            for step in range(1, WINDOW + 1):
                left, right = order[:-step], order[step:]
                same = keys[left] == keys[right]
                if not same.any():
                    break
                yield _codes(left[same], right[same], wanted)

    def _title_codes(self, wanted: Flags) -> Iterator[Pairs]:
        matrix = _weighted(self._grams)
        others = matrix.T.tocsr()
        has_text = self._all_bands()[:, 0] != 0
        rows = np.flatnonzero(wanted)
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            likeness = (matrix[part] @ others).tocsr()
            likeness.data[likeness.data < TITLE_LIKENESS] = 0
            likeness.eliminate_zeros()
            left, right, near = _nearest(likeness)
            left = part[left]
            both = has_text[left] & has_text[right]
            kept = ~both | (near >= TITLE_LIKENESS_WITH_TEXTS)
            yield _codes(left[kept], right[kept], wanted)


def _version() -> str:
    """Name what the numbers of a saved index depend on; a better repair reads all texts again."""
    return f"{VERSION} {readable_fingerprint()}"


def _codes(left: Pairs, right: Pairs, wanted: Flags) -> Pairs:
    low, high = np.minimum(left, right), np.maximum(left, right)
    kept = (low != high) & (wanted[low] | wanted[high])
    codes: Pairs = low[kept].astype(np.int64) * len(wanted) + high[kept]
    return codes


def _title_keys(heading: str) -> NDArray[np.uint32]:
    """Hashes of the n-grams of a title, and of all of it."""
    whole = np.uint32(zlib.crc32(heading.encode("utf-8", "surrogatepass")))
    return np.unique(np.append(shingle_hashes(heading, TITLE_GRAM), whole))


@cache
def _empty_sketch() -> MinHash:
    return MinHash(num_perm=BANDS * ROWS, seed=_SEED, hashfunc=int)


def _signature(letters: str) -> NDArray[np.uint32]:
    """MinHash of a text, uint32[BANDS * ROWS]; zeros for a record without one."""
    if not letters:
        return np.zeros(BANDS * ROWS, dtype=np.uint32)
    sketch = _empty_sketch().copy()
    sketch.update_batch(np.unique(shingle_hashes(letters, SHINGLE)).tolist())
    return np.asarray(sketch.hashvalues, dtype=np.uint32)


def _band_keys(signatures: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Key of each band, uint32[n, BANDS]; 0 in all of them for a record without a text."""
    rows = signatures.reshape(len(signatures), BANDS, ROWS)
    keys = np.ones((len(signatures), BANDS), dtype=np.uint32)
    for row in range(ROWS):
        keys = mixed(keys ^ rows[:, :, row])
    keys = np.maximum(keys, 1)
    keys[~signatures.any(axis=1)] = 0
    return keys


def _weighted(grams: Sequence[NDArray[np.uint32]]) -> sparse.csr_matrix:
    """Rows of unit length over the rare n-grams, weighed by how rare they are."""
    lengths = np.array([len(one) for one in grams])
    names, columns = np.unique(np.concatenate(grams), return_inverse=True)
    frequency = np.bincount(columns, minlength=len(names))
    weights = np.log1p(len(grams) / frequency).astype(np.float32)
    every = weights[columns]
    rows = np.repeat(np.arange(len(grams)), lengths)
    norms = np.sqrt(np.bincount(rows, weights=every.astype(np.float64) ** 2, minlength=len(grams)))
    kept = frequency[columns] <= GRAM_LIMIT
    values = every[kept] / np.maximum(norms[rows[kept]], 1e-9)
    shape = (len(grams), len(names))
    return sparse.csr_matrix((values.astype(np.float32), (rows[kept], columns[kept])), shape=shape)


def _nearest(likeness: sparse.csr_matrix) -> tuple[Pairs, Pairs, NDArray[np.float32]]:
    """Rows, columns and values of the largest entries of each row, its own place among them."""
    counts = np.diff(likeness.indptr)
    rows = np.repeat(np.arange(likeness.shape[0], dtype=np.int64), counts)
    # Of equally near ones the earlier: the answer must not depend on chance.
    order = np.lexsort((likeness.indices, -likeness.data, rows))
    place = np.arange(len(order)) - np.repeat(likeness.indptr[:-1], counts)
    kept = order[place <= TITLE_NEIGHBOURS]
    return rows[kept], likeness.indices[kept].astype(np.int64), likeness.data[kept]
