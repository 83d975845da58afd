"""Stand-ins that are handed in where a test needs no trained weights."""

import hashlib
import re
from collections.abc import Sequence
from functools import cache

import numpy as np

from matcher.types import Record
from models.base import (
    FloatMatrix,
    PairReading,
    PairText,
    Role,
    Spans,
    TokenTags,
    TokenVectors,
)


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


class CharReader:
    """A `PairReader` that goes by shared characters: a claim is every piece between marks."""

    fingerprint = "chars-1"

    def read(self, pairs: Sequence[PairText]) -> list[PairReading]:
        return [self._read(pair) for pair in pairs]

    def tag(self, texts: Sequence[str]) -> list[TokenTags]:
        return [self._tag(text) for text in texts]

    def _read(self, pair: PairText) -> PairReading:
        whole = share_of(letters(pair.left), letters(pair.right))
        levels = np.array([6 * whole - 1, 6 * whole - 2, 6 * whole - 3], dtype=np.float32)
        verdicts = np.zeros((len(pair.claims), 3), dtype=np.float32)
        passages = np.zeros((len(pair.claims), 1 + len(pair.passages)), dtype=np.float32)
        offered = [letters(pair.right[start:end]) for start, end in pair.passages]
        for row, (start, end) in enumerate(pair.claims):
            asked = letters(pair.left[start:end])
            shares = [share_of(asked, one) for one in offered]
            best = max(shares, default=0.0)
            verdicts[row] = (1 - best, best * (1 - best), best * best)
            verdicts[row] /= verdicts[row].sum()
            passages[row] = (1 - best + 0.01, *shares)
            passages[row] /= passages[row].sum()
            if not asked:  # a claim that is not in the text
                verdicts[row] = np.nan
        return PairReading(levels, verdicts, passages)

    def _tag(self, text: str) -> TokenTags:
        """A token is a character that is no blank."""
        places = [at for at, char in enumerate(text) if not char.isspace()]
        row_at = {at: row for row, at in enumerate(places)}
        spans = np.array([(at, at + 1) for at in places], dtype=np.int32).reshape(-1, 2)
        begins, continues = (np.zeros(len(places), dtype=np.float32) for _ in "bc")
        kinds = np.full((len(places), 6), 0.1, dtype=np.float32)
        for piece in re.finditer(f"[^{MARKS}]+", text):
            rows = [row_at[at] for at in range(*piece.span()) if at in row_at]
            if rows:
                begins[rows[0]] = 0.9
                continues[rows[1:]] = 0.9
                kinds[rows, 5 if re.search(r"\d", piece.group()) else 2] = 0.5
        return TokenTags(spans, begins, continues, kinds)


MARKS = "，,。；;：:\n"


def letters(text: str) -> set[str]:
    """The characters of a text, but for marks and blanks."""
    return {char for char in text if char not in MARKS and not char.isspace()}


def share_of(asked: set[str], offered: set[str]) -> float:
    """Share of the distinct characters of one text that stand in another."""
    return len(asked & offered) / len(asked) if asked else 0.0
