"""What a job is: everything that its outcome depends on, and nothing else."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from indexing.filters import Filter
from matcher.config import MatchConfig

BLOCK = 500
"""Needs in one part: enough for quick products, and a kill loses some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One job.

    Attributes:
        top: how many achievements each need gets.
        depth: rows that each side of retrieval gives; not below `top`.
        uses_words: whether words are searched beside the vectors.
        filters: what the achievements must be.
        without: ids of achievements that must not be answered.
        block: needs in one part.
        made_of: what else the outcome depends on, name -> fingerprint.
    """

    top: int = 50
    depth: int = 100
    uses_words: bool = True
    filters: tuple[Filter, ...] = ()
    without: frozenset[str] = frozenset()
    block: int = BLOCK
    made_of: Mapping[str, str]

    def __post_init__(self) -> None:
        if not 1 <= self.top <= self.depth or self.block < 1:
            raise ValueError(f"须有 1 ≤ top ≤ depth、block ≥ 1，现为 {self}。")

    @property
    def keep(self) -> int:
        """How long the dense lists are that are kept: half as long again as what is used."""
        return self.depth + self.depth // 2

    @property
    def config(self) -> MatchConfig:
        """Settings of the retrieval."""
        return MatchConfig(depth=self.depth, rerank=0, read=0, lexical=self.uses_words)

    @property
    def named(self) -> dict[str, str]:
        """Everything that the outcome depends on, name -> what it is."""
        return {
            "top": str(self.top),
            "depth": str(self.depth),
            "words": str(self.uses_words),
            "filters": _short(repr(self.filters)),
            "hidden": _short(repr(sorted(self.without))),
            "block": str(self.block),
            **self.made_of,
        }

    @property
    def fingerprint(self) -> str:
        """Hash of all that the outcome depends on."""
        return _short(json.dumps(self.named, sort_keys=True))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
