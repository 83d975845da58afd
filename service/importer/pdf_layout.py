"""Lines of a page as paragraphs: a line break inside of a paragraph is layout.

A line goes on with the next one when it reaches the right edge of the text, both have the same
size, and the next one is neither indented nor further away than lines are. Chinese is joined
without a blank. Lines that come again at the top or bottom of most pages are no text.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from service.importer.documents import Block
from service.importer.grids import Grid
from service.importer.prose import Paragraph

_EDGE = 0.1
"""Part of a page's height, at its top and bottom, where running heads and page numbers stand."""

_HEADING_RATIO = 1.2
_SAME_SIZE = 0.6
_FULL = 0.8
"""Part of a cell's longest line that a line must have to go on with the next."""

_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-—–\s·]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/,，共]\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–\s·]*"
)
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.、．]\D|[①-⑳•●■◆])"
)
_LATIN = re.compile(r"[A-Za-z0-9,.;:)]$")


class Line(NamedTuple):
    """A line of text: characters, left and right edge, top and bottom, size; all in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float


@dataclass(frozen=True, slots=True)
class PdfPage:
    """What stands on a page: its height, lines from top to bottom, and grids with their top."""

    height: float
    lines: Sequence[Line]
    grids: Sequence[tuple[float, Grid]]

    @property
    def has_text(self) -> bool:
        """Whether there is any."""
        return bool(self.lines or self.grids)


def blocks_of(pages: Sequence[PdfPage]) -> list[Block]:
    """Give the paragraphs and grids of all pages in their order."""
    repeated = _running(pages)
    bodies = [
        [line for line in page.lines if not _is_running(line, page, repeated)] for page in pages
    ]
    sizes = [line.size for lines in bodies for line in lines for _ in line.text]
    body = median(sizes) if sizes else 0.0
    blocks: list[Block] = []
    open_lines: list[Line] = []
    for page, lines in zip(pages, bodies, strict=True):
        right = max((line.right for line in lines), default=0.0)
        grids = [*page.grids]
        fresh = True
        for line in lines:
            while grids and grids[0][0] < line.top:
                _close(open_lines, body, blocks)
                blocks.append(grids.pop(0)[1])
            if open_lines and not _goes_on(open_lines, line, right, fresh):
                _close(open_lines, body, blocks)
            open_lines.append(line)
            fresh = False
        for _, grid in grids:
            _close(open_lines, body, blocks)
            blocks.append(grid)
    _close(open_lines, body, blocks)
    return blocks


def _close(lines: list[Line], body: float, blocks: list[Block]) -> None:
    if not lines:
        return
    is_heading = len(lines) <= 2 and lines[0].size > _HEADING_RATIO * body
    text = "".join(_joined([line.text for line in lines])).strip()
    if text:
        blocks.append(Paragraph(text, max(1, 100 - round(lines[0].size)) if is_heading else None))
    lines.clear()


def unwrapped(cell: str) -> str:
    """Join the lines of a cell where the one above is about as long as the longest."""
    paragraphs: list[list[str]] = []
    longest = max(map(len, cell.split("\n")))
    is_open = False
    for line in cell.split("\n"):
        if is_open and not _NUMBERED.match(line):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
        ends = line.endswith(("。", "；", ";")) and len(line) < longest
        is_open = not ends and len(line) >= _FULL * longest
    return "\n".join("".join(_joined(one)) for one in paragraphs)


def _joined(lines: Sequence[str]) -> Iterator[str]:
    for at, line in enumerate(lines):
        text = line.strip()
        after = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if text.endswith("-") and text[-2:-1].isalpha() and after[:1].islower():
            yield text[:-1]
        elif after and _LATIN.search(text) and after[0].isascii() and after[0].isalnum():
            yield text + " "
        else:
            yield text


def _goes_on(lines: Sequence[Line], line: Line, right: float, fresh_page: bool) -> bool:
    """Tell whether a line belongs to the paragraph above it."""
    last = lines[-1]
    if abs(last.size - line.size) > _SAME_SIZE or _NUMBERED.match(line.text.strip()):
        return False
    # Punctuation may hang or be left out at the edge: two characters of slack.
    if last.right < right - 2 * last.size:
        return False
    if line.left > min(one.left for one in lines[-2:]) + 0.8 * line.size and len(lines) > 1:
        return False
    if len(lines) == 1 and line.left > last.left + 0.8 * line.size:
        return False
    return fresh_page or line.top - last.bottom < 1.5 * line.size


def _running(pages: Sequence[PdfPage]) -> frozenset[str]:
    """Find the texts, digits aside, that come again at the edges of most pages."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in page.lines if _at_edge(line, page)})
    least = max(2, -(-len(pages) // 2))
    return frozenset(shape for shape, count in seen.items() if count >= least)


def _is_running(line: Line, page: PdfPage, repeated: frozenset[str]) -> bool:
    if not _at_edge(line, page):
        return False
    return _shape(line) in repeated or _PAGE_NUMBER.fullmatch(line.text.strip()) is not None


def _at_edge(line: Line, page: PdfPage) -> bool:
    edge = _EDGE * page.height
    return line.bottom < edge or line.top > page.height - edge


def _shape(line: Line) -> str:
    return _DIGITS.sub("0", "".join(line.text.split()))
