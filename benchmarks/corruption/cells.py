"""A garbled text that still knows, character by character, what it was."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(slots=True)
class Cell:
    """One character of the clean text.

    Attributes:
        right: What a perfect repair gives back.
        written: What stands there in the garbled text; may be empty or several characters.
        kind: What was done to it; empty where nothing was.
        lost: A punctuation mark that stood here and was dropped. No repair puts it back into the
            text, so it is no part of `right`.
    """

    right: str
    written: str
    kind: str = ""
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Garbled:
    """A garbled text.

    Attributes:
        text: As it would be submitted.
        right: What a perfect repair gives back: the clean text without its lost punctuation, with
            the boilerplate that was added.
        cells: Both of them, character by character.
    """

    text: str
    right: str
    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Garbled":
        """Join cells."""
        listed = tuple(cells)
        text = "".join(cell.written for cell in listed)
        return cls(text, "".join(cell.right for cell in listed), listed)

    def spans(self) -> Iterator[tuple[int, int, Cell]]:
        """Each cell with its span [start, end) in the garbled text."""
        at = 0
        for cell in self.cells:
            yield at, at + len(cell.written), cell
            at += len(cell.written)
