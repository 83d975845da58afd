"""A cross-encoder through onnxruntime: two texts in one run, judged as a whole and span by span.

The first token and the means of both sides judge the pair (levels); each claim of the left text
looks at the passages of the right one through a bilinear attention, which says where the answer
stands, and what it sees there gives the verdict. One run of the transformer serves all of it, so
verdicts and evidence cost next to nothing beside the score.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from models.base import FloatMatrix, PairReading, PairText, TokenTags
from models.card import ModelCard, read_card, verify
from models.onnx_session import open_session
from models.pair_heads import KINDS, PairHeads
from models.pair_tokens import LEFT, PairIds, PairTokens
from models.tokenization import TokenIds, load_tokenizer

MODEL_FILE = "model_int8.onnx"
HEADS_FILE = "heads.npz"
TOKENIZER_FILE = "tokenizer.json"

_In = TypeVar("_In")
_Out = TypeVar("_Out")


class OnnxPairReader:
    """`PairReader` over a folder with an ONNX transformer, its heads and its tokenizer.

    Each pair runs alone, for the reason told in `models.onnx_encoder`; pairs are spread over
    threads.
    """

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        """Load the model.

        Raises:
            ModelsError: the model's files are absent, damaged or not what they should be.
        """
        self.card: ModelCard = read_card(folder)
        verify(folder, self.card)
        self._tokens = PairTokens(load_tokenizer(folder / TOKENIZER_FILE))
        self.heads = PairHeads.load(folder / HEADS_FILE)
        self._session = open_session(folder / MODEL_FILE)
        self._threads = threads or os.cpu_count() or 1

    @property
    def fingerprint(self) -> str:
        """Name, version and hash of the files."""
        return self.card.fingerprint

    def read(self, pairs: Sequence[PairText]) -> list[PairReading]:
        """Read each pair."""
        return self._spread(self._read, pairs)

    def tag(self, texts: Sequence[str]) -> list[TokenTags]:
        """Tag each text's tokens."""
        return self._spread(self._tag, texts)

    def seen(self, pair: PairText) -> tuple[PairIds, FloatMatrix]:
        """What the heads judge by: the pair's tokens, and their vectors float32[l, hidden]."""
        ids = self._tokens.pair(pair)
        return ids, self._run(ids.ids, ids.kinds)

    def _read(self, pair: PairText) -> PairReading:
        ids, tokens = self.seen(pair)
        return self.heads.reading(tokens, ids)

    def _tag(self, text: str) -> TokenTags:
        none = np.zeros(0, dtype=np.float32)
        parts = [
            TokenTags(
                np.zeros((0, 2), dtype=np.int32), none, none, np.zeros((0, KINDS), none.dtype)
            )
        ]
        for window in self._tokens.windows(text):
            tokens = self._run(window.ids, np.full_like(window.ids, LEFT))[window.content]
            parts.append(TokenTags(window.spans, *self.heads.tags(tokens)))
        spans, begins, continues, kinds = (np.concatenate(one) for one in zip(*parts, strict=True))
        return TokenTags(spans, begins, continues, kinds)

    def _run(self, ids: TokenIds, kinds: TokenIds) -> FloatMatrix:
        feed = {"ids": ids[np.newaxis], "kinds": kinds[np.newaxis]}
        tokens: FloatMatrix = self._session.run(None, feed)[0][0]
        return tokens

    def _spread(self, work: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
        if self._threads == 1 or len(items) <= 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(min(self._threads, len(items))) as pool:
            return list(pool.map(work, items))
