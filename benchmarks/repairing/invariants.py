"""What every repair must keep to, for any text at all; shared by the tests and the fuzzer."""

from collections.abc import Iterator
from itertools import pairwise

from matcher.text.repair import MARKS, Repaired, undo


def violations(repaired: Repaired) -> list[str]:
    """Name what is wrong with a repair; empty for a sound one."""
    return [*_log(repaired), *_offsets(repaired), *_marks(repaired)]


def _log(repaired: Repaired) -> Iterator[str]:
    text, given = repaired.original, repaired.text.text
    at = place = 0
    for change in repaired.changes:
        if not change.before or change.before == change.after:
            yield f"empty change: {change}"
        if not 0 <= change.confidence <= 1:
            yield f"confidence: {change}"
        if change.offset < at or change.at < place:
            yield f"out of order or overlapping: {change}"
        if not text.startswith(change.before, change.offset):
            yield f"before is not there: {change}"
        if not given.startswith(change.after, change.at):
            yield f"after is not there: {change}"
        if text[at : change.offset] != given[place : change.at]:
            yield f"something else changed before: {change}"
        at = change.offset + len(change.before)
        place = change.at + len(change.after)
    if text[at:] != given[place:]:
        yield "something else changed at the end"
    if undo(given, repaired.changes) != text:
        yield "undo does not give the original"


def _offsets(repaired: Repaired) -> Iterator[str]:
    for name, part in (("text", repaired.text), ("content", repaired.content)):
        starts, ends = list(part.starts), list(part.ends)
        if not len(starts) == len(ends) == len(part.text):
            yield f"{name}: not every character has a source"
        if any(a > b for a, b in (*pairwise(starts), *pairwise(ends))):
            yield f"{name}: sources are not in order"
        if not all(
            0 <= s < e <= len(repaired.original) for s, e in zip(starts, ends, strict=False)
        ):
            yield f"{name}: a source is empty or outside"


def _marks(repaired: Repaired) -> Iterator[str]:
    for rule in MARKS:
        spans = [(mark.start, mark.end) for mark in repaired.marks if mark.rule == rule.name]
        flat = [place for span in spans for place in span]
        if flat != sorted(flat) or any(not 0 <= at <= len(repaired.text.text) for at in flat):
            yield f"{rule.name}: marks overlap or lie outside"
