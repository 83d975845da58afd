"""BM25 with tantivy: incremental, on disk, memory-mapped.

The index works in a private folder; a saved folder is only read. Segment files never change once
written, so they are hard-linked between the two, not copied.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
import tantivy

from indexing.base import Hits, Mask, Rows, Scores
from indexing.errors import CorruptIndexError, DimensionError, IndexWriteError
from indexing.files import reading
from indexing.ranking import best, no_hits
from indexing.rowset import RowSet, as_rows
from indexing.tantivy_files import copy_index, follow, segments, work_folder
from indexing.tokens import clean, clean_token

PRESENT = "present.npy"
HEAP_BYTES = 50_000_000
MARGIN = 16
"""Hits fetched beyond k, so that ties at the cut are seen without asking again."""
GROWTH = 4
ROW_COST = 16
"""Hits that are fetched in the time of one allowed row in the query itself; measured."""

_UNFINISHED = "此前的一次写入没有完成，请重新打开索引"


class TantivyIndex:
    """A `LexicalIndex` on tantivy.

    Scores are tantivy's: lengths are stored in one byte, and removed documents count in N, df
    and avgdl until their segment is merged (`removed_share`), both as in Lucene.
    Searching in several threads is safe, writing meanwhile is not.
    """

    def __init__(self) -> None:
        self._prepare()
        self._attach(tantivy.Index(_schema(), path=str(self._folder)), RowSet())

    def _prepare(self) -> None:
        self._writers: list[tantivy.IndexWriter] = []  # at most one
        self._folder = work_folder(self, self._writers)

    def _attach(self, index: tantivy.Index, present: RowSet) -> None:
        # The searcher is renewed after a commit; no thread has to watch the folder for that.
        index.config_reader("Manual")
        self._index = index
        self._present = present
        self._failed = False
        self._flushing = threading.Lock()
        self._renew()

    def __len__(self) -> int:
        return len(self._present)

    @property
    def removed_share(self) -> float:
        """Share of removed documents among those that the statistics count, 0 to 1."""
        self._flush()
        return 1 - len(self) / self._counted if self._counted else 0.0

    def add(self, rows: Rows, documents: Sequence[Sequence[str]]) -> None:
        """Add token lists under new rows; see `LexicalIndex.add`."""
        rows = as_rows(rows)
        if len(rows) != len(documents):
            raise DimensionError("词表", (len(rows),), (len(documents),))
        self._present.add(rows)
        with self._writing() as writer:
            for row, tokens in zip(rows.tolist(), documents, strict=True):
                document = tantivy.Document()
                document.add_unsigned("row", row)
                document.add_text("tokens", " ".join(clean(tokens)))
                writer.add_document(document)

    def remove(self, rows: Rows) -> int:
        """Remove rows; see `LexicalIndex.remove`."""
        gone = self._present.discard(rows)
        if len(gone):
            with self._writing() as writer:
                # Not by term: a Python int becomes a signed term, which no unsigned field has.
                writer.delete_documents_by_query(self._among(gone))
        return len(gone)

    def search(self, tokens: Sequence[str], k: int, allowed: Mask | None = None) -> Hits:
        """Best k rows for a query's tokens; see `LexicalIndex.search`."""
        self._flush()
        query, k = self._query(tokens), min(k, len(self))
        if query is None or k <= 0:
            return no_hits()
        if allowed is None:
            return self._top(query, k, k + MARGIN)
        passing = self._present.count_passing(allowed)
        if not passing:
            return no_hits()
        expected = k * len(self) // passing
        return self._top_allowed(query, k, expected + expected // 4 + MARGIN, allowed, passing)

    def idf(self, tokens: Sequence[str]) -> Scores:
        """Inverse document frequency of each token; see `LexicalIndex.idf`."""
        self._flush()
        df = np.array(
            [self._searcher.doc_freq("tokens", t) for t in map(clean_token, tokens)], np.float64
        )
        return np.log1p((self._counted - df + 0.5) / (df + 0.5)).astype(np.float32)

    def save(self, folder: Path) -> None:
        """Write the index into an existing empty folder."""
        self._flush()
        copy_index(self._folder, folder)
        self._present.save(folder / PRESENT)

    def settle(self, folder: Path) -> None:
        """Need no files of an earlier folder any more, once this one has been saved into `folder`.

        Where that cannot be had, nothing more can be written; searching goes on.
        """
        try:
            follow(folder, self._folder)
        except (OSError, CorruptIndexError):
            self._failed = True

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote. Raises CorruptIndexError."""
        lexical = cls.__new__(cls)
        lexical._prepare()
        present = RowSet.load(folder / PRESENT)
        with reading(folder):
            copy_index(folder, lexical._folder, symlink=True)
            lexical._attach(tantivy.Index.open(str(lexical._folder)), present)
        if lexical._searcher.num_docs != len(present):
            raise CorruptIndexError(folder / PRESENT, "行号与全文索引的文档数不一致")
        return lexical

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        if self._failed:
            raise IndexWriteError(self._folder, _UNFINISHED)
        try:
            if not self._writers:
                self._writers.append(self._index.writer(HEAP_BYTES, num_threads=1))
            self._unflushed = True
            yield self._writers[0]
        except (OSError, ValueError) as error:
            self._failed = True
            raise IndexWriteError(self._folder, error) from error

    def _flush(self) -> None:
        """Make changes visible; merges are waited for, so that the same calls score the same."""
        with self._flushing:
            if not self._unflushed:
                return
            with self._writing() as writer:
                self._writers.clear()
                writer.commit()
                writer.wait_merging_threads()
            self._index.reload()
            self._renew()
            if self._searcher.num_docs != len(self):
                raise IndexWriteError(self._folder, _UNFINISHED)

    def _renew(self) -> None:
        self._searcher = self._index.searcher()
        # doc_freq counts removed documents, so N has to count them as well.
        self._unflushed = False
        self._counted = sum(segment.documents for segment in segments(self._folder))

    def _query(self, tokens: Sequence[str]) -> tantivy.Query | None:
        counts = Counter(clean(tokens))
        if not counts:
            return None
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, term if times == 1 else _boosted(term, times))
                for term, times in ((self._term(t), times) for t, times in counts.items())
            ]
        )

    def _term(self, token: str) -> tantivy.Query:
        return tantivy.Query.term_query(self._index.schema, "tokens", token, index_option="freq")

    def _among(self, rows: Rows) -> tantivy.Query:
        return tantivy.Query.term_set_query(self._index.schema, "row", rows.tolist())

    def _restricted(self, query: tantivy.Query, rows: Rows) -> tantivy.Query:
        """The query over some rows only; being among them adds nothing to a score."""
        scoreless = tantivy.Query.const_score_query(self._among(rows), 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, scoreless), (must, query)])

    def _top_allowed(
        self, query: tantivy.Query, k: int, fetch: int, allowed: Mask, passing: int
    ) -> Hits:
        """Fetch ever more hits, or ask among the allowed rows only, whichever costs less."""
        while fetch < ROW_COST * passing:
            hits, found = self._fetched(query, k, fetch, allowed)
            if hits is not None:
                return hits
            # Where the question and the filter are about different things, few of the first pass.
            fetch = max(GROWTH * fetch, 2 * k * fetch // max(found, 1))
        restricted = self._restricted(query, self._present.passing(allowed))
        return self._top(restricted, k, k + MARGIN)

    def _top(self, query: tantivy.Query, k: int, fetch: int) -> Hits:
        while True:
            hits, _ = self._fetched(query, k, fetch, None)
            if hits is not None:
                return hits
            fetch *= GROWTH

    def _fetched(
        self, query: tantivy.Query, k: int, fetch: int, allowed: Mask | None
    ) -> tuple[Hits | None, int]:
        """Fetch hits: None unless the k-th allowed one stands above the last one fetched.

        Beside them stands how many of those that were fetched are allowed.

        tantivy counts all hits here (its default): then it scores every one of them. Without
        the count it skips blocks by bounds that are only exact within one segment, and gains
        little for questions of many words (measured).
        """
        fetch = min(fetch, len(self) + 1)
        hits = self._searcher.search(query, fetch).hits
        addresses = [address for _, address in hits]
        rows = np.array(self._searcher.fast_field_values("row", addresses), dtype=np.int64)
        scores = np.array([score for score, _ in hits], dtype=np.float32)
        last = scores[-1] if len(hits) == fetch else -np.inf
        if allowed is not None:
            kept = rows < len(allowed)
            kept[kept] = allowed[rows[kept]]
            rows, scores = rows[kept], scores[kept]
        if last == -np.inf or (len(scores) >= k and scores[k - 1] > last):
            return best(rows, scores, k), len(rows)
        return None, len(rows)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    builder.add_text_field("tokens", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _boosted(term: tantivy.Query, times: int) -> tantivy.Query:
    return tantivy.Query.boost_query(term, float(times))
