"""Rule `mojibake`: bytes that were read in the wrong encoding, brought back.

Latin letters that are really UTF-8 or GBK bytes (æ°®åŒ–é•“, µª»¯ïØ) and rare characters that are
really UTF-8 read as GBK (姘寲闀). A run is replaced only where its bytes decode without a fault
into characters that clean texts are full of, and it was not so before. ftfy repairs what it is
sure of in the rest.
"""

import re
from collections.abc import Iterator

import ftfy

from matcher.text.offsets import Edit
from matcher.text.repair.ngrams import background_ngrams

_HIGH = r"\x80-\u024f\u02c6-\u02dc\u2013-\u203a\u20ac\u2122"
"""What the bytes from 0x80 up read as in Latin-1 and Windows-1252."""
_LATIN_RUN = re.compile(rf"[{_HIGH}]{{2}}[ -~{_HIGH}]*")
# UTF-8 Chinese that was read as GBK begins, again and again, with one of these.
_GBK_MARK = re.compile("[锛銆鐨鎶绉涓鏈鍖鍜鍙鐢姘闀鏂杞楂涔浜鍏鏉妧鈥闆缁瀛绯璁]")
_GBK_RUN = re.compile(r"[\u4e00-\u9fff\ue000-\uf8ff€]{2,}\??")
_BEST = 9.5
"""Mean -log P of a character up to which a text reads like one."""
_GAIN = 2.0
_FEWEST = 4
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SIGNS = re.compile(r"[°±×÷·µ]")


def find_mojibake(text: str) -> list[Edit]:
    """Find runs of characters that are another text's bytes."""
    if text.isascii():
        return []
    edits = [
        Edit(start, end, better, 0.95)
        for start, end, readings in _runs(text)
        if (better := _reread(text[start:end], readings)) is not None
    ]
    edits.sort(key=lambda one: one.start)
    return [edit for at, edit in enumerate(edits) if not at or edit.start >= edits[at - 1].end]


Readings = tuple[tuple[str, str], ...]
"""Pairs of the encoding that the text was read in and the one that it was written in."""
_LATIN: Readings = (
    ("cp1252", "utf-8"),
    ("latin-1", "utf-8"),
    ("latin-1", "gb18030"),
    ("cp1252", "gb18030"),
)
_GBK: Readings = (("gb18030", "utf-8"),)


def _runs(text: str) -> Iterator[tuple[int, int, Readings]]:
    for found in _LATIN_RUN.finditer(text):
        yield (*found.span(), _LATIN)
    if _GBK_MARK.search(text) is None:
        return
    for found in _GBK_RUN.finditer(text):
        mark = _GBK_MARK.search(text, *found.span())
        if mark is not None:
            # What stands before the mark may be the start of the garble, or a text that is right.
            yield (*found.span(), _GBK)
            yield mark.start(), found.end(), _GBK


def _reread(run: str, readings: Readings) -> str | None:
    before = _strangeness(run)
    for wrong, right in readings:
        try:
            better = run.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if _reads_chinese(better) and _strangeness(better) <= min(_BEST, before - _GAIN):
            return better
    fixed = ftfy.fix_encoding(run)
    return fixed if fixed != run and _strangeness(fixed) < before else None


def _reads_chinese(text: str) -> bool:
    """Tell whether there is enough Chinese to judge by: 0.5°×0.5° is no 0.5白0.5°."""
    return len(_HAN.findall(text)) >= _FEWEST and _SIGNS.search(text) is None


def _strangeness(text: str) -> float:
    """Mean -log P of the characters; unknown ones count as rarest."""
    model = background_ngrams()
    foreign = [char for char in text if char > "\x7f"]
    if not foreign:
        return 0.0
    return sum(model.rarity(c) if model.knows(c) else 20.0 for c in foreign) / len(foreign)
