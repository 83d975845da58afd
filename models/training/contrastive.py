"""Contrastive training of a token table."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix
from models.training.views import Ids, View, Views

if TYPE_CHECKING:
    import torch

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ContrastiveRecipe:
    """How the table is trained.

    Attributes:
        steps: Batches.
        batch: Pairs of a batch, all from one source; each is the others' negative.
        temperature: Cosines are divided by it.
        direction_rate: Adam's rate for the directions.
        weight_rate: Adam's rate for the logarithms of the weights.
        warmup: Steps over which the rates rise; they then fall along a cosine to a tenth.
        threads: Threads of torch.
        seed: Of the draws.
    """

    steps: int = 500
    batch: int = 1024
    temperature: float = 0.05
    direction_rate: float = 0.002
    weight_rate: float = 0.03
    warmup: int = 30
    threads: int = 2
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trained:
    """Outcome of training.

    Attributes:
        table: float32[size, dim], weights folded into the rows, row 0 zero.
        losses: The loss of each step.
    """

    table: FloatMatrix
    losses: tuple[float, ...]


def train_table(
    directions: FloatMatrix,
    weights: NDArray[np.float64],
    sources: Sequence[tuple[Views, float]],
    recipe: ContrastiveRecipe,
) -> Trained:
    """Train directions and weights by symmetric InfoNCE with in-batch negatives.

    L = (CE(S / t, I) + CE(Sᵀ / t, I)) / 2, S the cosines of all lefts with all rights
    (van den Oord, Li & Vinyals 2018, arXiv:1807.03748). A piece's row is exp(log-weight) times its
    direction: Adam then moves rare and frequent pieces by the same angle.

    Args:
        directions: float32[size, dim]; row 0 is taken as zero.
        weights: float64[size], positive.
        sources: Views and how often a batch is drawn from them.
        recipe: The hyperparameters.
    """
    import torch

    torch.set_num_threads(recipe.threads)
    rows = torch.nn.Parameter(torch.tensor(directions, dtype=torch.float32))
    logs = torch.nn.Parameter(torch.tensor(np.log(weights), dtype=torch.float32))
    with torch.no_grad():
        rows[0] = 0.0
    groups = [
        {"params": [rows], "rate": recipe.direction_rate},
        {"params": [logs], "rate": recipe.weight_rate},
    ]
    adam = torch.optim.Adam(groups, betas=(0.9, 0.99))
    batches = _Batches(sources, recipe)
    losses: list[float] = []
    for step in range(recipe.steps):
        for group in adam.param_groups:
            group["lr"] = group["rate"] * _schedule(step, recipe)
        loss = _loss(rows, logs, batches.draw(), recipe.temperature)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        losses.append(float(loss.detach()))
        if (step + 1) % 50 == 0:
            _LOG.info("step %d: loss %.3f", step + 1, float(np.mean(losses[-50:])))
    table: FloatMatrix = (rows * logs.exp()[:, None]).detach().numpy()
    table[0] = 0.0
    return Trained(table, tuple(losses))


class _Batches:
    """Draws batches; each source is gone through in random order before it repeats."""

    def __init__(self, sources: Sequence[tuple[Views, float]], recipe: ContrastiveRecipe) -> None:
        filled = [(views, share) for views, share in sources if len(views) > 1]
        shares = np.array([share for _, share in filled])
        self._views = [views for views, _ in filled]
        self._shares = shares / shares.sum()
        self._queues: list[list[int]] = [[] for _ in filled]
        self._batch = recipe.batch
        self._rng = np.random.default_rng(recipe.seed)

    def draw(self) -> list[View]:
        source = int(self._rng.choice(len(self._views), p=self._shares))
        views, queue = self._views[source], self._queues[source]
        # A text twice in a batch would be its own negative: never more than the source holds.
        count = min(self._batch, len(views))
        if len(queue) < count:
            queue[:] = self._rng.permutation(len(views)).tolist()
        drawn = [queue.pop() for _ in range(count)]
        return [views.draw(position, self._rng) for position in drawn]


def _schedule(step: int, recipe: ContrastiveRecipe) -> float:
    fall = 0.55 + 0.45 * math.cos(math.pi * step / recipe.steps)
    return min(1.0, (step + 1) / recipe.warmup) * fall


def _loss(
    rows: "torch.Tensor", logs: "torch.Tensor", views: Sequence[View], temperature: float
) -> "torch.Tensor":
    import torch
    from torch.nn.functional import cross_entropy

    left = _vectors(rows, logs, [view[0] for view in views])
    right = _vectors(rows, logs, [view[1] for view in views])
    cosines = left @ right.T / temperature
    own = torch.arange(len(views))
    return (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2


def _vectors(rows: "torch.Tensor", logs: "torch.Tensor", texts: Sequence[Ids]) -> "torch.Tensor":
    import torch
    from torch.nn.functional import embedding_bag, normalize

    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in texts])[:-1]])
    ids = torch.from_numpy(np.concatenate(texts))
    weights = logs[ids].exp()
    sums = embedding_bag(
        ids, rows, torch.from_numpy(starts), mode="sum", per_sample_weights=weights
    )
    return normalize(sums, dim=1, eps=1e-6)
