"""Milvus Lite's own hybrid search: an HNSW graph and its BM25, joined by ranks on its side.

For `benchmarks.peers`. A hundred rows of each side. Its analyser splits the segmented words at
spaces (and at marks inside words).
"""

import logging
from pathlib import Path
from typing import Any

from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

from benchmarks.peers_engines.measure import main
from benchmarks.peers_engines.protocol import NEAREST, Question, Rows

NAME, DEPTH, BATCH = "peers", 100, 1_000
LONGEST = 65_535


class MilvusLite:
    """An `Engine`; the server runs in threads of this process."""

    packages = ("milvus-lite", "pymilvus", "faiss-cpu")

    def __init__(self) -> None:
        self._client: Any = None

    def build(self, rows: Rows, work: Path) -> None:
        """See `Engine`."""
        self._client = MilvusClient(str(work / "peers.db"))
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("row", DataType.INT64, is_primary=True)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=rows.vectors.shape[1])
        schema.add_field("share", DataType.DOUBLE)
        schema.add_field(
            "words",
            DataType.VARCHAR,
            max_length=LONGEST,
            enable_analyzer=True,
            analyzer_params={"tokenizer": "standard"},
        )
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("bm25", FunctionType.BM25, ["words"], ["sparse"]))
        index = self._client.prepare_index_params()
        graph = {"M": 16, "efConstruction": 200}
        index.add_index("vector", index_type="HNSW", metric_type="IP", params=graph)
        index.add_index("sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
        self._client.create_collection(NAME, schema=schema, index_params=index)
        self.update(rows)
        self._client.flush(NAME)
        self._client.load_collection(NAME)

    def save(self, work: Path) -> None:
        """Flush; all lies on disk then."""
        self._client.flush(NAME)

    def open(self, work: Path) -> None:
        """See `Engine`."""
        self._client = MilvusClient(str(work / "peers.db"))
        self._client.load_collection(NAME)

    def update(self, rows: Rows) -> None:
        """See `Engine`."""
        given = zip(rows.numbers, rows.vectors, rows.share, rows.words, strict=True)
        entities = [
            {"row": at, "vector": vector.tolist(), "share": share, "words": words}
            for at, vector, share, words in given
        ]
        for at in range(0, len(entities), BATCH):
            self._client.upsert(NAME, entities[at : at + BATCH])

    def ask(self, question: Question, below: float | None) -> list[int]:
        """See `Engine`."""
        passing = {} if below is None else {"expr": f"share < {below}"}
        near = AnnSearchRequest(
            data=[question.vector.tolist()],
            anns_field="vector",
            param={"metric_type": "IP", "params": {"ef": DEPTH}},
            limit=DEPTH,
            **passing,
        )
        worded = AnnSearchRequest(
            data=[question.words],
            anns_field="sparse",
            param={"metric_type": "BM25"},
            limit=DEPTH,
            **passing,
        )
        found = self._client.hybrid_search(NAME, [near, worded], RRFRanker(), limit=NEAREST)
        return [int(hit["row"]) for hit in found[0]]


logging.getLogger("pymilvus").setLevel(logging.ERROR)

if __name__ == "__main__":
    main(MilvusLite)
