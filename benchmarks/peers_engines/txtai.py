"""txtai's hybrid search with content stored, for `benchmarks.peers`.

Its defaults but for the words, which come segmented and are split at spaces. A text's vector is
looked up, as from an external model that costs nothing.
"""

from pathlib import Path
from typing import Any

import numpy as np
from txtai import Embeddings

from benchmarks.peers_engines.measure import main
from benchmarks.peers_engines.protocol import NEAREST, Question, Rows, Vectors


class Txtai:
    """An `Engine`."""

    packages = ("txtai", "faiss-cpu")

    def __init__(self) -> None:
        self._known: dict[str, Vectors] = {}
        known = self._known

        def transform(texts: list[str]) -> Vectors:
            return np.stack([known[text] for text in texts])

        self._transform = transform
        self._index: Any = Embeddings(
            method="external",
            transform=transform,
            content=True,
            scoring={
                "method": "bm25",
                "terms": True,
                "normalize": True,
                "tokenizer": {"whitespace": True},
            },
        )

    def build(self, rows: Rows, work: Path) -> None:
        """See `Engine`."""
        self._index.index(self._given(rows))
        self._known.clear()

    def save(self, work: Path) -> None:
        """Save all but the function, which no file can hold."""
        self._index.config.pop("transform")
        self._index.save(str(work / "index"))
        self._index.config["transform"] = self._transform

    def open(self, work: Path) -> None:
        """See `Engine`."""
        self._index = Embeddings()
        self._index.load(str(work / "index"), config={"transform": self._transform})

    def update(self, rows: Rows) -> None:
        """See `Engine`."""
        self._index.upsert(self._given(rows))

    def ask(self, question: Question, below: float | None) -> list[int]:
        """See `Engine`."""
        self._known[question.words] = question.vector
        if below is None:
            found = self._index.search(question.words, NEAREST)
        else:
            wanted = f"select id, score from txtai where similar(:q) and share < {below}"
            found = self._index.search(wanted, NEAREST, parameters={"q": question.words})
        return [int(one["id"]) for one in found]

    def _given(self, rows: Rows) -> list[tuple[str, dict[str, Any], None]]:
        self._known.update(zip(rows.words, rows.vectors, strict=True))
        given = zip(rows.numbers, rows.words, rows.share, strict=True)
        return [(str(at), {"text": words, "share": share}, None) for at, words, share in given]


if __name__ == "__main__":
    main(Txtai)
