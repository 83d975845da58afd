"""Static embeddings: a text's vector is the mean of its tokens' rows of a table.

The folder is what sentence-transformers' `StaticEmbedding` saves, read without torch: thousands of
texts per CPU-second, at the price that word order and context do not count.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix, Role, Spans, TokenVectors
from models.card import ModelCard, read_card, verify
from models.errors import CardError, ModelFormatError
from models.token_signs import unit_rows
from models.tokenization import encodable, load_tokenizer, spans_in

MODEL_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
TABLE_KEY = "embedding.weight"

_CHUNK = 1024
"""Texts tokenised at a time, so that a large import does not hold all its tokens at once."""


class StaticEncoder:
    """`TokenEncoder` over a folder with a token table, its tokenizer and a card.

    Both roles give the same vector. A text is read whole, unless the tokenizer's own file says
    that it truncates. Token vectors are the table's rows without the table's mean, at unit length.
    """

    cheap_tokens = True

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        """Load the table (float16 or float32) and the tokenizer.

        Args:
            folder: Holds the card and the files that it lists.
            name: The name to go by, if not the card's.

        Raises:
            CardError: the card cannot be used, or does not fit the table.
            ModelFileMissingError: a file is absent.
            ModelIntegrityError: a file is damaged.
            ModelFormatError: a file is not what it should be.
        """
        self.card: ModelCard = read_card(folder)
        verify(folder, self.card)
        self.name = name or self.card.name
        self._tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        self._table = _read_table(folder / MODEL_FILE)
        problems = _misfits(self.card, self._table, self._tokenizer.get_vocab_size())
        if problems:
            raise CardError(folder / "card.json", problems)
        self._mean: NDArray[np.float32] = self._table.mean(axis=0)

    @property
    def dim(self) -> int:
        """Width of a text's vector."""
        return int(self._table.shape[1])

    @property
    def token_dim(self) -> int:
        """Width of a token's vector: the same as `dim`."""
        return self.dim

    @property
    def max_tokens(self) -> int:
        """The card's number, 0 for no limit."""
        return self.card.max_tokens

    @property
    def fingerprint(self) -> str:
        """Name, version and hash of the files."""
        return self.card.fingerprint

    def encode(self, texts: Sequence[str], role: Role) -> FloatMatrix:
        """Encode texts as float32[n, dim], unit rows (an empty text gives a zero row)."""
        rows = [self._encode_chunk(texts[at : at + _CHUNK]) for at in range(0, len(texts), _CHUNK)]
        return np.concatenate(rows) if rows else np.zeros((0, self.dim), dtype=np.float32)

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        """Encode texts as (what `encode` gives, one `TokenVectors` a text)."""
        return self.encode(texts, role), [self._tokens(text) for text in texts]

    def token_spans(self, text: str, role: Role) -> Spans:
        """Return the spans that `encode_tokens` gives for the text, without reading the table."""
        return self._ids_and_spans(text)[1]

    def _encode_chunk(self, texts: Sequence[str]) -> FloatMatrix:
        """Mean rows by one sparse product: counts [n, vocabulary] by the table."""
        from scipy.sparse import csr_matrix

        encodings = self._tokenizer.encode_batch_fast(
            [encodable(text) for text in texts], add_special_tokens=False
        )
        ids = [encoding.ids for encoding in encodings]
        bounds = np.concatenate([[0], np.cumsum([len(one) for one in ids])])
        columns = np.fromiter(itertools.chain.from_iterable(ids), np.int32, int(bounds[-1]))
        ones = np.ones(len(columns), dtype=np.float32)
        counts = csr_matrix((ones, columns, bounds), shape=(len(ids), len(self._table)))
        # At unit length the sum is the mean; dividing by the number of tokens is left out.
        sums: FloatMatrix = counts @ self._table
        return unit_rows(sums)

    def _tokens(self, text: str) -> TokenVectors:
        ids, spans = self._ids_and_spans(text)
        return TokenVectors(unit_rows(self._table[ids] - self._mean), spans)

    def _ids_and_spans(self, text: str) -> tuple[NDArray[np.int64], Spans]:
        encoding = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        spans = spans_in(text, encoding.offsets)
        seen = np.flatnonzero(spans[:, 1])
        return np.asarray(encoding.ids, dtype=np.int64)[seen], spans[seen]


def _read_table(path: Path) -> FloatMatrix:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        table = load_file(path)[TABLE_KEY]
    except (SafetensorError, KeyError, TypeError) as error:
        raise ModelFormatError(path, f"读不出张量 {TABLE_KEY}（{error}）") from error
    if table.ndim != 2 or table.dtype not in (np.float16, np.float32):
        problem = f"张量 {TABLE_KEY} 应为二维 float16 或 float32，现为 {table.shape} {table.dtype}"
        raise ModelFormatError(path, problem)
    return np.ascontiguousarray(table, dtype=np.float32)


def _misfits(card: ModelCard, table: FloatMatrix, vocabulary: int) -> list[str]:
    problems = []
    if table.shape[1] != card.dim:
        problems.append(f"dim 为 {card.dim}，词表向量的宽度为 {table.shape[1]}")
    if card.token_dim != card.dim:
        problems.append(f"token_dim 应与 dim 相同（{card.dim}），现为 {card.token_dim}")
    if vocabulary > len(table):
        problems.append(f"分词器有 {vocabulary} 个词元，词表向量只有 {len(table)} 行")
    return problems
