"""Sentence spans that survive ASCII punctuation, numbered lists, headings, and no punctuation."""

import re
from collections.abc import Iterator

from matcher.text.repair.punctuation import likely_break

MAX_SENTENCE = 120
"""Characters; a longer piece is cut at commas, and failing those at this length."""
MIN_SENTENCE = 6
"""Characters; a shorter piece joins the one after it (a list number, a lone heading)."""

# A full stop in ASCII ends a sentence only where it is no decimal point and no abbreviation.
_END = re.compile(
    r"[。！？；!?;…\n]+[”’）)】》]*"
    r"|(?<![0-9A-Za-z])\.(?=\s|$|[\u4e00-\u9fff])"
    r"|(?<=[0-9A-Za-z])\.(?=\s+\S|$|[\u4e00-\u9fff])"
)
# Numbered items begin a sentence of their own: 1、 2) （3） 一、 ①.
_ITEM = re.compile(
    r"(?<![0-9.A-Za-z])(?=(?:\d{1,2}[、)）]|[（(]\d{1,2}[）)]"
    r"|[一二三四五六七八九十]{1,2}、|[①-⑳]|【))"
)
_COMMA = re.compile(r"[，,：:、]")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text, in order, without surrounding blanks, never overlapping.

    Every character that is not a blank lies in exactly one sentence.
    """
    pieces: list[tuple[int, int]] = []
    for start, end in _pieces(text):
        pieces.extend(_cut_long(text, start, end))
    trimmed = [span for span in (_trim(text, *piece) for piece in pieces) if span[0] < span[1]]
    return _join_short(text, trimmed)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    cuts = {found.end() for found in _END.finditer(text)}
    cuts.update(found.start() for found in _ITEM.finditer(text))
    start = 0
    for cut in sorted(cuts | {len(text)}):
        if cut > start:
            yield start, cut
            start = cut


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE:
        commas = [found.end() for found in _COMMA.finditer(text, start, start + MAX_SENTENCE)]
        cut = commas[-1] if commas else _cut_without_commas(text, start)
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _cut_without_commas(text: str, start: int) -> int:
    """Cut at a blank, else where a mark was most likely lost, else at the greatest length."""
    half, end = start + MAX_SENTENCE // 2, start + MAX_SENTENCE
    blank = text.rfind(" ", half, end)
    return blank + 1 if blank > 0 else likely_break(text, half, end) or end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _join_short(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        # A line break always separates: a heading is not part of the sentence below it.
        if (
            joined
            and joined[-1][1] - joined[-1][0] < MIN_SENTENCE
            and end - joined[-1][0] <= MAX_SENTENCE
            and "\n" not in text[joined[-1][1] : start]
        ):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
