"""Stand-ins that are handed in where a test needs no trained weights."""

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from matcher.types import Record
from models.base import FloatMatrix, Role, Spans, TokenVectors


@cache
def char_vector(char: str, dim: int) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(char.encode()).digest()[:8], "little")
    vector = np.random.default_rng(seed).standard_normal(dim).astype(np.float32)
    return vector / np.linalg.norm(vector)


class CharEncoder:
    """A `TokenEncoder`: each character has a random direction of its own, a text their mean."""

    name = "char"
    dim = 48
    token_dim = 48
    cheap_tokens = False
    max_tokens = 512

    def __init__(self, fingerprint: str = "char-1") -> None:
        self.fingerprint = fingerprint

    def encode(self, texts: Sequence[str], role: Role) -> FloatMatrix:
        return self.encode_tokens(texts, role)[0]

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        tokens = []
        for at, text in enumerate(texts):
            spans = self.token_spans(text, role)
            parts = np.array(
                [char_vector(text[start:end], self.dim) for start, end in spans], dtype=np.float32
            ).reshape(-1, self.dim)
            if len(parts):
                mean = parts.mean(axis=0)
                vectors[at] = mean / max(float(np.linalg.norm(mean)), 1e-9)
            tokens.append(TokenVectors(parts, spans))
        return vectors, tokens

    def token_spans(self, text: str, role: Role) -> Spans:
        places = [at for at, char in enumerate(text[:2000]) if not char.isspace()]
        return np.array([(at, at + 1) for at in places], dtype=np.int32).reshape(-1, 2)


class ListSource:
    """A `RecordSource` over a list."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._by_id = {record.id: record for record in records}

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        return [self._by_id[id_] for id_ in ids if id_ in self._by_id]
