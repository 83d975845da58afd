"""What an engine is to `benchmarks.peers`: how it is given records and asked questions."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
NEAREST = 10
"""Answers to a question."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Records: number, words with spaces between, vector float32[n, dim], a number to filter by."""

    numbers: Sequence[int]
    words: Sequence[str]
    vectors: Vectors
    share: Sequence[float]


@dataclass(frozen=True, slots=True)
class Question:
    """A question in words and as a vector; `answer` is the number of the one right record."""

    form: str
    words: str
    vector: Vectors
    answer: int


class Engine(Protocol):
    """What is measured."""

    @property
    def packages(self) -> Sequence[str]:
        """Distributions whose versions count."""

    def build(self, rows: Rows, work: Path) -> None:
        """Index everything; a server may keep it in a folder of its own."""

    def save(self, work: Path) -> None:
        """Write the index to disk."""

    def open(self, work: Path) -> None:
        """Open what was saved, in a process that knows nothing yet."""

    def update(self, rows: Rows) -> None:
        """Replace some records."""

    def ask(self, question: Question, below: float | None) -> list[int]:
        """Numbers of the ten best by words and meaning, where `share` is below."""


def rows_of(folder: Path) -> Rows:
    """Read the records that `benchmarks.peers_texts` wrote."""
    words = (folder / "words.txt").read_text(encoding="utf-8").split("\n")
    share = np.load(folder / "share.npy").tolist()
    return Rows(range(len(words)), words, np.load(folder / "vectors.npy"), share)


def questions_of(folder: Path) -> list[Question]:
    """Read the questions that `benchmarks.peers_texts` wrote."""
    told = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    vectors = np.load(folder / "questions.npy")
    return [
        Question(one["form"], one["words"], vector, one["answer"])
        for one, vector in zip(told, vectors, strict=True)
    ]
