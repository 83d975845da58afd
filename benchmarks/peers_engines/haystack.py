"""Haystack's InMemoryDocumentStore: BM25 and embedding retrievers joined by ranks.

For `benchmarks.peers`. Its defaults (ten of each retriever) but for the words, which come segmented
and are split at spaces.
"""

from pathlib import Path
from typing import Any

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy

from benchmarks.peers_engines.measure import main
from benchmarks.peers_engines.protocol import NEAREST, Question, Rows


class Haystack:
    """An `Engine`."""

    packages = ("haystack-ai",)

    def __init__(self) -> None:
        self._take(InMemoryDocumentStore(bm25_tokenization_regex=r"\S+"))

    def _take(self, store: InMemoryDocumentStore) -> None:
        self._store = store
        self._words = InMemoryBM25Retriever(store)
        self._meaning = InMemoryEmbeddingRetriever(store)
        self._join = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=NEAREST)

    def build(self, rows: Rows, work: Path) -> None:
        """See `Engine`."""
        self.update(rows)

    def save(self, work: Path) -> None:
        """See `Engine`."""
        self._store.save_to_disk(str(work / "store.json"))

    def open(self, work: Path) -> None:
        """See `Engine`."""
        self._take(InMemoryDocumentStore.load_from_disk(str(work / "store.json")))

    def update(self, rows: Rows) -> None:
        """See `Engine`."""
        given = zip(rows.numbers, rows.words, rows.vectors, rows.share, strict=True)
        documents = [
            Document(id=str(at), content=words, embedding=vector.tolist(), meta={"share": share})
            for at, words, vector, share in given
        ]
        self._store.write_documents(documents, DuplicatePolicy.OVERWRITE)

    def ask(self, question: Question, below: float | None) -> list[int]:
        """See `Engine`."""
        passing: dict[str, Any] | None = None
        if below is not None:
            passing = {"field": "meta.share", "operator": "<", "value": below}
        words = self._words.run(query=question.words, filters=passing)["documents"]
        near = self._meaning.run(query_embedding=question.vector.tolist(), filters=passing)
        joined = self._join.run([words, near["documents"]])["documents"]
        return [int(one.id) for one in joined]


if __name__ == "__main__":
    main(Haystack)
