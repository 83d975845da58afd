"""What the matcher needs from outside, beside the encoders and indexes of its tool rooms."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from matcher.types import Record


class Token(NamedTuple):
    """A word of a text with its span."""

    word: str
    start: int
    end: int


class Segmenter(Protocol):
    """Cuts Chinese text into words."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same text may be cut in another way."""

    def tokens(self, text: str) -> list[Token]:
        """Words in search mode: a long word also yields the words inside it.

        Spans are offsets into `text`; words are lower case, without blanks or punctuation.
        """


class RecordSource(Protocol):
    """Gives the records of one side back by id."""

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        """Records in the order of ids; an id that is not there is left out."""
