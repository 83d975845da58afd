"""The words of a text that can set one thing apart from another, and what each weighs."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from matcher.duplicates.wording.lists import empty_words, make_segmenter, synonyms
from matcher.protocols import Segmenter, Token
from matcher.text.idf import BackgroundIdf, background_idf
from matcher.text.segment import lower_keeping_length

MAX_WEIGHT = 8.0
"""A word weighs at most this: beyond, its background frequency is only noise."""

_ORDINAL = re.compile(
    r"第[一二三四五六七八九十]+[期批代号版部轮季届章类级段包]?|[一二三四五六七八九十]*[期批]"
)


@dataclass(frozen=True)
class Lexicon:
    """Cuts texts into words and weighs them; keeps what it has weighed."""

    segmenter: Segmenter
    idf: BackgroundIdf
    _weights: dict[str, float] = field(default_factory=dict)

    def tokens(self, text: str) -> list[Token]:
        """The smallest words of a text, in order; a word of the synonym list stays whole."""
        tokens = sorted(self.segmenter.tokens(text), key=lambda one: (one.start, one.end))
        dropped = set()
        for at, token in enumerate(tokens):
            for to in range(at + 1, len(tokens)):
                other = tokens[to]
                if other.start >= token.end:
                    break
                if other.end <= token.end:  # `other` lies within `token`
                    dropped.add(to if token.word in synonyms() else at)
                elif other.start == token.start:  # `token` lies within `other`
                    dropped.add(at if other.word in synonyms() else to)
        kept = [one for at, one in enumerate(tokens) if at not in dropped]
        kept += _left_over(text, kept, [tokens[at] for at in dropped])
        return sorted(
            (one for one in kept if self.weight(one.word)), key=lambda one: (one.start, one.end)
        )

    def weight(self, word: str) -> float:
        """Weigh a word, from 0 for one that distinguishes nothing to `MAX_WEIGHT` for a rare one.

        The square of the background idf: names are rare, and words that are chosen freely when a
        sentence is rewritten are not.
        """
        found = self._weights.get(word)
        if found is None:
            idf = min(self.idf(word), MAX_WEIGHT) if _distinguishes(word) else 0.0
            found = idf
            self._weights[word] = found
        return found

    def weighed(self, tokens: list[Token]) -> dict[str, float]:
        """Word -> weight."""
        return {token.word: self.weight(token.word) for token in tokens}


def _left_over(text: str, kept: list[Token], dropped: list[Token]) -> list[Token]:
    """What no smaller word of a dropped one covers: 锌 of 氧化锌, in which 氧化 is a word."""
    covered = {at for token in kept for at in range(token.start, token.end)}
    open_places = {at for token in dropped for at in range(token.start, token.end)} - covered
    found = []
    for at in sorted(open_places):
        if at - 1 not in open_places:
            end = at + 1
            while end in open_places:
                end += 1
            found.append(Token(lower_keeping_length(text[at:end]), at, end))
    return found


@cache
def shipped_lexicon() -> Lexicon:
    """Return the lexicon over the shipped dictionaries."""
    return Lexicon(make_segmenter(), background_idf())


def stands_in(word: str, place: str) -> bool:
    """Whether a word, or another one for it, is found in letters."""
    if word in place or any(other in place for other in synonyms().get(word, ())):
        return True
    # A compound may be cut in another way over there: each two letters of it must be found.
    return len(word) > 2 and all(word[at : at + 2] in place for at in range(len(word) - 1))


def _distinguishes(word: str) -> bool:
    if word in empty_words() or any(char.isdigit() for char in word):
        return False
    if len(word) == 1 and not "\u4e00" <= word <= "\u9fff":
        return False
    return not _ORDINAL.fullmatch(word) and not _is_damaged(word)


def _is_damaged(word: str) -> bool:
    """Tell a word with a character outside the common set: rather a damage than a name."""
    try:
        word.encode("gb2312")
    except UnicodeEncodeError:
        return any(unicodedata.name(char, "").startswith("CJK") for char in word)
    return False
