"""Trains the heads of verdicts and evidence anew, over a finished reader that is held still.

`python -m models.training.reader.heads --reader FOLDER --pairs FILE … --out FOLDER [--test FILE]`
writes `heads.npz` and, with `--test`, says how both are right there. The heads learn from the
vectors of the quantised transformer, which they will judge by. Levels and tags stay as they are.
"""

import argparse
import dataclasses
import logging
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.metrics import f1_score
from torch import nn
from torch.nn import functional

from models.base import PairText
from models.pair_heads import PairHeads
from models.pair_reader import HEADS_FILE, OnnxPairReader
from models.training.reader.examples import PairExample, padded, read_lines, targets
from models.training.reader.losses import proof_loss
from models.training.reader.network import ASKING, DROPOUT, HIDDEN, VERDICT, claims_judged

NAMES = ("ask", "answer", "verdict_in", "verdict_out")
JUDGED = 3
"""Level from which on each requirement has a verdict of its own."""
UNJUDGED = (1, 2)
"""Levels of pairs that have hardly a verdict but silence. Without any of them the heads never learn
that most pairs answer nothing; with all of them they learn nothing else."""
_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Recipe:
    """How the heads are trained.

    Attributes:
        epochs: times that each pair is seen.
        batch: pairs of a batch.
        rate: Adam's rate; it falls on a straight line.
        rarity: verdicts count by their rarity to this power (0: alike).
        low: how many pairs of `UNJUDGED` levels are shown for each other pair.
        low_weight: what a verdict of theirs counts.
        threads: of torch.
        seed: of the layers' first weights, of dropout and of the order.
    """

    epochs: int = 6
    batch: int = 8
    rate: float = 1e-3
    rarity: float = 0.7
    low: float = 0.7
    low_weight: float = 0.3
    threads: int = 1
    seed: int = 0


class Seen(NamedTuple):
    """A pair as the transformer sees it; `vectors` float16[l, hidden], for memory."""

    example: PairExample
    vectors: np.ndarray


class ClaimHeads(nn.Module):
    """The layers that judge claims, by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.ask, self.answer = nn.Linear(HIDDEN, ASKING), nn.Linear(HIDDEN, ASKING)
        self.verdict_in, self.verdict_out = nn.Linear(2 * HIDDEN, VERDICT), nn.Linear(VERDICT, 3)
        self.drop = nn.Dropout(DROPOUT)

    def arrays(self) -> dict[str, np.ndarray]:
        """The layers as `PairHeads` holds them."""
        layers = {name: getattr(self, name) for name in NAMES}
        return {
            f"{name}.{part}": value.detach().numpy().astype(np.float32)
            for name, layer in layers.items()
            for part, value in (("w", layer.weight), ("b", layer.bias))
        }


def main() -> None:
    """Train and write the heads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reader", type=Path, required=True, help="folder of a finished reader")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="jsonl of pairs")
    parser.add_argument("--test", type=Path, nargs="*", default=[], help="pairs to measure on")
    parser.add_argument("--out", type=Path, required=True)
    for field in dataclasses.fields(Recipe):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default
        )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    recipe = Recipe(**{one.name: getattr(options, one.name) for one in dataclasses.fields(Recipe)})
    reader = OnnxPairReader(options.reader, threads=recipe.threads)
    shown = chosen(read_lines(options.pairs), recipe)
    heads = reader.heads.with_layers(train(seen(shown, reader), recipe))
    options.out.mkdir(parents=True, exist_ok=True)
    heads.save(options.out / HEADS_FILE)
    tested = seen(chosen(read_lines(options.test), dataclasses.replace(recipe, low=0.0)), reader)
    for name, one in (("before", reader.heads), ("after", heads)) if tested else ():
        _LOG.info("%s: verdict macro-F1 %.3f, proof right %.3f", name, *measured(one, tested))


def chosen(rows: Sequence[Mapping[str, Any]], recipe: Recipe) -> list[Mapping[str, Any]]:
    """The pairs that were judged requirement by requirement, and some of the others.

    Pairs of unknown level, in which a proof was changed, are passed over.
    """
    judged = [row for row in rows if row["level"] >= JUDGED]
    rest = [row for row in rows if row["level"] in UNJUDGED]
    count = min(len(rest), int(recipe.low * len(judged)))
    return [*judged, *random.Random(recipe.seed).sample(rest, count)]


def seen(rows: Sequence[Mapping[str, Any]], reader: OnnxPairReader) -> list[Seen]:
    """Run the transformer once over each pair."""
    found: list[Seen] = []
    for row in rows:
        texts = PairText(row["left"], row["right"], row["claims"], row["passages"])
        ids, vectors = reader.seen(texts)
        found.append(Seen(PairExample(ids, row), vectors.astype(np.float16)))
    return found


def train(pairs: Sequence[Seen], recipe: Recipe) -> dict[str, np.ndarray]:
    """Train new layers; the same pairs and recipe give the same ones on one thread."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    chance, heads = random.Random(recipe.seed), ClaimHeads()
    weight = _rarity([one.example for one in pairs], recipe.rarity)
    steps = recipe.epochs * -(-len(pairs) // recipe.batch)
    optimiser = torch.optim.AdamW(heads.parameters(), lr=recipe.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: max(0.02, 1 - step / steps)
    )
    for epoch in range(recipe.epochs):
        mixed = chance.sample(list(pairs), len(pairs))
        for at in range(0, len(mixed), recipe.batch):
            loss = _loss(heads, mixed[at : at + recipe.batch], weight, recipe.low_weight)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()
        _LOG.info("epoch %d of %d: last loss %.3f", epoch + 1, recipe.epochs, float(loss.detach()))
    return heads.arrays()


def measured(heads: PairHeads, pairs: Sequence[Seen]) -> tuple[float, float]:
    """(macro-F1 of the verdicts, share of proven claims that point to a proof)."""
    truth: list[int] = []
    given: list[int] = []
    right: list[bool] = []
    for example, vectors in pairs:
        found = heads.reading(vectors.astype(np.float32), example.ids)
        wanted = targets([example], padded([example.ids]))
        known = wanted.verdicts[0].numpy() >= 0
        truth += wanted.verdicts[0].numpy()[known].tolist()
        given += found.verdicts[known[: len(found.verdicts)]].argmax(axis=1).tolist()
        for row, proofs in zip(found.passages, wanted.proofs[0].numpy(), strict=False):
            if proofs[1:].any():
                right.append(bool(proofs[1 + int(row[1:].argmax())]))
    return float(f1_score(truth, given, average="macro")), float(np.mean(right))


def _loss(
    heads: ClaimHeads, some: Sequence[Seen], weight: torch.Tensor, low_weight: float
) -> torch.Tensor:
    shape = padded([one.example.ids for one in some])
    vectors = torch.zeros(*shape.ids.shape, HIDDEN)
    for at, one in enumerate(some):
        vectors[at, : len(one.vectors)] = torch.from_numpy(one.vectors.astype(np.float32))
    wanted = targets([one.example for one in some], shape)
    verdicts, likeness = claims_judged(heads, vectors, shape.claims, shape.passages)
    loss = proof_loss(likeness, wanted.proofs)
    known = wanted.verdicts >= 0
    if known.any():
        low = torch.tensor([one.example.row["level"] in UNJUDGED for one in some])
        counts = torch.where(low, low_weight, 1.0)[:, None].expand_as(known)[known]
        counts = counts * weight[wanted.verdicts[known]]
        each = functional.cross_entropy(verdicts[known], wanted.verdicts[known], reduction="none")
        loss = loss + (each * counts).sum() / counts.sum()
    return loss


def _rarity(examples: Sequence[PairExample], power: float) -> torch.Tensor:
    counts = np.ones(3)
    for one in examples:
        if one.row["level"] not in UNJUDGED:
            for verdict in one.row["verdicts"]:
                counts[verdict] += verdict >= 0
    return torch.tensor((counts.mean() / counts) ** power, dtype=torch.float32)


if __name__ == "__main__":
    main()
