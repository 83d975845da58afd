"""The reader as a torch module: a shortened BERT and the heads of `models.pair_heads`."""

import math
from pathlib import Path
from typing import NamedTuple, Protocol

import torch
from torch import nn

from models.pair_heads import KINDS, TINY
from models.pair_tokens import LEFT, RIGHT

HIDDEN, ASKING, VERDICT = 384, 128, 192
DROPOUT = 0.1
_AWAY = -1e4


class Batch(NamedTuple):
    """Padded pairs: int64[b, l] ids, mask, kinds; float32[b, claims|passages, l] span rows."""

    ids: torch.Tensor
    mask: torch.Tensor
    kinds: torch.Tensor
    claims: torch.Tensor
    passages: torch.Tensor


class Judged(NamedTuple):
    """Logits: levels [b, 3], verdicts [b, claims, 3], passages [b, claims, passages]."""

    levels: torch.Tensor
    verdicts: torch.Tensor
    passages: torch.Tensor


class ReaderNetwork(nn.Module):
    """The first layers of an encoder, with heads for levels, verdicts, evidence and tags.

    Args:
        start: folder of the sentence-transformers encoder to start from.
        layers: how many of its layers are kept.
    """

    def __init__(self, start: Path, layers: int) -> None:
        super().__init__()
        from transformers import AutoModel

        self.body = AutoModel.from_pretrained(start, dtype=torch.float32, add_pooling_layer=False)
        self.body.encoder.layer = self.body.encoder.layer[:layers]
        self.body.config.num_hidden_layers = layers
        with torch.no_grad():  # both sides begin as the one kind that the encoder knew
            kinds = self.body.embeddings.token_type_embeddings.weight
            kinds[1] = kinds[0]
        self.pair_in, self.pair_out = nn.Linear(4 * HIDDEN, HIDDEN), nn.Linear(HIDDEN, 3)
        self.ask, self.answer = nn.Linear(HIDDEN, ASKING), nn.Linear(HIDDEN, ASKING)
        self.verdict_in, self.verdict_out = nn.Linear(2 * HIDDEN, VERDICT), nn.Linear(VERDICT, 3)
        self.tags = nn.Linear(HIDDEN, 3 + KINDS)
        self.drop = nn.Dropout(DROPOUT)

    def tokens(
        self, ids: torch.Tensor, mask: torch.Tensor | None, kinds: torch.Tensor
    ) -> torch.Tensor:
        """Token vectors, float32[b, l, hidden]; no mask where nothing is padded."""
        out = self.body(input_ids=ids, attention_mask=mask, token_type_ids=kinds)
        tokens: torch.Tensor = out.last_hidden_state
        return tokens

    def forward(self, batch: Batch) -> Judged:
        """Judge pairs; `models.pair_heads.PairHeads.reading` does the same in NumPy."""
        tokens = self.tokens(batch.ids, batch.mask, batch.kinds)
        sides = whole_sides(tokens, batch)
        levels = self.pair_out(self.drop(torch.tanh(self.pair_in(sides))))
        verdicts, likeness = claims_judged(self, tokens, batch.claims, batch.passages)
        return Judged(levels, verdicts, likeness)

    def tag(self, batch: Batch) -> torch.Tensor:
        """Logits of out, begin, continue and of each kind, float32[b, l, 3 + KINDS]."""
        tokens = self.tokens(batch.ids, batch.mask, batch.kinds)
        logits: torch.Tensor = self.tags(self.drop(tokens))
        return logits


class ClaimLayers(Protocol):
    """The layers that judge claims."""

    ask: nn.Linear
    answer: nn.Linear
    verdict_in: nn.Linear
    verdict_out: nn.Linear
    drop: nn.Dropout


def claims_judged(
    layers: ClaimLayers, tokens: torch.Tensor, claims: torch.Tensor, passages: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of verdicts [b, claims, 3] and of passages [b, claims, passages].

    Args:
        layers: the network's, or those that are trained by themselves.
        tokens: float32[b, l, hidden].
        claims: float32[b, claims, l], each row a mean; zeros where the span was cut off.
        passages: float32[b, passages, l], the same.
    """
    asked, offered = claims @ tokens, passages @ tokens
    by_token = layers.ask(asked) @ layers.answer(tokens).transpose(1, 2) / math.sqrt(ASKING)
    highest = by_token.amax(dim=-1, keepdim=True)
    inside = (passages > 0).float().transpose(1, 2)
    likeness = ((by_token - highest).exp() @ inside + TINY).log() + highest
    likeness = likeness.masked_fill((passages.sum(-1) == 0)[:, None, :], _AWAY)
    seen = torch.cat([asked, torch.softmax(likeness, -1) @ offered], dim=-1)
    inner = nn.functional.gelu(layers.verdict_in(seen))
    verdicts: torch.Tensor = layers.verdict_out(layers.drop(inner))
    return verdicts, likeness


def whole_sides(tokens: torch.Tensor, batch: Batch) -> torch.Tensor:
    """First token, means of both sides and their product, float32[b, 4 * hidden]."""
    asked, offered = (_mean_of(tokens, batch, kind) for kind in (LEFT, RIGHT))
    return torch.cat([tokens[:, 0], asked, offered, asked * offered], dim=-1)


def _mean_of(tokens: torch.Tensor, batch: Batch, kind: int) -> torch.Tensor:
    own = ((batch.kinds == kind) & (batch.mask > 0)).unsqueeze(-1).float()
    return (tokens * own).sum(1) / own.sum(1).clamp(min=1.0)
