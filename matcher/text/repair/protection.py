"""What no fold may touch, and what takes more evidence, whatever the context says."""

import re
from collections.abc import Mapping
from functools import cache

from matcher.text.repair.lists import lines_of

# A character alone between quotation marks is spoken about, not used.
_MENTIONED = re.compile(r"(?<=[“‘「『《\"'])[^\s“”](?=[”’」』》\"'])")


def protected_places(text: str) -> frozenset[int]:
    """Offsets of the characters of protected words (`data/protected.txt`) and mentioned ones."""
    return _places(_words(""), text) | _places(_MENTIONED, text) | always_protected_places(text)


def always_protected_places(text: str) -> frozenset[int]:
    """Offsets of the characters of words that stay in a Traditional text too: 噁唑."""
    return _places(_words("!"), text)


def _places(pattern: re.Pattern[str], text: str) -> frozenset[int]:
    return frozenset(at for found in pattern.finditer(text) for at in range(*found.span()))


@cache
def guards() -> Mapping[str, float]:
    """Characters of `data/guarded.txt` and how much more evidence their folding takes, in nats."""
    found: dict[str, float] = {}
    for line in lines_of("guarded.txt"):
        group, _, chars = line.partition(":")
        found |= dict.fromkeys(chars.strip(), float(group.split()[1]))
    return found


@cache
def _words(mark: str) -> re.Pattern[str]:
    """Words of the lines that begin with a mark, `!` or none."""
    lines = [line for line in lines_of("protected.txt") if line.startswith("!") == bool(mark)]
    words = [word for line in lines for word in line.removeprefix("!").split()]
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
