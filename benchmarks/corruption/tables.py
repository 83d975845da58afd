"""What is written for what: the tables beside this file."""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources

from opencc import OpenCC


@cache
def martian() -> Mapping[str, str]:
    """Standard -> characters that chat language and rewriting scripts put for it."""
    return {
        standard: kept
        for standard, disguises in _listed("martian.txt").items()
        if (kept := "".join(one for one in disguises if simplified(one) != standard))
    }


@cache
def lookalikes() -> Mapping[str, str]:
    """Standard -> characters of ordinary use that stand for it."""
    return _listed("lookalikes.txt")


@cache
def shapes() -> Mapping[str, str]:
    """Character -> characters, and letter -> letters, that a scanner takes it for."""
    found: dict[str, str] = defaultdict(str)
    for line in _lines("shapes.txt"):
        group = line.split()
        for one in group:
            found[one] += "".join(other for other in group if other != one)
    return found


@cache
def letters() -> Mapping[str, str]:
    """Letter or digit -> what a scanner takes it for, which may be two letters."""
    return dict(line.split() for line in _lines("pairs.txt"))


@cache
def readings() -> Mapping[str, str]:
    """Character -> the reading that a conversion script puts behind it."""
    return dict(line.split() for line in _lines("readings.txt"))


@cache
def kangxi() -> Mapping[str, str]:
    """Character -> the Kangxi radical that looks the same."""
    radicals = map(chr, range(0x2F00, 0x2FD6))
    return {unicodedata.normalize("NFKC", radical): radical for radical in radicals}


@cache
def traditional(char: str) -> str:
    """The Traditional form; the character itself without one."""
    changed: str = _converter("s2t").convert(char)
    return changed if len(changed) == 1 else char


@cache
def simplified(char: str) -> str:
    """The simplified form; the character itself without one."""
    changed: str = _converter("t2s").convert(char)
    return changed if len(changed) == 1 else char


def traditional_text(text: str) -> str:
    """Convert with phrases where that keeps the length, else by characters."""
    changed: str = _converter("s2t").convert(text)
    return changed if len(changed) == len(text) else "".join(map(traditional, text))


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def _listed(name: str) -> dict[str, str]:
    return {line[0]: "".join(line[2:].split()) for line in _lines(name)}


def _lines(name: str) -> list[str]:
    text = (resources.files("benchmarks.corruption") / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
