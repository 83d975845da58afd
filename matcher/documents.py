"""A record as the matcher reads it: one repaired text, words and sentences, and the way back."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.protocols import Segmenter, Token
from matcher.text.idf import BackgroundIdf
from matcher.text.offsets import OffsetText
from matcher.text.repair import repair
from matcher.text.sentences import sentences
from matcher.types import FieldName, Need, Record, Side, Span

MAX_CHARACTERS = 20_000
"""What is read of a record's text; beyond it a record is a book, not a description."""
_UNREAD = ("punctuation",)  # marks for people; the splitter into sentences asks by itself


def side_of(record: Record) -> Side:
    """Tell which side a record is on."""
    return "need" if isinstance(record, Need) else "achievement"


@dataclass(frozen=True)
class Document:
    """The words of a record in one coordinate system: `full` is title, line break, text.

    Attributes:
        record: as submitted; spans refer to it.
        title: repaired title without boilerplate (may be empty).
        body: repaired text without boilerplate (may be empty).
        segmenter: cuts words, when first asked for.
    """

    record: Record
    title: OffsetText
    body: OffsetText
    segmenter: Segmenter

    @classmethod
    def of(cls, record: Record, segmenter: Segmenter) -> "Document":
        """Read a record."""
        text = record.text[:MAX_CHARACTERS]
        title, body = (repair(one, without=_UNREAD).content for one in (record.title, text))
        return cls(record, title, body, segmenter)

    @cached_property
    def full(self) -> str:
        """Title and text; what encoders read."""
        parts = [part for part in (self.title.text, self.body.text) if part.strip()]
        return "\n".join(parts)

    @cached_property
    def body_at(self) -> int:
        """Where the text begins in `full`."""
        has_title = bool(self.title.text.strip())
        return len(self.title.text) + 1 if has_title and self.body.text.strip() else 0

    @property
    def title_end(self) -> int:
        """Where the title ends in `full`; 0 without a title."""
        return len(self.title.text) if self.title.text.strip() else 0

    @property
    def has_body(self) -> bool:
        """Whether there is more than a title."""
        return bool(self.body.text.strip())

    @cached_property
    def tokens(self) -> list[Token]:
        """Words of `full` in search mode; no word crosses from the title into the text."""
        cut = self.segmenter.tokens
        found = cut(self.title.text) if self.title_end else []
        if self.has_body:
            at = self.body_at
            found += [Token(t.word, t.start + at, t.end + at) for t in cut(self.body.text)]
        return found

    @property
    def words(self) -> list[str]:
        """The words alone, for the lexical index."""
        return [token.word for token in self.tokens]

    def tokens_by_word(self) -> dict[str, tuple[int, int]]:
        """Word -> its first place in `full`."""
        return {token.word: (token.start, token.end) for token in reversed(self.tokens)}

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentence spans of `full`; the title is one sentence."""
        found = [(0, self.title_end)] if self.title_end else []
        if self.has_body:
            at = self.body_at
            found += [(start + at, end + at) for start, end in sentences(self.body.text)]
        return found

    def weights(self, idf: BackgroundIdf) -> NDArray[np.float32]:
        """Weight of each character of `full`, float32[len]: the idf of its word, shared evenly.

        A character inside nested words takes its heaviest share; stop words, numbers and
        punctuation weigh nothing.
        """
        weights = np.zeros(len(self.full), dtype=np.float32)
        for word, start, end in self.tokens:
            share = idf(word) / (end - start)
            np.maximum(weights[start:end], share, out=weights[start:end])
        return weights

    def span(self, start: int, end: int) -> Span:
        """Translate [start, end) of `full` into a span of the record's own field.

        A span that crosses from the title into the text keeps the part in the title.
        """
        name: FieldName
        if self.title_end and start < self.title_end:
            name, part, at = "title", self.title, 0
        else:
            name, part, at = "text", self.body, self.body_at
        stop = min(end - at, len(part.text))
        first, last = part.original(max(0, start - at), stop)
        return Span.of(self.record, name, first, last)

    def place(self, span: Span) -> tuple[int, int]:
        """Translate a span of the record's own field into its place in `full`."""
        if span.field == "title":
            return self.title.changed(span.start, span.end)
        start, end = self.body.changed(span.start, span.end)
        return start + self.body_at, end + self.body_at
