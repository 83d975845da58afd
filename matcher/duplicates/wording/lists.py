"""Reads the word lists, once."""

from collections.abc import Mapping
from functools import cache
from importlib import resources

from matcher.errors import ResourceError
from matcher.text.segment import JiebaSegmenter


@cache
def empty_words() -> frozenset[str]:
    """Words that distinguish nothing."""
    return frozenset(word for line in _lines("empty.txt") for word in line.split())


@cache
def synonyms() -> Mapping[str, tuple[str, ...]]:
    """Word -> the other words of its groups."""
    found: dict[str, tuple[str, ...]] = {}
    for line in _lines("synonyms.txt"):
        group = line.split()
        for word in group:
            others = tuple(other for other in group if other != word)
            found[word] = found.get(word, ()) + others
    return found


def make_segmenter() -> JiebaSegmenter:
    """Make a segmenter that never cuts the words of the lists."""
    return JiebaSegmenter(extra_words=sorted({*empty_words(), *synonyms()}))


@cache
def opposites() -> frozenset[frozenset[str]]:
    """Pairs of characters that exclude each other."""
    return frozenset(frozenset(pair) for line in _lines("opposites.txt") for pair in line.split())


def _lines(name: str) -> list[str]:
    file = resources.files("matcher.duplicates.wording") / name
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ResourceError(f"缺少程序自带的词表 {name}；请重新安装 duijie。") from error
    return [line for line in lines if line.strip() and not line.startswith("#")]
