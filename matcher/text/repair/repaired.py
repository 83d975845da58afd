"""What a repair gives: the text, the log of its changes, and the way back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matcher.text.offsets import OffsetText


@dataclass(frozen=True, slots=True)
class Change:
    """One changed place.

    Attributes:
        offset: Where `before` begins in the original text.
        before: What stood there; never empty.
        at: Where `after` begins in the repaired text.
        after: What stands there now; may be empty.
        rule: The rule that did it; several, joined by +, where one went on from another's work.
        confidence: How sure it is, in [0, 1]; the lowest where several rules took part.
    """

    offset: int
    before: str
    at: int
    after: str
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that is marked and not changed.

    Attributes:
        start: Where it begins in the repaired text; likewise `end`.
        rule: The rule that marked it.
    """

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Repaired:
    """A repaired text.

    Attributes:
        original: As it was submitted.
        text: The repaired text with the way back to each character's source.
        changes: Every difference between the two, in order, without overlap.
        marks: Places of the repaired text that a rule has something to say about, by rule.
    """

    original: str
    text: OffsetText
    changes: tuple[Change, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def boilerplate(self) -> tuple[Mark, ...]:
        """Spans that say nothing of the thing described, in order, without overlap."""
        return tuple(mark for mark in self.marks if mark.rule == "boilerplate")

    @property
    def content(self) -> OffsetText:
        """The repaired text without its boilerplate; all of it where nothing else would be left."""
        boilerplate = self.boilerplate
        if not boilerplate:
            return self.text
        kept: list[int] = []
        at = 0
        for mark in boilerplate:
            kept.extend(range(at, mark.start))
            at = mark.end
        kept.extend(range(at, len(self.text.text)))
        text = "".join(self.text.text[place] for place in kept)
        if not text.strip():
            return self.text
        starts, ends = self.text.starts, self.text.ends
        return OffsetText(text, [starts[at] for at in kept], [ends[at] for at in kept])


def undo(repaired: str, changes: Iterable[Change]) -> str:
    """Give back the original text.

    Args:
        repaired: A repaired text.
        changes: Its log, in any order.

    Raises:
        ValueError: the log is not that of this text.
    """
    parts: list[str] = []
    at = 0
    for change in sorted(changes, key=lambda one: one.offset):
        if change.at < at or not repaired.startswith(change.after, change.at):
            raise ValueError(f"offset {change.offset}: the log does not belong to this text")
        parts += (repaired[at : change.at], change.before)
        at = change.at + len(change.after)
    return "".join([*parts, repaired[at:]])


@dataclass(frozen=True, slots=True)
class Step:
    """An edit in terms of the original: its span there, who made it, and as which rule in order."""

    start: int
    end: int
    rule: str
    confidence: float
    order: int


def changes_of(original: str, text: OffsetText, steps: Sequence[Step]) -> tuple[Change, ...]:
    """Compare a repaired text with its original, where steps were taken.

    Steps whose spans overlap become one change; one that was taken back is none.
    """
    found = []
    for start, end, taken in _regions(steps):
        first, last = text.changed(start, end)
        before, after = original[start:end], text.text[first:last]
        if before != after:
            taken.sort(key=lambda step: step.order)
            rules = "+".join(dict.fromkeys(step.rule for step in taken))
            sure = round(min(step.confidence for step in taken), 3)
            found.append(Change(start, before, first, after, rules, sure))
    return tuple(found)


def _regions(steps: Sequence[Step]) -> list[tuple[int, int, list[Step]]]:
    regions: list[tuple[int, int, list[Step]]] = []
    # A stable sort: of two steps at one place the earlier rule is named first.
    for step in sorted(steps, key=lambda one: one.start):
        if regions and step.start < regions[-1][1]:
            start, end, taken = regions[-1]
            regions[-1] = (start, max(end, step.end), [*taken, step])
        else:
            regions.append((step.start, step.end, [step]))
    return regions
