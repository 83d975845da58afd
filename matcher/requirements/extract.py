"""From a need's text to its requirements, typed and with their spans.

The pair reader tags each token as beginning a requirement, continuing one, or outside; the most
likely sequence of tags is found by dynamic programming (Viterbi 1967), since a requirement cannot
be continued that was never begun. Numbers are read by `matcher.quantities`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.documents import Document
from matcher.quantities import asked_number, find_indicators
from matcher.quantities.types import Indicator
from matcher.requirements.background import is_background
from matcher.requirements.trim import is_repeated, once, pieces, whole
from matcher.types import Requirement, RequirementKind, Span
from models.base import PairReader, Spans, TokenTags

KINDS: tuple[RequirementKind, ...] = (
    "material",
    "method",
    "effect",
    "product",
    "application",
    "indicator",
)
"""In the order in which the reader tells them apart."""
MOST = 12
"""Requirements of one need; a longer list is no description any more."""
SHORT = 4
"""Characters; a shorter piece is no requirement where it touches another."""
INDICATOR = KINDS.index("indicator")
LEAST_INDICATOR = 0.1
USUAL = np.array([0.06, 0.11, 0.27, 0.11, 0.10, 0.35])
"""Share of each kind in what the reader learned from (`models/gold`)."""
ADJUSTMENT = 0.8
"""How far rare kinds are favoured: logit adjustment (Menon et al. 2021)."""
_GRADE = re.compile(r"(?:[\d.]+|[一二三四五六A-G])级(?:以上)?$|IP[X\d]\d|V-?[0-2]级?$")
_TINY = 1e-9
_OUT, _BEGIN, _INSIDE = 0, 1, 2
Floats = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a need asks for.

    Attributes:
        requirements: in the order of the text.
        places: where each stands in the document's `full`.
    """

    requirements: tuple[Requirement, ...]
    places: tuple[tuple[int, int], ...]


def find_requirements(documents: Sequence[Document], reader: PairReader) -> list[Asked]:
    """Find the requirements of needs, in the order of their texts.

    A title says what the text says again, so requirements are looked for in the text, and in the
    title only where there is nothing else.
    """
    tags = reader.tag([document.full for document in documents])
    return [_of(document, one) for document, one in zip(documents, tags, strict=True)]


def _of(document: Document, tags: TokenTags) -> Asked:
    first = document.body_at
    within = tags.spans[:, 0] >= first
    tags = TokenTags(
        tags.spans[within], tags.begins[within], tags.continues[within], tags.kinds[within]
    )
    numbers = find_indicators(document.full)
    found = []
    for left, right in _stated(document, tags, numbers):
        under = (tags.spans[:, 0] < right) & (tags.spans[:, 1] > left)
        own = asked_number(numbers, left, right)
        found.append((left, right, tags.kinds[under].mean(axis=0), own))
    kept = sorted(sorted(found, key=lambda one: -one[2].max())[:MOST], key=lambda one: one[0])
    return Asked(
        tuple(
            _requirement(f"r{at}", document.span(left, right), kinds, own)
            for at, (left, right, kinds, own) in enumerate(kept, start=1)
        ),
        tuple((left, right) for left, right, _, _ in kept),
    )


def _stated(
    document: Document, tags: TokenTags, numbers: Sequence[Indicator]
) -> Iterator[tuple[int, int]]:
    """The spans of requirements: whole words, no background, nothing twice."""
    text, words, end = document.full, [(one.start, one.end) for one in document.tokens], 0
    said: list[str] = []
    for run in joined(decode(tags), tags.spans):
        for piece in pieces(text, *_place(tags, *run)):
            left, right = whole(*piece, words, numbers)
            left, right = max(left, end), once(text, left, right)
            if right <= left or is_background(text, left, right):
                continue
            if not is_repeated(text[left:right], said):
                said.append(text[left:right])
                yield left, right
            end = right


def _place(tags: TokenTags, start: int, end: int) -> tuple[int, int]:
    return int(tags.spans[start, 0]), int(tags.spans[end - 1, 1])


def _requirement(name: str, span: Span, kinds: Floats, own: Indicator | None) -> Requirement:
    """Name the kind: only what states a number is an indicator, and nearly all of that is.

    A grade (附着力0级, IP67) is an effect.
    """
    if own is None and _GRADE.search(span.text):
        return Requirement(name, "effect", span)
    adjusted = np.asarray(kinds, dtype=np.float64) / USUAL**ADJUSTMENT
    if own is not None and kinds[INDICATOR] >= LEAST_INDICATOR:
        return Requirement(name, "indicator", span, own)
    adjusted[INDICATOR] = 0.0
    return Requirement(name, KINDS[int(adjusted.argmax())], span)


def joined(runs: Sequence[tuple[int, int]], spans: Spans) -> list[tuple[int, int]]:
    """Join a run that is too short to state anything with the one that follows at once."""
    found: list[tuple[int, int]] = []
    for start, end in runs:
        before = found[-1] if found else None
        if before and before[1] == start and spans[start, 0] == spans[start - 1, 1]:
            lengths = (_length(spans, *before), _length(spans, start, end))
            if min(lengths) < SHORT:
                found[-1] = (before[0], end)
                continue
        found.append((start, end))
    return found


def _length(spans: Spans, start: int, end: int) -> int:
    return int(spans[end - 1, 1] - spans[start, 0])


def decode(tags: TokenTags) -> list[tuple[int, int]]:
    """The most likely requirements as [start, end) of tokens."""
    count = len(tags.begins)
    if not count:
        return []
    out = np.clip(1 - tags.begins - tags.continues, _TINY, 1)
    costs = -np.log(np.stack([out, tags.begins + _TINY, tags.continues + _TINY], axis=1))
    best = np.array([costs[0, _OUT], costs[0, _BEGIN], np.inf])
    came = np.zeros((count, 3), dtype=np.int64)
    for at in range(1, count):
        # anything may come before OUT and BEGIN; only a requirement before INSIDE
        free, held = int(best.argmin()), _BEGIN + int(best[_BEGIN:].argmin())
        came[at] = free, free, held
        best = np.array([best[free], best[free], best[held]]) + costs[at]
    states = [int(best.argmin())]
    for at in range(count - 1, 0, -1):
        states.append(int(came[at, states[-1]]))
    return _runs(states[::-1])


def _runs(states: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, state in enumerate(states):
        if state == _BEGIN:
            runs.append((at, at + 1))
        elif state == _INSIDE:
            runs[-1] = (runs[-1][0], at + 1)
    return runs
