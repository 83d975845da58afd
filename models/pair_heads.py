"""The small layers on top of the pair reader's tokens, in NumPy.

They are kept apart from the transformer's graph: their inputs are spans, which differ from pair
to pair, and their weights are too few to be worth quantising.
"""

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, softmax

from models.base import FloatMatrix, PairReading
from models.errors import ModelFormatError
from models.pair_tokens import LEFT, RIGHT, PairIds

Array = NDArray[np.float32]

LAYERS = ("pair_in", "pair_out", "ask", "answer", "verdict_in", "verdict_out", "tags")
"""Each has a weight [out, in] and a bias [out], as `NAME.w` and `NAME.b`."""
KINDS = 6
"""How many kinds of claims the tags tell apart; their names are the matcher's business."""
TINY = 1e-9
"""What a passage is given beside the claim's best token, lest its logarithm be of 0."""


class PairHeads:
    """Linear layers by name.

    Args:
        layers: `NAME.w` and `NAME.b` for each of `LAYERS`.
    """

    def __init__(self, layers: Mapping[str, Array]) -> None:
        self._layers = layers

    def reading(self, tokens: FloatMatrix, pair: PairIds) -> PairReading:
        """Judge a pair by its tokens, float32[l, hidden].

        The levels come from the first token, the means of both sides, and their product. A claim
        looks at every token of a passage, for a sentence often answers with one word of many: the
        likeness of a passage is the log of the sum over its tokens.
        """
        left, right = _mean(tokens[pair.kinds == LEFT]), _mean(tokens[pair.kinds == RIGHT])
        sides = np.concatenate([tokens[0], left, right, left * right])[np.newaxis]
        levels = self._linear("pair_out", np.tanh(self._linear("pair_in", sides)))[0]
        claims, passages = pair.claims, pair.passages
        asked, offered = claims @ tokens, passages @ tokens
        keys = self._linear("answer", tokens)
        by_token = self._linear("ask", asked) @ keys.T / np.sqrt(keys.shape[1])
        highest = by_token.max(axis=1, keepdims=True, initial=-np.inf)
        inside = (passages > 0).astype(np.float32).T
        likeness = np.log(np.exp(by_token - highest) @ inside + TINY) + highest
        likeness[:, ~passages.any(axis=1)] = -np.inf  # passages that were cut off
        shares = softmax(likeness, axis=1)
        seen = np.concatenate([asked, shares @ offered], axis=1)
        logits = self._linear("verdict_out", _gelu(self._linear("verdict_in", seen)))
        verdicts = softmax(logits, axis=1)
        verdicts[~claims.any(axis=1)] = np.nan
        return PairReading(levels, verdicts.astype(np.float32), shares.astype(np.float32))

    def tags(self, tokens: FloatMatrix) -> tuple[Array, Array, Array]:
        """(begins[l], continues[l], kinds[l, KINDS]) of the tokens of a single text."""
        logits = self._linear("tags", tokens)
        places = softmax(logits[:, :3], axis=1)
        kinds = softmax(logits[:, 3 : 3 + KINDS], axis=1)
        return places[:, 1], places[:, 2], kinds

    def with_layers(self, layers: Mapping[str, Array]) -> Self:
        """The same with some layers in the place of their own."""
        return type(self)({**self._layers, **layers})

    def _linear(self, name: str, rows: Array) -> Array:
        return np.asarray(rows @ self._layers[f"{name}.w"].T + self._layers[f"{name}.b"])

    def save(self, path: Path) -> None:
        """Write all layers as float16 arrays of an .npz file."""
        arrays = {name: array.astype(np.float16) for name, array in self._layers.items()}
        np.savez_compressed(path, allow_pickle=False, **arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            ModelFormatError: the file holds no such layers.
        """
        names = [f"{layer}.{part}" for layer in LAYERS for part in ("w", "b")]
        try:
            with np.load(BytesIO(path.read_bytes())) as arrays:
                return cls({name: arrays[name].astype(np.float32) for name in names})
        except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
            raise ModelFormatError(path, f"读不出对读模型的输出层（{error}）") from error


def _gelu(x: Array) -> Array:
    return np.asarray(x / 2 * (1 + erf(x / np.sqrt(2))), dtype=np.float32)


def _mean(rows: Array) -> Array:
    """Mean row; zeros where there is none."""
    return np.asarray(rows.sum(axis=0) / max(1, len(rows)))
