"""The documents that the product grew from: 003 is garbled, 000 Traditional, the others clean."""

import re
from collections.abc import Iterator
from pathlib import Path

from opencc import OpenCC
from rapidfuzz.distance import Levenshtein

from benchmarks.measuring import table
from benchmarks.repairing.texts import context, seed
from matcher.text.repair import repair
from matcher.text.repair.gb2312 import GB2312

_HAN = re.compile(r"[\u3400-\u9fff]")
# A place may be broken by a disguised character or two; the letters stand for what it was.
_JUNK = "我国高校科技成果转化"
_LOOKALIKES = (
    ("汇茭", "汇交"),
    ("健铨", "健全"),
    ("部汾", "部分"),
    ("国镓", "国家"),
    ("管悝", "管理"),
    ("湔沿", "前沿"),
    ("茬引进", "在引进"),
    ("Φ心", "中心"),
    ("鈈涉及", "不涉及"),
    ("鈳复制", "可复制"),
    ("创造絀", "创造出"),
    ("20166朤", "2016年6月"),
    ("201612月", "2016年12月"),
    ("20176月", "2017年6月"),
)


def main(data: Path) -> None:
    """Measure 003, and compare 000 with what OpenCC makes of it."""
    garbled = seed(data, "003")
    mended = repair(garbled).text.text
    rows = {}
    for name, text in (("as it came", garbled), ("repaired", mended)):
        rows[name] = {
            "outside GB 2312": f"{outside(text):.3%}",
            "replaced strings": str(len(replaced_places(text))),
            "科技成果转移转化": str(text.count("科技成果转移转化")),
            "科技成果转化": str(text.count("科技成果转化")),
        }
    table("seed 003", rows)
    left = [(wrong, right) for wrong, right in _LOOKALIKES if wrong in mended]
    lost = [right for wrong, right in _LOOKALIKES if wrong in garbled and right not in mended]
    print(f"\nof {len(_LOOKALIKES)} places of the notes left {left}, not as they should be {lost}")
    for at in replaced_places(mended):
        print("    left:", context(mended, at, at + len(_JUNK)))
    for found in _HAN.finditer(mended):
        if found[0] not in GB2312:
            print("    outside GB 2312:", context(mended, *found.span()))
    _compare_traditional(seed(data, "000"))


def outside(text: str) -> float:
    """Share of the Chinese characters that are not in GB 2312."""
    found = _HAN.findall(text)
    return sum(char not in GB2312 for char in found) / max(1, len(found))


def replaced_places(text: str) -> list[int]:
    """Where the junk string stands before 移 or 化, with up to two other characters in it."""
    return list(_replaced_places(text))


def _replaced_places(text: str) -> Iterator[int]:
    length = len(_JUNK)
    for at in range(len(text) - length):
        if sum(a != b for a, b in zip(_JUNK, text[at : at + length], strict=True)) <= 2:
            behind = text[at + length]
            # 迻 and 囮 are 移 and 化 in disguise.
            if behind in "移化迻囮":
                yield at


def _compare_traditional(text: str) -> None:
    """Show every place at which the repair and a plain conversion differ."""
    converted = OpenCC("t2s").convert(text)
    mended = repair(text).text.text
    edits = [one for one in Levenshtein.opcodes(converted, mended) if one.tag != "equal"]
    count = sum(max(e.src_end - e.src_start, e.dest_end - e.dest_start) for e in edits)
    print(f"\nseed 000: outside GB 2312 {outside(text):.1%} -> {outside(mended):.3%};", end=" ")
    print(f"{count} characters differ from OpenCC t2s")
    for edit in edits:
        place = context(converted, edit.src_start, edit.src_end)
        print(f"    OpenCC {place}, repair [{mended[edit.dest_start : edit.dest_end]}]")
