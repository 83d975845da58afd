"""Training examples from jsonl, and the batches that are made of them.

A pair's line: `group` (pairs of one group are ranked against each other), `left`, `right`,
`claims`, `passages` (spans of either), `level` (1-4, 0 unknown), `verdicts` (0 missing, 1 partly,
2 met, -1 unknown; one a claim), `proofs` (for each claim the passages that prove it). A text's
line: `text`, `spans`, `kinds` (one a span), `body_at` (what stands before is not tagged).
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch

from models.base import PairText
from models.pair_tokens import LEFT, PairIds, PairTokens
from models.training.reader.network import Batch

UNKNOWN = -1
_PAD = 1


@dataclass(frozen=True, slots=True)
class PairExample:
    """A pair with what is known of it."""

    ids: PairIds
    row: Mapping[str, Any]

    @property
    def group(self) -> str:
        """Pairs of a group are ranked against each other."""
        return str(self.row["group"])


class TagExample(NamedTuple):
    """A text's window: ids, places (0 out, 1 begin, 2 continue, -1 not asked), kinds."""

    ids: PairIds
    places: np.ndarray
    kinds: np.ndarray


class Targets(NamedTuple):
    """What a batch of pairs should give, as tensors; groups by number."""

    levels: torch.Tensor
    verdicts: torch.Tensor
    proofs: torch.Tensor
    groups: torch.Tensor


def read_lines(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Read jsonl files."""
    rows: list[dict[str, Any]] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            rows += map(json.loads, lines)
    return rows


def pair_example(row: Mapping[str, Any], tokens: PairTokens) -> PairExample:
    """Tokenise a pair."""
    texts = PairText(row["left"], row["right"], row["claims"], row["passages"])
    return PairExample(tokens.pair(texts), row)


def tag_examples(row: Mapping[str, Any], tokens: PairTokens) -> Iterator[TagExample]:
    """Cut a tagged text into windows."""
    for window in tokens.windows(row["text"]):
        places = np.full(len(window.ids), -1, dtype=np.int64)
        kinds = np.full(len(window.ids), -1, dtype=np.int64)
        asked = window.spans[:, 0] >= row["body_at"]
        places[window.content[asked]] = 0
        for (start, end), kind in zip(row["spans"], row["kinds"], strict=True):
            under = (window.spans[:, 0] < end) & (window.spans[:, 1] > start) & asked
            at = window.content[under]
            if len(at):
                places[at], kinds[at] = 2, kind
                places[at[0]] = 1
        none = np.zeros((0, len(window.ids)), dtype=np.float32)
        ids = PairIds(window.ids, np.full_like(window.ids, LEFT), none, none)
        yield TagExample(ids, places, kinds)


def batches(
    examples: Sequence[PairExample], size: int, chance: random.Random
) -> list[list[PairExample]]:
    """Deal the examples out; groups stay together, groups of like length side by side."""
    groups: dict[str, list[PairExample]] = {}
    for one in examples:
        groups.setdefault(one.group, []).append(one)
    dealt = list(groups.values())
    chance.shuffle(dealt)
    found: list[list[PairExample]] = []
    for first in range(0, len(dealt), 64):
        near = sorted(
            dealt[first : first + 64], key=lambda group: max(len(one.ids.ids) for one in group)
        )
        found += _packed(near, size, chance)
    chance.shuffle(found)
    return found


def _packed(
    groups: Sequence[list[PairExample]], size: int, chance: random.Random
) -> list[list[PairExample]]:
    found, current = [], list[PairExample]()
    for group in groups:
        mixed = chance.sample(group, len(group))
        for part in (mixed[at : at + size] for at in range(0, len(mixed), size)):
            if current and len(current) + len(part) > size:
                found.append(current)
                current = []
            current += part
    return [*found, current] if current else found


def padded(some: Sequence[PairIds]) -> Batch:
    """Make tensors of tokenised pairs."""
    count, length = len(some), max(len(one.ids) for one in some)
    claims = max(1, *(len(one.claims) for one in some))
    passages = max(1, *(len(one.passages) for one in some))
    ids = np.full((count, length), _PAD, dtype=np.int64)
    mask, kinds = np.zeros_like(ids), np.zeros_like(ids)
    left = np.zeros((count, claims, length), dtype=np.float32)
    right = np.zeros((count, passages, length), dtype=np.float32)
    for at, one in enumerate(some):
        end = len(one.ids)
        ids[at, :end], mask[at, :end], kinds[at, :end] = one.ids, 1, one.kinds
        left[at, : len(one.claims), :end] = one.claims
        right[at, : len(one.passages), :end] = one.passages
    return Batch(*(torch.from_numpy(part) for part in (ids, mask, kinds, left, right)))


def targets(examples: Sequence[PairExample], shape: Batch) -> Targets:
    """What a batch should give; a claim or a proof that was cut off is not asked for."""
    count, claims, passages = shape.claims.shape[0], shape.claims.shape[1], shape.passages.shape[1]
    verdicts = np.full((count, claims), UNKNOWN, dtype=np.int64)
    proofs = np.zeros((count, claims, passages), dtype=np.bool_)
    for at, one in enumerate(examples):
        there = np.flatnonzero(one.ids.passages.any(axis=1))
        for claim, verdict in enumerate(one.row["verdicts"]):
            if not one.ids.claims[claim].any():
                continue
            verdicts[at, claim] = verdict
            seen = [1 + proof for proof in one.row["proofs"][claim] if 1 + proof in there]
            proofs[at, claim, seen] = True
            proofs[at, claim, 0] = not seen and verdict == 0
    numbers = {name: at for at, name in enumerate(dict.fromkeys(one.group for one in examples))}
    return Targets(
        torch.tensor([one.row["level"] for one in examples]),
        torch.from_numpy(verdicts),
        torch.from_numpy(proofs),
        torch.tensor([numbers[one.group] for one in examples]),
    )


def padded_tags(examples: Sequence[TagExample]) -> tuple[Batch, torch.Tensor, torch.Tensor]:
    """(inputs, places, kinds), the last two int64[b, l]."""
    batch = padded([one.ids for one in examples])
    places = torch.full(batch.mask.shape, -1)
    kinds = torch.full(batch.mask.shape, -1)
    for at, one in enumerate(examples):
        places[at, : len(one.places)] = torch.from_numpy(one.places)
        kinds[at, : len(one.kinds)] = torch.from_numpy(one.kinds)
    return batch, places, kinds
