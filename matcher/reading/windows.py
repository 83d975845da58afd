"""What of two long texts the reader gets to see, and where it stands there.

It sees a few hundred characters of each side (`models.base.PairReader`). Of a longer need it sees
the title and the sentences that state requirements before the rest, of a longer achievement those
that are nearest to the need; all stay in the order of the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matcher.documents import Document

Place = tuple[int, int]
LEFT_CHARACTERS, RIGHT_CHARACTERS = 270, 380
"""What fits into the reader's tokens: some 1.4 characters of such texts make a token."""
TITLE = 2.0
"""Worth of a title: more than any sentence's."""
ABSENT: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a document.

    Attributes:
        text: what is read.
        kept: (start in the document's `full`, end there, start in `text`) of each piece, in order.
    """

    text: str
    kept: tuple[tuple[int, int, int], ...]

    def place(self, start: int, end: int) -> Place:
        """Translate a place of `full` into one of `text`; `ABSENT` where it was left out."""
        for first, last, at in self.kept:
            if first <= start < last:
                return at + start - first, at + min(end, last) - first
        return ABSENT


def window(document: Document, worth: Sequence[float], limit: int) -> Window:
    """Keep the worthiest sentences.

    Args:
        document: the whole.
        worth: one number a sentence of the document; ties in the order of the text.
        limit: characters; a single sentence may have more.
    """
    if len(document.full) <= limit:
        return Window(document.full, ((0, len(document.full), 0),))
    spans, chosen, room = document.sentences, set[int](), limit
    for at in sorted(range(len(spans)), key=lambda at: (-worth[at], at)):
        length = spans[at][1] - spans[at][0] + 1  # a line break between
        if not chosen or length <= room:
            chosen.add(at)
            room -= length
    text, kept = "", []
    for at in sorted(chosen):
        start, end = spans[at]
        text += "\n" if text else ""
        kept.append((start, end, len(text)))
        text += document.full[start:end]
    return Window(text, tuple(kept))


def asking_window(need: Document, places: Sequence[Place]) -> Window:
    """What is read of a need: its title, then the sentences in which it asks for something."""

    def worth(start: int, end: int) -> float:
        if need.title_end and start < need.title_end:
            return TITLE
        return float(any(first < end and last > start for first, last in places))

    return window(need, [worth(start, end) for start, end in need.sentences], LEFT_CHARACTERS)


def answering_window(achievement: Document, nearness: Sequence[float]) -> Window:
    """What is read of an achievement: its title, then the sentences nearest to the need."""
    titled = bool(achievement.title_end)
    worth = [TITLE if titled and not at else near for at, near in enumerate(nearness)]
    return window(achievement, worth, RIGHT_CHARACTERS)
