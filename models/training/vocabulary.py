"""A unigram vocabulary of short, word-like pieces, learned by hard EM.

The trainer of the `tokenizers` library had not finished after ten minutes on Chinese, whose clauses
have no spaces; this one proposes only n-grams whose parts attract each other: a few minutes.
"""

import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "<unk>"
"""Piece 0: every character outside the vocabulary. Its row of the table is zero."""

_LOG = logging.getLogger(__name__)
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class VocabularyRecipe:
    """How the vocabulary is learned.

    Attributes:
        size: Pieces in all, the unknown one included.
        longest_han: Characters of the longest piece of Chinese.
        longest_other: Characters of the longest part of another word (whole frequent words stay).
        fewest: A candidate of two or more characters occurs at least so often.
        attraction: Least pointwise mutual information, in nats, over all cuts of a candidate.
        characters: Single characters kept at most.
        rounds: Passes of hard EM; each keeps the most used pieces, down to `size` in the last.
    """

    size: int = 32_000
    longest_han: int = 2
    longest_other: int = 6
    fewest: int = 4
    attraction: float = 0.5
    characters: int = 6_000
    rounds: int = 4


def unigram_tokenizer(scores: Sequence[tuple[str, float]]) -> "Tokenizer":
    """Tokenizer over pieces and their log-probabilities; `UNKNOWN` is added in front.

    Text is brought to NFKC and lower case; whatever is neither letter, mark nor number parts words
    and is dropped; writing systems and numbers are parted from each other.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, 0.0), *scores], 0))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}\p{M}]+"), "removed"),
            pre_tokenizers.UnicodeScripts(),
            pre_tokenizers.Digits(individual_digits=False),
        ]
    )
    return tokenizer


def learn_vocabulary(texts: Sequence[str], recipe: VocabularyRecipe) -> "Tokenizer":
    """Learn pieces and their log-probabilities from texts; the same texts give the same pieces.

    Each round cuts all texts by Viterbi with the present pieces and counts their use (hard EM;
    Kudo 2018, arXiv:1804.10959, prunes likewise, by loss instead of use).
    """
    weights = _candidates(_words(texts), recipe)
    shrink = (len(weights) / recipe.size) ** (1 / recipe.rounds)
    for left in reversed(range(recipe.rounds)):
        used = _usage(unigram_tokenizer(_log_probabilities(weights)), texts)
        weights = _most_used(weights, used, int(recipe.size * shrink**left) - 1, recipe.characters)
        _LOG.info("vocabulary: %d pieces, %d tokens", len(weights), sum(used.values()))
    return unigram_tokenizer(_log_probabilities(weights))


def pieces_in_order(tokenizer: "Tokenizer") -> list[str]:
    """Return the pieces by id, the unknown one first."""
    ids = tokenizer.get_vocab()
    return sorted(ids, key=ids.__getitem__)


def _words(texts: Sequence[str]) -> Counter[str]:
    """Count the runs between which no piece may reach."""
    shell = unigram_tokenizer([])
    words: Counter[str] = Counter()
    for text in texts:
        normal = shell.normalizer.normalize_str(text)
        words.update(word for word, _ in shell.pre_tokenizer.pre_tokenize_str(normal))
    return words


def _candidates(words: Mapping[str, int], recipe: VocabularyRecipe) -> dict[str, float]:
    han: Counter[str] = Counter()
    other: Counter[str] = Counter()
    for word, count in words.items():
        is_han = "\u4e00" <= word[0] <= "\u9fff"
        for part in _ngrams(word, recipe.longest_han if is_han else recipe.longest_other):
            (han if is_han else other)[part] += count
        if not is_han and len(word) > recipe.longest_other:
            other[word] += count
    kept = {part: float(n) for part, n in other.items() if len(part) == 1 or n >= recipe.fewest}
    total = sum(count for part, count in han.items() if len(part) == 1)
    for part, count in han.items():
        frequent = count >= recipe.fewest
        if len(part) == 1 or (frequent and _attraction(part, han, total) >= recipe.attraction):
            kept[part] = float(count)
    return kept


def _ngrams(word: str, longest: int) -> Iterable[str]:
    for width in range(1, min(longest, len(word)) + 1):
        for start in range(len(word) - width + 1):
            yield word[start : start + width]


def _attraction(part: str, counts: Mapping[str, int], total: int) -> float:
    """Pointwise mutual information at the weakest cut, in nats."""
    return min(
        math.log(counts[part] * total / (counts[part[:cut]] * counts[part[cut:]]))
        for cut in range(1, len(part))
    )


def _usage(tokenizer: "Tokenizer", texts: Sequence[str]) -> Counter[str]:
    counts = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    for start in range(0, len(texts), _CHUNK):
        encodings = tokenizer.encode_batch(texts[start : start + _CHUNK])
        ids = np.fromiter(chain.from_iterable(one.ids for one in encodings), np.int64)
        counts += np.bincount(ids, minlength=len(counts))
    uses = zip(pieces_in_order(tokenizer), counts.tolist(), strict=True)
    return Counter({piece: count for piece, count in uses if piece != UNKNOWN})


def _most_used(
    weights: Mapping[str, float], used: Mapping[str, int], size: int, characters: int
) -> dict[str, float]:
    """Keep the most used pieces; characters first, since whatever is not a piece needs them."""

    def by_use(piece: str) -> tuple[int, str]:
        return -used[piece], piece

    singles = sorted((p for p in weights if len(p) == 1), key=by_use)[: min(characters, size)]
    longer = sorted((p for p in weights if len(p) > 1), key=by_use)[: size - len(singles)]
    # Half a use is added, so that an unused character still has a probability.
    return {piece: used[piece] + 0.5 for piece in chain(singles, longer)}


def _log_probabilities(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    total = sum(weights.values())
    ordered = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))
    return [(piece, math.log(weight / total)) for piece, weight in ordered]
