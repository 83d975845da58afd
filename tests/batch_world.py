"""What other processes need to open a small world of batch jobs; quick to import."""

import time
from pathlib import Path

import numpy as np

from indexing.bundle import Bundle
from matcher.batch.executor import Serial
from matcher.batch.job import Job
from matcher.batch.plan import Plan
from matcher.batch.work import Parts
from matcher.documents import Document
from matcher.embed import Centre, Embedder
from matcher.features import OFFERS
from matcher.fit import FitModel, FitModels
from matcher.protocols import Token
from matcher.types import Need
from tests.fakes import CharEncoder

PLAN = Plan(top=4, depth=6, block=3, made_of={"needs": "1"})
PARTS = ("高温", "低温", "涂层", "电池", "遥感", "钛合金", "检测", "石墨烯")
PAIRS = tuple((one, other) for one in PARTS for other in PARTS if one < other)
NEEDS = tuple(Need(id=f"M{at:02}", title=f"{b}与{a}") for at, (a, b) in enumerate(PAIRS))
"""None of them is in an index."""


class PairSegmenter:
    """Every two neighbouring characters are a word."""

    fingerprint = "pairs-1"

    def tokens(self, text: str) -> list[Token]:
        return [Token(text[at : at + 2], at, at + 2) for at in range(len(text) - 1)]


SEGMENTER = PairSegmenter()
NOTHING = np.zeros(CharEncoder.dim, dtype=np.float32)
EMBEDDER = Embedder(CharEncoder(), CharEncoder(), Centre(NOTHING, NOTHING))
FIRST = FitModels(
    {
        offer: FitModel(
            {"dense": 3.0 + at, "lexical": 5.0 - at}, {"dense": 0.1, "lexical": 0.0}, (0.5, 1, 2)
        )
        for at, offer in enumerate(OFFERS)
    }
)
"""Each offer has numbers of its own, so that a mix-up shows."""


def open_parts(folder: Path, pause: float = 0.0) -> Parts:
    """Open what was saved; reading a need takes at least `pause` seconds."""

    def read(need: Need) -> Document:
        time.sleep(pause)
        return Document.of(need, SEGMENTER)

    return Parts(
        answers=Bundle.open(folder / "achievement"),
        asked=Bundle.open(folder / "need"),
        read=read,
        encode=EMBEDDER.vectors,
        first=FIRST,
    )


def run_slowly(folder: str, out: str) -> None:
    """Do a job that takes some seconds."""
    parts = open_parts(Path(folder), 0.05)
    job = Job(PLAN, Path(out), parts.answers, lambda: parts)
    job.run(NEEDS, frozenset(), Serial())
