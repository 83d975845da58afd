"""Documents to vectors.

A need is encoded on the asking side and an achievement on the answering side, whoever asks: then
the likeness of a pair is one number in both directions, and each record is encoded once.

Vectors of a pre-trained encoder all point roughly one way, which drowns what tells texts apart;
so the mean of usual texts is taken away first (Mu & Viswanath 2018, "All-but-the-Top"). On full
texts that is worth more than any other single step (docs/benchmarks.md).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.documents import Document, side_of
from models.base import Encoder, FloatMatrix, Role, TokenEncoder, TokenVectors


@dataclass(frozen=True)
class Centre:
    """The mean vectors of usual texts, float32[dim] each."""

    query: FloatMatrix
    passage: FloatMatrix

    @classmethod
    def of(cls, encoder: Encoder, texts: Sequence[str]) -> "Centre":
        """Measure an encoder's means over texts."""
        means = (encoder.encode(texts, role).mean(axis=0) for role in ("query", "passage"))
        # what is stored with five digits must be what is used
        query, passage = (mean.astype(np.float64).round(5).astype(np.float32) for mean in means)
        return cls(query, passage)

    @classmethod
    def stored(cls, means: Mapping[str, Sequence[float]]) -> "Centre":
        """Read the means of `matcher.fit.Weights`."""
        query, passage = (np.array(means[role], dtype=np.float32) for role in ("query", "passage"))
        return cls(query, passage)

    def __call__(self, vectors: FloatMatrix, role: Role) -> FloatMatrix:
        """Take the mean away; unit rows again (a zero row, an empty text, stays zero)."""
        filled = vectors.any(axis=1, keepdims=True)
        moved = np.where(filled, vectors - getattr(self, role), 0.0)
        lengths = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9)
        return np.asarray(moved / lengths, dtype=np.float32)

    @property
    def fingerprint(self) -> str:
        """Hash of both means."""
        return hashlib.sha256(self.query.tobytes() + self.passage.tobytes()).hexdigest()[:8]


@dataclass(frozen=True)
class Embedder:
    """Encodes documents.

    Attributes:
        encoder: gives the vectors that are indexed.
        late: gives token vectors; `encoder` itself where it can.
        centre: what is taken away from `encoder`'s vectors.
    """

    encoder: Encoder
    late: TokenEncoder
    centre: Centre

    @property
    def fingerprint(self) -> str:
        """Changes whenever a vector may change."""
        own, late = self.encoder.fingerprint, self.late.fingerprint
        names = own if own == late else f"{own}+{late}"
        return f"{names}-{self.centre.fingerprint}"

    @property
    def stores_tokens(self) -> bool:
        """Whether token vectors are dear enough to be kept in the index."""
        return not self.late.cheap_tokens

    def vectors(self, documents: Sequence[Document]) -> FloatMatrix:
        """float32[n, dim], unit rows; all documents on one side."""
        role = role_of(documents)
        return self.centre(self.encoder.encode(_texts(documents), role), role)

    def embed(self, documents: Sequence[Document]) -> tuple[FloatMatrix, list[TokenVectors]]:
        """Encode documents of one side, with their token vectors."""
        if self.late is not self.encoder:
            return self.vectors(documents), self.tokens(documents)
        role = role_of(documents)
        vectors, tokens = self.late.encode_tokens(_texts(documents), role)
        return self.centre(vectors, role), tokens

    def tokens(self, documents: Sequence[Document]) -> list[TokenVectors]:
        """Token vectors alone."""
        return self.late.encode_tokens(_texts(documents), role_of(documents))[1]


def role_of(documents: Sequence[Document]) -> Role:
    """Needs ask, achievements answer; all documents are on one side."""
    return "query" if documents and side_of(documents[0].record) == "need" else "passage"


def _texts(documents: Sequence[Document]) -> list[str]:
    return [document.full for document in documents]
