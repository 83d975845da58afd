"""Rule `traditional`: Traditional to simplified, by OpenCC with its phrases, after `variants`.

OpenCC is never asked about a text without a Traditional character. A text that is Traditional
throughout is converted as a whole (乾燥 → 干燥, 瞭解 → 了解, 乾隆 stays); in one that is not, only
characters outside GB 2312 change, and only if the clean texts do not rather have them as they are.
A text is Traditional throughout if it has more than twice as many characters that only Traditional
has as characters that only simplified has.
"""

import re
from collections.abc import Container, Sequence
from functools import cache
from typing import TYPE_CHECKING

from matcher.text.offsets import Edit
from matcher.text.repair.gb2312 import GB2312
from matcher.text.repair.ngrams import background_ngrams
from matcher.text.repair.protection import always_protected_places, guards, protected_places

if TYPE_CHECKING:
    from opencc import OpenCC

_FEWEST = 2
_QUOTATION = re.compile(
    r"《[^》]{2,40}》|“[^”]{2,40}”|‘[^’]{2,40}’|「[^」]{2,40}」|『[^』]{2,40}』"
)
# In GB 2312 for old texts, yet not simplified Chinese.
_OLD = "後於"
_OUTSIDE = re.compile(
    f"[{_OLD}{''.join(c for c in map(chr, range(0x3400, 0xA000)) if c not in GB2312)}]"
)


def find_traditional(text: str) -> list[Edit]:
    """Find what has a simplified form."""
    outside = [found.start() for found in _OUTSIDE.finditer(text)]
    if not outside:
        return []
    converted = _convert(text)
    hidden = protected_places(text)
    changing = [at for at in outside if converted[at] != text[at] and at not in hidden]
    always = always_protected_places(text)
    if _throughout(text, len(changing)):
        return [
            Edit(at, at + 1, after)
            for at, (before, after) in enumerate(zip(text, converted, strict=True))
            if before != after and at not in always
        ]
    quoted = _quoted_places(text, changing)
    return [
        Edit(at, at + 1, converted[at], 0.95)
        for at in changing
        if at not in quoted and _reads_better(converted, text[at], at)
    ]


def is_traditional(text: str) -> bool:
    """Tell whether a text is Traditional throughout."""
    outside: list[str] = _OUTSIDE.findall(text)
    return _throughout(text, sum(_simple(char) != char for char in outside))


def _throughout(text: str, traditional: int) -> bool:
    return traditional >= _FEWEST and traditional > 2 * len(_simplified_only().findall(text))


def _quoted_places(text: str, changing: Sequence[int]) -> frozenset[int]:
    """Offsets inside quotations that are Traditional from end to end: titles, inscriptions.

    One Traditional character makes a quotation so only where there is none outside of quotations.
    """
    quotations = [
        range(*found.span())
        for found in _QUOTATION.finditer(text)
        if not _simplified_only().search(found[0])
    ]
    within = frozenset(at for one in quotations for at in one)
    fewest = 1 if within.issuperset(changing) else _FEWEST
    return frozenset(
        at for one in quotations if sum(at in one for at in changing) >= fewest for at in one
    )


def traditional_share(text: str, ambiguous: Container[str]) -> float:
    """Share of the characters that are Traditional and nothing else.

    Smoothed as if 300 characters more had been seen, with hardly any among them.
    """
    outside: list[str] = [char for char in _OUTSIDE.findall(text) if char not in ambiguous]
    count = sum(_simple(char) != char for char in outside)
    return (0.1 + count) / (len(text) + 300)


def simplify_characters(text: str) -> str:
    """Write each character outside GB 2312 in its simplified form; length is kept."""
    if _OUTSIDE.search(text) is None:
        return text
    return _OUTSIDE.sub(lambda found: _simple(found[0]), text)


def _reads_better(converted: str, char: str, at: int) -> bool:
    model = background_ngrams()
    if not model.knows(char):
        return True
    end = min(at + 3, len(converted))
    as_is = converted[:at] + char + converted[at + 1 :]
    gain = model.score(converted, at, end) - model.score(as_is, at, end)
    return gain > guards().get(char, 0.0)


def simplified(text: str) -> str:
    """Convert a whole text by OpenCC with its phrases, unjudged; its length may change."""
    converted: str = _converter().convert(text)
    return converted


def _convert(text: str) -> str:
    """Convert with phrases; a line whose length would change is converted by characters."""
    whole = simplified(text)
    if len(whole) != len(text):
        lines = []
        for line in text.split("\n"):
            changed = simplified(line)
            lines.append(changed if len(changed) == len(line) else "".join(map(_simple, line)))
        whole = "\n".join(lines)
    pairs = zip(text, whole, strict=True)
    return "".join(after if _is_in_use(after) else before for before, after in pairs)


def _is_in_use(char: str) -> bool:
    """Tell whether texts have a character; 㳡 for 濄 is in tables and nowhere else."""
    return char in GB2312 or char < "\u3400" or background_ngrams().knows(char)


@cache
def _simple(char: str) -> str:
    changed = _converter().convert(char)
    return changed if len(changed) == 1 and _is_in_use(changed) else char


@cache
def _simplified_only() -> re.Pattern[str]:
    """Characters that Traditional text writes in another way."""
    from opencc import OpenCC

    chars = "".join(sorted(GB2312))
    back: str = OpenCC("s2t").convert("\n".join(chars)).replace("\n", "")
    only = [c for c, other in zip(chars, back, strict=True) if c != other and _simple(c) == c]
    return re.compile(f"[{''.join(only)}]")


@cache
def _converter() -> "OpenCC":
    from opencc import OpenCC

    return OpenCC("t2s")
