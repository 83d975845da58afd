"""A text that was changed and still knows where each character came from."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class OffsetText:
    """A changed text with its way back.

    Attributes:
        text: the changed text.
        starts: for each character of `text` the offset of its source in the original.
        ends: likewise the end of the source; one source character may yield several.
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @classmethod
    def unchanged(cls, text: str) -> Self:
        """Wrap a text that was not changed."""
        return cls(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Translate the span [start, end) of `text` into a span of the original.

        An empty span has no source and is returned as an empty span at its place.
        """
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else self._original_end()
            return place, place
        return self.starts[start], self.ends[end - 1]

    def _original_end(self) -> int:
        return self.ends[-1] if self.ends else 0
