"""The training loop: pairs and tagged texts together, with the word table held still."""

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from models.training.reader.examples import (
    PairExample,
    TagExample,
    batches,
    padded,
    padded_tags,
    targets,
)
from models.training.reader.losses import pair_losses, tag_loss
from models.training.reader.network import ReaderNetwork

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the reader is trained.

    Attributes:
        epochs: times that each pair is seen.
        batch: pairs of a batch.
        texts_beside: tagged texts that go with each batch.
        rate: Adam's rate for the transformer; it rises over the first `warmup` of all steps and
            then falls on a straight line.
        head_rate: the same for the heads, which begin at random.
        levels, order, verdicts, proofs, tags: weights of the losses.
        still: how many of the lowest layers keep their weights; half of six cost a third less time.
        threads: of torch.
        seed: of dropout and of the order.
    """

    epochs: int = 5
    batch: int = 16
    texts_beside: int = 2
    rate: float = 6e-5
    head_rate: float = 5e-4
    warmup: float = 0.08
    levels: float = 1.0
    order: float = 0.5
    verdicts: float = 1.0
    proofs: float = 0.5
    tags: float = 0.5
    still: int = 0
    threads: int = 2
    seed: int = 0


def train(
    network: ReaderNetwork,
    pairs: Sequence[PairExample],
    texts: Sequence[TagExample],
    recipe: Recipe,
    after_epoch: Callable[[int], None] = lambda epoch: None,
) -> None:
    """Train in place."""
    torch.set_num_threads(recipe.threads)
    torch.manual_seed(recipe.seed)
    for parameter in network.body.embeddings.parameters():
        parameter.requires_grad_(False)  # a few thousand examples touch few words
    for parameter in network.body.encoder.layer[: recipe.still].parameters():
        parameter.requires_grad_(False)
    chance = random.Random(recipe.seed)
    steps = recipe.epochs * len(batches(pairs, recipe.batch, random.Random(recipe.seed)))
    optimiser = _optimiser(network, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / (recipe.warmup * steps), max(0.02, 1 - step / steps)),
    )
    done = 0
    for epoch in range(recipe.epochs):
        network.train()
        for batch in batches(pairs, recipe.batch, chance):
            some = chance.sample(list(texts), min(recipe.texts_beside, len(texts)))
            loss, parts = _loss(network, batch, some, recipe)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            done += 1
            if done % 20 == 0:
                _LOG.info("step %d of %d: %s", done, steps, parts)
        after_epoch(epoch)


def _optimiser(network: ReaderNetwork, recipe: Recipe) -> torch.optim.Optimizer:
    body: list[torch.nn.Parameter] = []
    heads: list[torch.nn.Parameter] = []
    for name, one in network.named_parameters():
        if one.requires_grad:
            (body if name.startswith("body.") else heads).append(one)
    return torch.optim.AdamW(
        [{"params": body, "lr": recipe.rate}, {"params": heads, "lr": recipe.head_rate}],
        weight_decay=0.01,
    )


def _loss(
    network: ReaderNetwork,
    batch: Sequence[PairExample],
    texts: Sequence[TagExample],
    recipe: Recipe,
) -> tuple[torch.Tensor, dict[str, float]]:
    inputs = padded([one.ids for one in batch])
    losses = pair_losses(network(inputs), targets(batch, inputs))
    parts = {name: getattr(losses, name) for name in losses._fields}
    if texts:
        alone, places, kinds = padded_tags(texts)
        parts["tags"] = tag_loss(network.tag(alone), places, kinds)
    total = sum((getattr(recipe, name) * part for name, part in parts.items()), torch.zeros(()))
    return total, {name: round(float(part.detach()), 3) for name, part in parts.items()}
