"""From records to decisions: candidates are found in numbers, read again, and judged."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from matcher.duplicates.candidates import CandidateIndex
from matcher.duplicates.judge import Decision, Judge
from matcher.duplicates.reading import Outline, Reading
from matcher.protocols import RecordSource
from matcher.types import Record

BATCH = 2000
READ_AGAIN = 500

Progress = Callable[[float], None]
"""Called with the share that is done, 0-1."""


def index_of(records: Iterable[Record]) -> CandidateIndex:
    """Take records of one side into an index, in any order."""
    index = CandidateIndex()
    remaining = iter(records)
    while batch := [Outline.of(record) for record in islice(remaining, BATCH)]:
        index.add(batch)
    return CandidateIndex().replaced((), index)


def decisions(
    index: CandidateIndex,
    source: RecordSource,
    judge: Judge,
    new: Collection[str] | None = None,
    progress: Progress = lambda share: None,
) -> Iterator[Decision]:
    """Decide every candidate pair that is not simply different, in the order of ids.

    Memory holds some numbers a record, and the records of one batch of pairs.

    Args:
        index: of all records.
        source: the same records by id.
        judge: decides.
        new: only pairs with one of these ids; all pairs when None.
        progress: told how far it is.
    """
    wanted = None if new is None else frozenset(new)
    flags = None if wanted is None else np.array([id_ in wanted for id_ in index.ids], np.bool_)
    pairs = index.pairs(flags)
    for start in range(0, len(pairs), READ_AGAIN):
        progress(start / len(pairs))
        part = pairs[start : start + READ_AGAIN].tolist()
        yield from _judged([(index.ids[a], index.ids[b]) for a, b in part], source, judge)
    progress(1.0)


def _judged(
    pairs: Sequence[tuple[str, str]], source: RecordSource, judge: Judge
) -> Iterator[Decision]:
    ids = sorted({id_ for pair in pairs for id_ in pair})
    read: dict[str, Reading] = {one.id: judge.read(one) for one in source.get_many(ids)}
    for left, right in pairs:
        if left in read and right in read:  # a record may have gone meanwhile
            decision = judge(read[left], read[right])
            if decision.verdict != "different":
                yield decision
