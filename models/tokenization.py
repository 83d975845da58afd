"""Texts to token ids and back to character spans, whatever the tokenizer's normaliser does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.base import Spans
from models.errors import ModelFormatError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TokenIds = NDArray[np.int64]

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Window:
    """One run of the model over (a part of) a text.

    Attributes:
        ids: int64[l], with the special tokens and the prompt's.
        content: int64[c], the positions in `ids` whose vectors are the text's tokens.
        spans: int32[c, 2], the characters of the text under each of them.
        weight: How many tokens of the text the window read (at least as many as `content`).
    """

    ids: TokenIds
    content: TokenIds
    spans: Spans
    weight: int


def load_tokenizer(path: Path) -> "Tokenizer":
    """Load a `tokenizer.json`, without any padding that it may ask for.

    Raises:
        ModelFormatError: the file is not a tokenizer.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ModelFormatError(path, f"不是分词器文件（{error}）") from error
    tokenizer.no_padding()
    return tokenizer


def encodable(text: str) -> str:
    """Return the text with each lone surrogate replaced by U+FFFD; offsets stay the same.

    A lone surrogate has no UTF-8 form, and the tokenizer reads UTF-8.
    """
    return _LONE_SURROGATES.sub("\ufffd", text)


def spans_in(text: str, offsets: Sequence[tuple[int, int]], shift: int = 0) -> Spans:
    """Offsets of tokens as spans of the text, int32[t, 2]; a blank or empty one is (0, 0).

    Args:
        text: The text, without a prompt.
        offsets: Start and end of each token, `shift` characters further to the right.
        shift: Length of the prompt. A token that joins the prompt's last blank with the text's
            first characters is cut to the text's part.
    """
    spans = np.zeros((len(offsets), 2), dtype=np.int32)
    for row, (start, end) in enumerate(offsets):
        first, last = max(0, start - shift), min(end - shift, len(text))
        if first < last and not text[first:last].isspace():
            spans[row] = first, last
    return spans


def windows(
    tokenizer: "Tokenizer", prompt: str, text: str, *, max_tokens: int, max_windows: int
) -> list[Window]:
    """Cut a text into the windows that the model will read.

    The text's tokens are dealt out evenly, so that no window is a stump; each window has the
    special tokens and the prompt. What does not fit into `max_windows` is not read.

    Args:
        tokenizer: A tokenizer that adds its special tokens before and after.
        prompt: Put before the text; may be empty.
        text: Any text.
        max_tokens: Tokens of a window, all included.
        max_windows: Windows of a text.

    Returns:
        The windows; none for a text without a single token that is not blank.
    """
    encoding = tokenizer.encode(prompt + encodable(text))
    offsets = encoding.offsets  # every access makes a new list
    head, body, tail = _sections(offsets, encoding.special_tokens_mask, len(prompt))
    room = max(1, max_tokens - len(head) - len(tail))
    body = body[: room * max_windows]
    spans = spans_in(text, [offsets[i] for i in body], len(prompt))
    if not spans.any():
        return []
    ids = np.asarray(encoding.ids, dtype=np.int64)
    parts = np.array_split(np.arange(len(body)), -(-len(body) // room))
    return [
        _window(ids[head], ids[body[0] + part], ids[tail], spans[part])
        for part in parts
        if spans[part].any()
    ]


def _sections(
    offsets: Sequence[tuple[int, int]], special: Sequence[int], shift: int
) -> tuple[list[int], list[int], list[int]]:
    """Positions of what stands before the text, of the text, and of what follows it."""
    places = list(range(len(offsets)))
    text = [i for i in places if not special[i] and offsets[i][1] > shift]
    if not text:
        return places, [], []
    return places[: text[0]], places[text[0] : text[-1] + 1], places[text[-1] + 1 :]


def _window(head: TokenIds, body: TokenIds, tail: TokenIds, spans: Spans) -> Window:
    content = np.flatnonzero(spans[:, 1])
    return Window(
        ids=np.concatenate([head, body, tail]),
        content=len(head) + content,
        spans=spans[content],
        weight=len(body),
    )
