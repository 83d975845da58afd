"""A text that was changed and still knows where each character came from."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters [start, end) of a text become `after`.

    Attributes:
        start: Where it begins; always before `end`: what is put in replaces a neighbour too.
        confidence: How sure it is that this is what the author wrote, in [0, 1].
    """

    start: int
    end: int
    after: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class OffsetText:
    """A changed text with its way back.

    Attributes:
        text: the changed text.
        starts: for each character of `text` the offset of its source in the original.
        ends: likewise the end of the source; one source character may yield several.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def unchanged(cls, text: str) -> Self:
        """Wrap a text that was not changed."""
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def edited(self, edits: Iterable[Edit]) -> "OffsetText":
        """Apply edits of `text`, in order and without overlap.

        What an edit puts in comes from all of what it takes out, but a character that stands
        for one character keeps its own source.
        """
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for edit in edits:
            parts += (self.text[at : edit.start], edit.after)
            starts.extend(self.starts[at : edit.start])
            ends.extend(self.ends[at : edit.start])
            if len(edit.after) == edit.end - edit.start:
                starts.extend(self.starts[edit.start : edit.end])
                ends.extend(self.ends[edit.start : edit.end])
            else:
                starts.extend([self.starts[edit.start]] * len(edit.after))
                ends.extend([self.ends[edit.end - 1]] * len(edit.after))
            at = edit.end
        parts.append(self.text[at:])
        starts.extend(self.starts[at:])
        ends.extend(self.ends[at:])
        return OffsetText("".join(parts), starts, ends)

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Translate the span [start, end) of `text` into a span of the original.

        An empty span has no source and is returned as an empty span at its place.
        """
        if start >= end:
            place = self.starts[start] if start < len(self.starts) else self._original_end()
            return place, place
        return self.starts[start], self.ends[end - 1]

    def changed(self, start: int, end: int) -> tuple[int, int]:
        """Translate the span [start, end) of the original into the characters that come of it."""
        return bisect_left(self.starts, start), bisect_left(self.starts, end)

    def _original_end(self) -> int:
        return self.ends[-1] if self.ends else 0
