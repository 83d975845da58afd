"""Two texts as one run of token ids, and their spans as the tokens under them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix, PairText, Spans
from models.tokenization import TokenIds, Window, encodable, spans_in, windows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LEFT_PROMPT, RIGHT_PROMPT = "query: ", "passage: "
"""The reader grew out of an E5 encoder and keeps its prompts."""
LEFT_TOKENS, RIGHT_TOKENS = 200, 280
"""Prompts included; with four special tokens they stay under the model's 512 positions."""
ALONE_TOKENS, ALONE_WINDOWS = 256, 16
"""Tokens of a window, and windows, of a text that is read alone."""
LEFT, RIGHT = 0, 1
"""Kinds of tokens."""

_CHARACTERS_PER_TOKEN = 8


class PairIds(NamedTuple):
    """A pair, ready for the model.

    Attributes:
        ids: int64[l].
        kinds: int64[l], `LEFT` or `RIGHT`.
        claims: float32[claims, l], each row the mean over the tokens of a left span; zeros where
            the span was cut off.
        passages: float32[1 + passages, l], the same of the right spans; row 0 is the first token
            (it stands for the pair as a whole).
    """

    ids: TokenIds
    kinds: NDArray[np.int64]
    claims: FloatMatrix
    passages: FloatMatrix


class PairTokens:
    """Turns texts into what the model reads."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        first, last = tokenizer.token_to_id("<s>"), tokenizer.token_to_id("</s>")
        self._first, self._last = np.array([first]), np.array([last])

    def pair(self, texts: PairText) -> PairIds:
        """Tokenise a pair; what is beyond the limits is cut off."""
        left, left_spans = self._part(LEFT_PROMPT, texts.left, LEFT_TOKENS)
        right, right_spans = self._part(RIGHT_PROMPT, texts.right, RIGHT_TOKENS)
        last = self._last
        ids = np.concatenate([self._first, left, last, last, right, last])
        after = 1 + len(left) + 2
        kinds = np.full(len(ids), LEFT, dtype=np.int64)
        kinds[after - 1 :] = RIGHT
        claims = _means(texts.claims, left_spans, 1, len(ids))
        whole = np.zeros((1, len(ids)), dtype=np.float32)
        whole[0, 0] = 1.0
        passages = _means(texts.passages, right_spans, after, len(ids))
        return PairIds(ids, kinds, claims, np.concatenate([whole, passages]))

    def windows(self, text: str) -> list[Window]:
        """Cut a text that is read alone, on the asking side, into windows; see `windows`."""
        text = text[: ALONE_WINDOWS * ALONE_TOKENS * _CHARACTERS_PER_TOKEN]
        return windows(
            self._tokenizer,
            LEFT_PROMPT,
            text,
            max_tokens=ALONE_TOKENS,
            max_windows=ALONE_WINDOWS,
        )

    def _part(self, prompt: str, text: str, limit: int) -> tuple[TokenIds, Spans]:
        text = text[: limit * _CHARACTERS_PER_TOKEN]
        encoding = self._tokenizer.encode(prompt + encodable(text), add_special_tokens=False)
        ids = np.asarray(encoding.ids[:limit], dtype=np.int64)
        return ids, spans_in(text, encoding.offsets[:limit], len(prompt))


def _means(asked: Sequence[tuple[int, int]], tokens: Spans, shift: int, length: int) -> FloatMatrix:
    """Rows that average the tokens under each span, float32[spans, length]."""
    rows = np.zeros((len(asked), length), dtype=np.float32)
    for row, (start, end) in enumerate(asked):
        under = np.flatnonzero((tokens[:, 0] < end) & (tokens[:, 1] > start))
        if len(under):
            rows[row, shift + under] = 1.0 / len(under)
    return rows
