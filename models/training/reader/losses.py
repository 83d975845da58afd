"""What the reader is trained for; the parts are added with the weights of the recipe."""

from typing import NamedTuple

import torch
from torch.nn import functional

from models.training.reader.examples import Targets
from models.training.reader.network import Judged

_AWAY = -1e4
_THRESHOLDS = (2, 3, 4)
VERDICT_WEIGHTS = (1.0, 1.8, 0.9)
"""Of missing, partly and met: partly is the rarest, and a reader that is not paid for it never says
it."""


class Losses(NamedTuple):
    """Scalars: cumulative levels, order within a group, verdicts, evidence."""

    levels: torch.Tensor
    order: torch.Tensor
    verdicts: torch.Tensor
    proofs: torch.Tensor


def pair_losses(given: Judged, wanted: Targets) -> Losses:
    """Compare a batch with what it should give; a part without examples is 0.

    Levels are cumulative (Frank & Hall 2001, "A Simple Approach to Ordinal Classification"); the
    order is RankNet's (Burges et al. 2005) over all pairs of a group with different levels; of
    several sentences that prove a claim any will do.
    """
    zero = given.levels.sum() * 0
    graded = wanted.levels > 0
    above = torch.stack([wanted.levels >= level for level in _THRESHOLDS], dim=1).float()
    levels = functional.binary_cross_entropy_with_logits(given.levels[graded], above[graded])
    score = given.levels.sum(dim=1)
    better = wanted.levels[:, None] > wanted.levels[None, :]
    better &= wanted.groups[:, None] == wanted.groups[None, :]
    better &= graded[:, None] & graded[None, :]
    order = functional.softplus(score[None, :] - score[:, None])[better]
    known = wanted.verdicts >= 0
    return Losses(
        levels if graded.any() else zero,
        order.mean() if better.any() else zero,
        functional.cross_entropy(
            given.verdicts[known], wanted.verdicts[known], weight=torch.tensor(VERDICT_WEIGHTS)
        )
        if known.any()
        else zero,
        proof_loss(given.passages, wanted.proofs),
    )


def proof_loss(likeness: torch.Tensor, proofs: torch.Tensor) -> torch.Tensor:
    """Of several passages that prove a claim any will do; 0 where none is proven.

    Args:
        likeness: logits [b, claims, passages].
        proofs: bool of the same shape.
    """
    proven = proofs.any(dim=-1)
    if not proven.any():
        return likeness.sum() * 0
    found = torch.log_softmax(likeness, dim=-1).masked_fill(~proofs, _AWAY)
    return -torch.logsumexp(found, dim=-1)[proven].mean()


def tag_loss(logits: torch.Tensor, places: torch.Tensor, kinds: torch.Tensor) -> torch.Tensor:
    """Cross entropy of places, and of kinds where there is one."""
    asked, named = places >= 0, kinds >= 0
    loss = functional.cross_entropy(logits[..., :3][asked], places[asked])
    if named.any():
        loss = loss + functional.cross_entropy(logits[..., 3:][named], kinds[named])
    return loss
