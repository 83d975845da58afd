"""FAISS and tantivy with nothing around them, joined by ranks: the floor for `benchmarks.peers`.

Every vector up to 50,000, beyond 512 inverted lists of 8-bit vectors, 32 of them probed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import tantivy

from benchmarks.peers_engines.measure import main
from benchmarks.peers_engines.protocol import NEAREST, Question, Rows

_faiss: Any = faiss
EXACT_UP_TO, LISTS, PROBED = 50_000, 512, 32
DEPTH, RANK = 100, 60
"""Rows of each side; the constant of reciprocal rank fusion (Cormack et al. 2009)."""


class Floor:
    """An `Engine`."""

    packages = ("faiss-cpu", "tantivy")

    def __init__(self) -> None:
        faiss.omp_set_num_threads(1)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", tokenizer_name="raw")
        builder.add_unsigned_field("row", fast=True)
        builder.add_float_field("share", indexed=True, fast=True)
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.build()
        self._words: Any = None
        self._writer: Any = None
        self._vectors: Any = None
        self._share = np.zeros(0)

    def build(self, rows: Rows, work: Path) -> None:
        """See `Engine`."""
        few = len(rows.vectors) <= EXACT_UP_TO
        kind = "Flat" if few else f"IVF{LISTS},SQ8"
        size = rows.vectors.shape[1]
        self._vectors = _faiss.index_factory(size, f"IDMap2,{kind}" if few else kind, 0)
        self._vectors.train(rows.vectors)
        self._vectors.add_with_ids(rows.vectors, np.array(rows.numbers))
        self._share = np.array(rows.share)
        (work / "words").mkdir()
        self._words = tantivy.Index(self._schema, path=str(work / "words"))
        self._writer = self._words.writer(50_000_000, 1)
        self._write(rows)

    def save(self, work: Path) -> None:
        """Write the vectors; the words lie on disk already."""
        _faiss.write_index(self._vectors, str(work / "vectors.faiss"))
        np.save(work / "share.npy", self._share)

    def open(self, work: Path) -> None:
        """See `Engine`."""
        self._vectors = _faiss.read_index(str(work / "vectors.faiss"))
        self._share = np.load(work / "share.npy")
        self._words = tantivy.Index.open(str(work / "words"))

    def update(self, rows: Rows) -> None:
        """See `Engine`."""
        numbers = np.array(rows.numbers)
        self._vectors.remove_ids(numbers)
        self._vectors.add_with_ids(rows.vectors, numbers)
        for number in rows.numbers:
            self._writer.delete_documents_by_term("id", str(number))
        self._write(rows)

    def _write(self, rows: Rows) -> None:
        for number, words, share in zip(rows.numbers, rows.words, rows.share, strict=True):
            document = tantivy.Document()
            document.add_text("id", str(number))
            document.add_unsigned("row", number)
            document.add_float("share", share)
            document.add_text("words", words)
            self._writer.add_document(document)
        self._writer.commit()
        self._words.reload()

    def ask(self, question: Question, below: float | None) -> list[int]:
        """See `Engine`."""
        near = self._near(question, below)
        scores: dict[int, float] = {}
        for ranked in (near[near >= 0].tolist(), self._worded(question, below)):
            for at, row in enumerate(ranked):
                scores[row] = scores.get(row, 0.0) + 1 / (RANK + at)
        return sorted(scores, key=lambda row: -scores[row])[:NEAREST]

    def _near(self, question: Question, below: float | None) -> Any:
        exact = len(self._share) <= EXACT_UP_TO
        sel = None
        if below is not None:
            bits = np.packbits(self._share < below, bitorder="little")
            sel = _faiss.IDSelectorBitmap(bits)
        kind = _faiss.SearchParameters if exact else _faiss.SearchParametersIVF
        parameters = kind(sel=sel) if exact else kind(sel=sel, nprobe=PROBED)
        return self._vectors.search(question.vector[None], DEPTH, params=parameters)[1][0]

    def _worded(self, question: Question, below: float | None) -> Sequence[int]:
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        terms = [
            (should, tantivy.Query.term_query(self._schema, "words", word, "freq"))
            for word in question.words.split()
        ]
        query = tantivy.Query.boolean_query(terms)
        if below is not None:
            number = tantivy.FieldType.Float
            passing = tantivy.Query.range_query(
                self._schema, "share", number, -1.0, below, include_upper=False
            )
            unweighed = tantivy.Query.const_score_query(passing, 0.0)
            query = tantivy.Query.boolean_query([(must, unweighed), (must, query)])
        searcher = self._words.searcher()
        places = [place for _, place in searcher.search(query, DEPTH).hits]
        return list(searcher.fast_field_values("row", places))


if __name__ == "__main__":
    main(Floor)
