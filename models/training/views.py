"""Two views of one text, as token ids: what contrastive training pulls together."""

import re
from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Ids = NDArray[np.int64]
View = tuple[Ids, Ids]

_SENTENCE_ENDS = re.compile(r"(?<=[。！？!?；;])|(?<=[\u4e00-\u9fff)）%]\.)")
"""Journals also end Chinese sentences with an ASCII full stop, which elsewhere parts digits."""
_TITLE_TOKENS = (5, 13)
"""Tokens of a made-up title: at least, and fewer than."""

_CHUNK = 2000


class Views(Protocol):
    """A source of pairs of views."""

    def __len__(self) -> int:
        """Texts or pairs in the source."""

    def draw(self, position: int, rng: np.random.Generator) -> View:
        """Draw the two sides of one text or pair."""


def token_ids(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[Ids]:
    """Token ids of each text, without special tokens and without unknown pieces (id 0)."""
    rows: list[Ids] = []
    for start in range(0, len(texts), _CHUNK):
        for one in tokenizer.encode_batch(texts[start : start + _CHUNK], add_special_tokens=False):
            ids = np.asarray(one.ids, dtype=np.int64)
            rows.append(ids[ids > 0])
    return rows


class SentenceViews:
    """Left a sentence or a made-up title of a text, right the rest of it or all of it.

    The sentence against the rest is the inverse cloze task (Lee, Chang & Toutanova 2019,
    arXiv:1906.00300). A made-up title is some tokens of the text, drawn by how much more often
    they stand in titles than in texts, and by their rarity.
    """

    def __init__(
        self,
        tokenizer: "Tokenizer",
        texts: Sequence[str],
        titles: Sequence[str] = (),
        *,
        made_up: float,
        whole: float,
    ) -> None:
        """Cut the texts into sentences.

        Args:
            tokenizer: Gives the ids.
            texts: Texts with fewer than two tokens are left out.
            titles: Titles of any texts; only how often they use each token counts.
            made_up: How often left is a made-up title.
            whole: How often right still holds what is on the left.
        """
        sentences = [[s for s in _SENTENCE_ENDS.split(text) if s.strip()] for text in texts]
        ids = iter(token_ids(tokenizer, list(chain.from_iterable(sentences))))
        texts_ids = [[one for one in (next(ids) for _ in text) if len(one)] for text in sentences]
        self._texts = [text for text in texts_ids if sum(map(len, text)) > 1]
        self._made_up = made_up
        self._whole = whole
        size = tokenizer.get_vocab_size()
        rows = [np.concatenate(text) for text in self._texts]
        self._telling = _rarity(rows, size) ** 0.5
        if titles:
            own = token_ids(tokenizer, titles)
            self._telling *= _per_million(own, size) / _per_million(rows, size)

    def __len__(self) -> int:
        return len(self._texts)

    def draw(self, position: int, rng: np.random.Generator) -> View:
        """Draw a sentence, or a made-up title, and what stands across from it."""
        text = self._texts[position]
        whole = np.concatenate(text)
        if len(text) < 2 or rng.random() < self._made_up:
            return self._title(whole, rng)
        at = int(rng.integers(len(text)))
        rest = text[:at] + text[at + 1 :]
        return text[at], whole if rng.random() < self._whole else np.concatenate(rest)

    def _title(self, whole: Ids, rng: np.random.Generator) -> View:
        count = min(len(whole) - 1, int(rng.integers(*_TITLE_TOKENS)))
        telling = self._telling[whole]
        drawn = rng.choice(len(whole), count, replace=False, p=telling / telling.sum())
        rest = whole if rng.random() < self._whole else np.delete(whole, drawn)
        return whole[np.sort(drawn)], rest


class PairViews:
    """Given pairs, as they are; pairs with an empty side are left out."""

    def __init__(self, tokenizer: "Tokenizer", pairs: Sequence[tuple[str, str]]) -> None:
        left = token_ids(tokenizer, [pair[0] for pair in pairs])
        right = token_ids(tokenizer, [pair[1] for pair in pairs])
        self._pairs = [(a, b) for a, b in zip(left, right, strict=True) if len(a) and len(b)]

    def __len__(self) -> int:
        return len(self._pairs)

    def draw(self, position: int, rng: np.random.Generator) -> View:
        """Return the pair."""
        return self._pairs[position]


def _rarity(rows: Sequence[Ids], size: int) -> NDArray[np.float64]:
    """Inverse document frequency of each token, positive."""
    frequency = np.zeros(size)
    for ids in rows:
        frequency[np.unique(ids)] += 1
    rarity: NDArray[np.float64] = np.log((len(rows) + 1) / (frequency + 0.5))
    return rarity


def _per_million(rows: Sequence[Ids], size: int) -> NDArray[np.float64]:
    """Uses of each token in a million; three more, so that rare tokens prove nothing."""
    counts = np.bincount(np.concatenate(rows), minlength=size)
    smooth: NDArray[np.float64] = counts / counts.sum() * 1e6 + 3.0
    return smooth
