"""What the models room offers: texts in, numbers out.

`Encoder` turns texts into unit vectors; `TokenEncoder` also gives a vector per token, for late
interaction; `PairReader` reads two texts together. Nothing here knows needs, achievements,
indexes or HTTP.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Role = Literal["query", "passage"]
"""Which side a text is on: many models need another prompt for the asking side."""

FloatMatrix = NDArray[np.float32]
Spans = NDArray[np.int32]


class TokenVectors(NamedTuple):
    """The tokens of one text.

    Attributes:
        vectors: float32[t, token_dim], unit rows.
        spans: int32[t, 2], start and end as character offsets into the text that was given
            (without any prompt). Special tokens and the prompt's tokens are left out.
    """

    vectors: FloatMatrix
    spans: Spans


@runtime_checkable
class Encoder(Protocol):
    """Texts to unit vectors; the same text and role always give the same vector (to 1e-2)."""

    @property
    def name(self) -> str:
        """The registry's name of the model."""

    @property
    def dim(self) -> int:
        """Width of a vector."""

    @property
    def max_tokens(self) -> int:
        """Tokens read in one window; longer texts are read in several windows."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever vectors of the same text may change (weights, prompts, pooling)."""

    def encode(self, texts: Sequence[str], role: Role) -> FloatMatrix:
        """Encode texts as float32[n, dim], unit rows (an empty text gives a zero row)."""


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder that also gives token vectors, at no or little extra cost."""

    @property
    def token_dim(self) -> int:
        """Width of a token vector."""

    @property
    def cheap_tokens(self) -> bool:
        """Whether token vectors are looked up rather than computed.

        Those that are computed are kept in the index, as signs; so they must be signs already
        (+-1 / sqrt(token_dim)), lest a stored record differ from a fresh one.
        """

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        """Encode texts as (what `encode` gives, one `TokenVectors` a text)."""

    def token_spans(self, text: str, role: Role) -> Spans:
        """Return the spans that `encode_tokens` gives for the text, without running the model."""


class PairText(NamedTuple):
    """Two texts to be read together, with the pieces of each that are asked about.

    Attributes:
        left: the asking text.
        right: the answering text.
        claims: (start, end) of each piece of `left` that may be answered.
        passages: (start, end) of each piece of `right` that may answer one.
    """

    left: str
    right: str
    claims: Sequence[tuple[int, int]]
    passages: Sequence[tuple[int, int]]


class PairReading(NamedTuple):
    """What a reader makes of a pair.

    Attributes:
        levels: float32[3], logits of level >= 2, >= 3, >= 4.
        verdicts: float32[claims, 3], probabilities of missing, partly, met; each row adds up
            to 1. A claim that was cut off has a row of NaN.
        passages: float32[claims, 1 + passages], how likely each passage is the one that answers
            the claim; column 0: none does. Each row adds up to 1.
    """

    levels: FloatMatrix
    verdicts: FloatMatrix
    passages: FloatMatrix


class TokenTags(NamedTuple):
    """What a reader makes of each token of a single text.

    Attributes:
        spans: int32[t, 2], offsets into the text.
        begins, continues: float32[t], probability that the token begins or continues a claim.
        kinds: float32[t, k], probability of each kind of claim.
    """

    spans: Spans
    begins: FloatMatrix
    continues: FloatMatrix
    kinds: FloatMatrix


@runtime_checkable
class PairReader(Protocol):
    """Reads two texts together (a cross-encoder), and finds the claims in one."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever a reading of the same pair may change."""

    def read(self, pairs: Sequence[PairText]) -> list[PairReading]:
        """Read each pair by itself; a reading does not depend on the pairs beside it."""

    def tag(self, texts: Sequence[str]) -> list[TokenTags]:
        """Tag each text's tokens; a long text is read to its end, window by window."""
