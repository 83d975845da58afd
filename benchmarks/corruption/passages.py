"""Garbling of whole passages; each step takes cells and gives cells."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from random import Random

import jieba

from benchmarks.corruption import tables
from benchmarks.corruption.cells import Cell
from benchmarks.corruption.characters import is_han

_DATE = re.compile(r"(?:19|20)\d{2}(年)(?:1[0-2]|[1-9])月")
_FRONT = ("我国高校", "国内领先", "新一代", "优质", "全自动智能")
_BACK = ("化", "型", "类", "式")
_HEADERS = (
    "您现在的位置:首页 > 新闻中心 > 通知公告",
    "当前位置:首页>>成果库>>详细信息",
    "首页 > 技术市场 > 供需大厅",
    "科技资讯网 | 技术频道",
)
_FOOTERS = (
    "我要回帖",
    "更多关于 技术转移 的文章",
    "责任编辑:小林",
    "(校对/周青)",
    "上一篇:关于开放实验室的说明",
    "版权所有 未经许可不得转载",
    "分享到:微信 微博",
    "浏览次数:128 打印本页 关闭窗口",
)
_ORGANS = (
    "市科委",
    "市教委",
    "市财政局",
    "市卫健委",
    "市经信局",
    "区政府",
    "省科技厅",
    "市场监管局",
)


def to_traditional(cells: Sequence[Cell], rng: Random) -> None:
    """Write all of it in Traditional, by machine, but for a few words that are left as they are."""
    right = "".join(cell.right for cell in cells)
    changed = tables.traditional_text(right)
    left = set(rng.sample(sorted(set(right)), k=min(3, len(set(right)))))
    for cell, written in zip(cells, changed, strict=True):
        if written != cell.right and cell.right not in left:
            cell.written, cell.kind = written, "whole"


def lose_punctuation(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Drop a share of the commas and full stops."""
    for cell in cells:
        if cell.right in "。，,；;" and not cell.kind and rng.random() < share:
            cell.lost, cell.right, cell.written, cell.kind = cell.right, "", "", "punctuation"


def break_dates(cells: Sequence[Cell], share: float, rng: Random) -> None:
    """Drop the 年 of dates."""
    right = "".join(cell.right for cell in cells)
    for found in _DATE.finditer(right):
        if rng.random() < share:
            cell = cells[found.start(1)]
            cell.written, cell.kind = "", "date"


def replace_string(cells: Sequence[Cell], fewest: int, rng: Random) -> None:
    """Put a longer string in the place of one that occurs often, as rewriting does.

    As on the page that was measured, the string begins where a word begins and is followed by
    different characters, so that words are torn. Nothing happens to a text without such a one.
    """
    right = "".join(cell.right for cell in cells)
    often = often_torn(right, fewest)
    if not often:
        return
    string = rng.choice(often)
    front, back = rng.choice(_FRONT), rng.choice(_BACK)
    for found in re.finditer(re.escape(string), right):
        first, last = cells[found.start()], cells[found.end() - 1]
        first.written, first.kind = front + first.written, "replaced"
        last.written, last.kind = last.written + back, "replaced"


def often_torn(text: str, fewest: int) -> list[str]:
    """The strings of four or five characters that occur often with different followers."""
    begins = {start for _, start, _ in jieba.tokenize(text)}
    followers: dict[str, Counter[str]] = defaultdict(Counter)
    for length in (4, 5):
        for at in begins:
            string, behind = text[at : at + length], text[at + length : at + length + 1]
            if len(behind) == 1 and all(map(is_han, string + behind)):
                followers[string][behind] += 1
    return sorted(
        string
        for string, behind in followers.items()
        if behind.total() >= fewest and len(behind) > 1
    )


def add_boilerplate(cells: Sequence[Cell], rng: Random) -> list[Cell]:
    """Put a breadcrumb before, a footer behind and a list of departments into the text."""
    organs = "、".join(rng.sample(_ORGANS, 3))
    return [
        *_added(rng.choice(_HEADERS) + "\n"),
        *cells,
        *_added(f"({organs})"),
        *_added("\n" + "\n".join(rng.sample(_FOOTERS, 2))),
    ]


def misdecode(text: str, rng: Random) -> str | None:
    """Read a text's bytes in a wrong encoding; None where that would lose some."""
    ways = [("utf-8", "latin-1"), ("gb18030", "latin-1"), ("utf-8", "gb18030"), ("utf-8", "cp1252")]
    for right, wrong in rng.sample(ways, len(ways)):
        try:
            return text.encode(right).decode(wrong)
        except UnicodeError:
            continue
    return None


def _added(text: str) -> list[Cell]:
    return [Cell(char, char, "boilerplate") for char in text]
