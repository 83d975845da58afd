"""A transformer through onnxruntime: text vectors and token vectors of one run.

A dynamically quantised model scales its activations by the largest value *of the batch*, so the
vector of a text would depend on the texts beside it (measured cosine .997). Each window therefore
runs alone, without padding, and the windows are spread over threads: the same vectors bit by bit
whatever the batch, and no slower than batches of padded texts (docs/models.md).
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix, Role, Spans, TokenVectors
from models.card import ModelCard, read_card, verify
from models.errors import CardError
from models.onnx_session import open_session
from models.token_signs import TokenSigns, unit_rows
from models.tokenization import Window, load_tokenizer, windows

MODEL_FILE = "model_int8.onnx"
TOKENIZER_FILE = "tokenizer.json"
MEANS_FILE = "token_means.npz"

PROMPTS: dict[Role, str] = {"query": "query: ", "passage": "passage: "}
"""E5's prompts: without them its vectors are markedly worse (Wang et al. 2024)."""

_CHARACTERS_PER_TOKEN = 8
"""No ordinary text has longer tokens on average; what lies beyond is not even tokenised."""

_Read = tuple[NDArray[np.float32], FloatMatrix | None]
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class OnnxTransformer:
    """The model and its tokenizer: what one window gives, before any pooling over windows."""

    def __init__(self, folder: Path, max_tokens: int, max_windows: int) -> None:
        self.tokenizer = load_tokenizer(folder / TOKENIZER_FILE)
        self.tokenizer.no_truncation()  # `windows` cuts
        self._session = open_session(folder / MODEL_FILE)
        self._max_tokens = max_tokens
        self._max_windows = max_windows

    def windows(self, text: str, role: Role) -> list[Window]:
        """Cut a text into windows; a blank text has none."""
        longest = self._max_windows * self._max_tokens * _CHARACTERS_PER_TOKEN
        return windows(
            self.tokenizer,
            PROMPTS[role],
            text[:longest],
            max_tokens=self._max_tokens,
            max_windows=self._max_windows,
        )

    def text_vector(self, window: Window) -> NDArray[np.float32]:
        """Return the window's unit vector, float32[dim]."""
        vector: NDArray[np.float32] = self._run(window, ["sentence_embedding"])[0][0]
        return vector

    def all_vectors(self, window: Window) -> tuple[NDArray[np.float32], FloatMatrix]:
        """Return the window's unit vector and its tokens' vectors, float32[c, hidden]."""
        text, tokens = self._run(window, ["sentence_embedding", "token_embeddings"])
        return text[0], tokens[0][window.content]

    def _run(self, window: Window, outputs: list[str]) -> list[Any]:
        ids = window.ids[np.newaxis]
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        results: list[Any] = self._session.run(outputs, feed)
        return results


class OnnxEncoder:
    """`TokenEncoder` over a folder with an ONNX transformer, its tokenizer and its token means.

    A text of more than `max_tokens` tokens is read in at most `max_windows` windows of equal
    length; its vector is the mean of theirs, weighted by tokens, at unit length.
    """

    cheap_tokens = False

    def __init__(
        self,
        folder: Path,
        *,
        name: str | None = None,
        threads: int | None = None,
        max_windows: int = 4,
    ) -> None:
        """Load the model; onnxruntime and tokenizers are imported here, not with the module.

        Args:
            folder: Holds the card and the files that it lists.
            name: The name to go by, if not the card's.
            threads: Windows that run at the same time; None for one per core.
            max_windows: Windows read of one text.

        Raises:
            CardError: the card cannot be used, or does not fit the model.
            ModelFileMissingError: a file is absent.
            ModelIntegrityError: a file is damaged.
            ModelFormatError: a file is not what it should be.
        """
        self.card: ModelCard = read_card(folder)
        verify(folder, self.card)
        self.name = name or self.card.name
        self._model = OnnxTransformer(folder, self.card.max_tokens, max_windows)
        self._signs = TokenSigns.load(folder / MEANS_FILE)
        if self._signs.dim != self.card.token_dim:
            problem = f"token_dim 为 {self.card.token_dim}，词元均值的宽度为 {self._signs.dim}"
            raise CardError(folder / "card.json", [problem])
        self._threads = threads or os.cpu_count() or 1
        self._max_windows = max_windows

    @property
    def dim(self) -> int:
        """Width of a text's vector."""
        return self.card.dim

    @property
    def token_dim(self) -> int:
        """Width of a token's vector."""
        return self._signs.dim

    @property
    def max_tokens(self) -> int:
        """Tokens of one window, the prompt's and the special ones included."""
        return self.card.max_tokens

    @property
    def fingerprint(self) -> str:
        """Name, version and hash of the files, and the number of windows."""
        return f"{self.card.fingerprint}:w{self._max_windows}"

    def encode(self, texts: Sequence[str], role: Role) -> FloatMatrix:
        """Encode texts as float32[n, dim], unit rows (a blank text gives a zero row)."""
        return self._encode(texts, role, self._text_only)[0]

    def encode_tokens(
        self, texts: Sequence[str], role: Role
    ) -> tuple[FloatMatrix, list[TokenVectors]]:
        """Encode texts as (what `encode` gives, one `TokenVectors` a text)."""

        def with_tokens(window: Window) -> _Read:
            text, tokens = self._model.all_vectors(window)
            return text, self._signs.apply(tokens, role)

        vectors, cut, reads = self._encode(texts, role, with_tokens)
        tokens = [
            TokenVectors(
                _stack([part for _, part in read if part is not None], self.token_dim, np.float32),
                _stack([window.spans for window in parts], 2, np.int32),
            )
            for parts, read in zip(cut, reads, strict=True)
        ]
        return vectors, tokens

    def token_spans(self, text: str, role: Role) -> Spans:
        """Return the spans that `encode_tokens` gives for the text, without running the model."""
        parts = self._model.windows(text, role)
        return _stack([window.spans for window in parts], 2, np.int32)

    def _text_only(self, window: Window) -> _Read:
        return self._model.text_vector(window), None

    def _encode(
        self, texts: Sequence[str], role: Role, read: Callable[[Window], _Read]
    ) -> tuple[FloatMatrix, list[list[Window]], list[list[_Read]]]:
        cut = self._spread(lambda text: self._model.windows(text, role), texts)
        results = iter(self._spread(read, [window for parts in cut for window in parts]))
        reads = [[next(results) for _ in parts] for parts in cut]
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, (parts, of_text) in enumerate(zip(cut, reads, strict=True)):
            for window, (vector, _) in zip(parts, of_text, strict=True):
                vectors[row] += window.weight * vector
        return unit_rows(vectors), cut, reads

    def _spread(self, work: Callable[[_In], _Out], items: Sequence[_In]) -> list[_Out]:
        """Do the work for each item, over the threads, in order."""
        if self._threads == 1 or len(items) <= 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(min(self._threads, len(items))) as pool:
            return list(pool.map(work, items))


def _stack(parts: list[Any], width: int, dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros((0, width), dtype=dtype)
