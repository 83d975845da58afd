"""A record as the search for duplicates reads it: repaired, folded, taken apart."""

import re
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from matcher.duplicates.lexicon import MAX_WEIGHT, Lexicon, stands_in
from matcher.duplicates.marks import Marks, marks_of
from matcher.duplicates.readable import readable, roughly_readable
from matcher.protocols import Token
from matcher.text.sentences import sentences
from matcher.types import Need, Record

MAX_CHARACTERS = 4000
"""What is read of a text; two records that agree so far agree for good."""

_NOT_LETTERS = re.compile(r"[\W_]+")
# Where a list cut a text off, the last number may be half of one.
_CUT_OFF = re.compile(r"[\d.,~～×±≥≤-]*\s*(?:…+|\.{3,}|(?<=\d))\s*$")


def plain(text: str) -> str:
    """Keep letters and digits, lower case."""
    return _NOT_LETTERS.sub("", text).lower()


OPENING = 30
"""Letters of a text that stand for the title of a record without one."""


@dataclass(frozen=True, slots=True)
class Outline:
    """As much of a record as candidates are found by.

    Attributes:
        id: the record's id.
        letters: letters and digits of the text.
        heading: likewise of the title, or of the beginning of the text.
    """

    id: str
    letters: str
    heading: str

    @classmethod
    def of(cls, record: Record) -> "Outline":
        """Read a record."""
        letters = plain(roughly_readable(record.text[:MAX_CHARACTERS]))
        return cls(record.id, letters, plain(roughly_readable(record.title)) or letters[:OPENING])


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: as it stands, its letters, its words in order, what they weigh."""

    text: str
    letters: str
    tokens: list[Token]
    words: dict[str, float]

    def phrases(self, of: Collection[str]) -> dict[str, float]:
        """Join words that stand side by side: 金属 and 镉 are one name, as heavy as both."""
        found: dict[str, float] = {}
        joined, weight, end = "", 0.0, -1
        for token in self.tokens:
            if token.word not in of:
                continue
            if token.start != end:
                joined, weight = "", 0.0
            found.pop(joined, None)
            joined, weight = joined + token.word, weight + self.words[token.word]
            found[joined], end = min(weight, MAX_WEIGHT), token.end
        return found


@dataclass(frozen=True)
class Reading:
    """One record, read.

    Attributes:
        id: the record's id.
        title: repaired title.
        body: repaired text without boilerplate.
        owner: who offers or asks, letters only.
        dated: when it was published or posted.
    """

    id: str
    title: str
    body: str
    owner: str
    dated: date | None
    lexicon: Lexicon

    @classmethod
    def of(cls, record: Record, lexicon: Lexicon) -> "Reading":
        """Read a record."""
        if isinstance(record, Need):
            owner, dated = record.organisation, record.posted
        else:
            owner, dated = record.owner, record.published
        return cls(
            record.id,
            readable(record.title),
            _CUT_OFF.sub("", readable(record.text[:MAX_CHARACTERS])),
            plain(roughly_readable(owner)),
            dated,
            lexicon,
        )

    @cached_property
    def plain_title(self) -> str:
        """Letters and digits of the title."""
        return plain(self.title)

    @cached_property
    def plain_body(self) -> str:
        """Letters and digits of the text."""
        return plain(self.body)

    @cached_property
    def everything(self) -> str:
        """Letters and digits of title and text; a blank keeps them apart."""
        return f"{self.plain_title} {self.plain_body}"

    @cached_property
    def _tokens(self) -> list[Token]:
        return self.lexicon.tokens(self.body)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Sentences of the text."""
        spans = sentences(self.body)
        starts = [token.start for token in self._tokens]
        cuts = [bisect_left(starts, start) for start, _ in spans] + [len(starts)]
        return [
            Sentence(
                text := self.body[start:end],
                plain(text),
                tokens := self._tokens[first:last],
                self.lexicon.weighed(tokens),
            )
            for (start, end), (first, last) in zip(spans, pairwise(cuts), strict=True)
        ]

    @cached_property
    def title_words(self) -> dict[str, float]:
        """Words of the title that distinguish something, and their weights."""
        return self.lexicon.weighed(self.lexicon.tokens(self.title))

    @cached_property
    def body_words(self) -> dict[str, float]:
        """Likewise of the text."""
        return self.lexicon.weighed(self._tokens)

    @cached_property
    def title_marks(self) -> Marks:
        """Quantities, codes, series and years of the title."""
        return marks_of(self.title)

    @cached_property
    def all_marks(self) -> Marks:
        """Likewise of title and text."""
        return marks_of(f"{self.title}\n{self.body}")

    def lacks(self, words: dict[str, float], within: str | None = None) -> dict[str, float]:
        """Those of another record's words that stand nowhere here, nor a synonym of them.

        Args:
            words: word -> weight.
            within: letters to look in; title and text unless told.
        """
        place = self.everything if within is None else within
        return {word: weight for word, weight in words.items() if not stands_in(word, place)}
