"""This project's index, retrieval and first order of a list, for `benchmarks.peers`."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np

from benchmarks.peers_engines.measure import main
from benchmarks.peers_engines.protocol import NEAREST, Question, Rows
from indexing.bundle import Bundle, Entry
from indexing.filters import InRange
from matcher.config import MatchConfig
from matcher.features import Form
from matcher.fuse import fuse, offers_of
from matcher.retrieve import retrieve
from matcher.weight_file import Weights
from models.registry import FAST_ENCODER

BATCH = 2_000
LEAST = 20
"""Words of a text; shorter records count as bare titles, as `matcher.features.form_of` would say
of some 40 characters."""


class Duijie:
    """An `Engine`."""

    packages = ("duijie", "faiss-cpu", "tantivy")

    def __init__(self) -> None:
        self._bundle = Bundle.create(
            dim=256, fingerprint="peers", columns={"share": "number", "has_text": "number"}
        )
        self._first = Weights.shipped(FAST_ENCODER).first
        self._config = MatchConfig()

    def build(self, rows: Rows, work: Path) -> None:
        """Index in batches and compact, as `duijie index` does."""
        for at in range(0, len(rows.numbers), BATCH):
            some = slice(at, at + BATCH)
            self.update(
                Rows(rows.numbers[some], rows.words[some], rows.vectors[some], rows.share[some])
            )
        if self._bundle.compaction_due:
            self._bundle.compact()

    def save(self, work: Path) -> None:
        """See `Engine`."""
        self._bundle.save(work / "index")

    def open(self, work: Path) -> None:
        """See `Engine`."""
        self._bundle = Bundle.open(work / "index")

    def update(self, rows: Rows) -> None:
        """See `Engine`."""
        given = zip(rows.numbers, rows.words, rows.vectors, rows.share, strict=True)
        self._bundle.upsert(
            [_entry(number, words.split(), vector, share) for number, words, vector, share in given]
        )

    def ask(self, question: Question, below: float | None) -> list[int]:
        """Rank as `Matcher.match` does before anything is compared closely."""
        filters = [] if below is None else [InRange("share", None, below)]
        mask = self._bundle.mask(filters)
        asked = SimpleNamespace(words=question.words.split())
        found = retrieve(asked, question.vector, self._bundle, self._config, mask)
        offers = offers_of(cast(Form, question.form), "achievement", self._bundle, found.rows)
        fused = fuse(found, offers, self._first, NEAREST)[:NEAREST]
        rows = np.array([one.row for one in fused], dtype=np.int64)
        return [int(id_) for id_ in self._bundle.ids(rows)]


def _entry(number: int, words: list[str], vector: np.ndarray, share: float) -> Entry:
    columns = {"share": share, "has_text": float(len(words) >= LEAST)}
    return Entry(str(number), vector, words, columns)


if __name__ == "__main__":
    main(Duijie)
