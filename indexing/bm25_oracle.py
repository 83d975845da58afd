"""BM25 in plain NumPy, every score computed: the oracle of the tests."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from indexing.base import Hits, Mask, Rows, Scores
from indexing.errors import DimensionError
from indexing.files import load_json, reading, save_json
from indexing.ranking import best
from indexing.rowset import RowSet, as_rows
from indexing.tokens import clean, clean_token

K1 = 1.2
B = 0.75


class ExactLexicalIndex:
    """A `LexicalIndex` that reads every document for every query.

    Args:
        quantised_lengths: take |d| as Lucene and tantivy store it, in one byte.
        counts_removed: let removed documents count on in N, df and avgdl, as Lucene and tantivy
            do until their segment is merged.
    """

    def __init__(self, *, quantised_lengths: bool = False, counts_removed: bool = False) -> None:
        self._quantised_lengths = quantised_lengths
        self._counts_removed = counts_removed
        self._present = RowSet()
        self._documents: dict[int, Counter[str]] = {}
        self._removed: list[Counter[str]] = []

    def __len__(self) -> int:
        return len(self._present)

    def add(self, rows: Rows, documents: Sequence[Sequence[str]]) -> None:
        """Add token lists under new rows; see `LexicalIndex.add`."""
        rows = as_rows(rows)
        if len(rows) != len(documents):
            raise DimensionError("词表", (len(rows),), (len(documents),))
        self._present.add(rows)
        for row, tokens in zip(rows.tolist(), documents, strict=True):
            self._documents[row] = Counter(clean(tokens))

    def remove(self, rows: Rows) -> int:
        """Remove rows; see `LexicalIndex.remove`."""
        gone = self._present.discard(rows)
        for row in gone.tolist():
            document = self._documents.pop(row)
            if self._counts_removed:
                self._removed.append(document)
        return len(gone)

    def search(self, tokens: Sequence[str], k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query's tokens; see `LexicalIndex.search`."""
        rows = self._present.all() if allowed is None else self._present.passing(allowed)
        documents = [self._documents[row] for row in rows.tolist()]
        lengths = np.array([self._length(document) for document in documents], dtype=np.float64)
        norms = K1 * (1 - B + B * lengths / self._average_length())
        scores = np.zeros(len(rows), dtype=np.float64)
        for token, times in Counter(clean(tokens)).items():
            tf = np.array([document[token] for document in documents], dtype=np.float64)
            scores += times * self._idf(token) * tf * (K1 + 1) / (tf + norms)
        found = scores > 0
        return best(rows[found], scores[found].astype(np.float32), k)

    def idf(self, tokens: Sequence[str]) -> Scores:
        """Inverse document frequency of each token; see `LexicalIndex.idf`."""
        return np.array([self._idf(clean_token(token)) for token in tokens], dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder."""
        documents = {str(row): dict(document) for row, document in self._documents.items()}
        options = [self._quantised_lengths, self._counts_removed]
        removed = [dict(document) for document in self._removed]
        content = {"options": options, "documents": documents, "removed": removed}
        save_json(folder / "documents.json", content)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        path = folder / "documents.json"
        with reading(path):
            content = load_json(path)
            quantised_lengths, counts_removed = content["options"]
            index = cls(quantised_lengths=quantised_lengths, counts_removed=counts_removed)
            index._removed = [Counter(document) for document in content["removed"]]
            index._documents = {int(row): Counter(d) for row, d in content["documents"].items()}
            index._present.add(np.array(list(index._documents), dtype=np.int64))
        return index

    def _counted(self) -> list[Counter[str]]:
        return [*self._documents.values(), *self._removed]

    def _idf(self, token: str) -> float:
        counted = self._counted()
        df = sum(token in document for document in counted)
        return float(np.log1p((len(counted) - df + 0.5) / (df + 0.5)))

    def _average_length(self) -> float:
        counted = self._counted()
        # tantivy's average is over exact lengths, whatever it stores a document.
        total = sum(document.total() for document in counted)
        return total / len(counted) if total else 1.0

    def _length(self, document: Counter[str]) -> int:
        length = document.total()
        return quantised(length) if self._quantised_lengths else length


def quantised(length: int) -> int:
    """The length that a document of `length` tokens is scored with by Lucene and tantivy.

    Exact below 40; from there on four significant bits of what exceeds 24, rounded down.
    Source: Lucene's `SmallFloat.intToByte4`, of which tantivy's table of field norms is a copy.
    """
    return int(LENGTHS[np.searchsorted(LENGTHS, length, side="right") - 1])


def _representable() -> NDArray[np.int64]:
    lengths = list(range(24))
    for code in range(256 - 24):
        mantissa, shift = code & 7, (code >> 3) - 1
        lengths.append(24 + (mantissa if shift < 0 else (mantissa | 8) << shift))
    return np.array(lengths, dtype=np.int64)


LENGTHS = _representable()
"""int64[256]: every length that one byte can mean, ascending."""
