"""Rule `characters`: width, compatibility forms, radicals, invisible characters. Safe on any text.

NFKC alone is not safe on technical text: it turns 10⁶ into 106, ℃ into °C and a Chinese comma into
an ASCII one. So it is applied cluster by cluster, with the exceptions named below.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from matcher.text.offsets import Edit
from matcher.text.repair.lists import lines_of

# Kept as they are: units that NFKC would take apart and Chinese punctuation that carries rhythm.
_KEEP = frozenset("℃℉…，。；：！？（）～“”‘’、")
_SUPERSCRIPT = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SPACES = {"\t": " ", "\u3000": " ", "\xa0": " ", "\r": "\n", "\v": "\n", "\f": "\n"}
_NO_TEXT = frozenset({"Cc", "Cs", "Co", "Cn"})
# Most texts hold little but the characters named here; all others are looked at one by one.
_ODD_RUN = re.compile(r"[^\n -~\u4e00-\u9fff，。；：！？（）、“”℃]+")
# A lone Chinese character with a blank on each side is part of a word blown apart: 石 墨 烯.
_SPACED_WORD = re.compile(
    r"(?<=[\u4e00-\u9fff]) [\u4e00-\u9fff](?: [\u4e00-\u9fff])* (?=[\u4e00-\u9fff])"
)


def find_odd_characters(text: str) -> list[Edit]:
    """Find what has a plain form: ＡＢＣ, ㎏, ⽯, ﬁ, no-break blanks, control characters."""
    edits = []
    for run in _ODD_RUN.finditer(text):
        first, last = run.span()
        if first and unicodedata.combining(text[first]):
            first -= 1  # the mark belongs to the plain character before it
        for start, end in _clusters(text, first, last):
            folded = _fold(text[start:end], text[start - 1] if start else "")
            if text[start] == "\r" and text[end : end + 1] == "\n":
                folded = ""  # the line break is written with two characters
            if folded != text[start:end]:
                edits.append(Edit(start, end, folded))
    return edits


def find_spaced_words(text: str) -> list[Edit]:
    """Find the blanks inside words blown apart."""
    if " " not in text:
        return []
    return [
        Edit(at, at + 1, "")
        for found in _SPACED_WORD.finditer(text)
        for at in range(*found.span())
        if text[at] == " "
    ]


def _clusters(text: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Spans of a character with the combining marks behind it."""
    start = first
    for at in range(first + 1, last):
        if not unicodedata.combining(text[at]):
            yield start, at
            start = at
    yield start, last


def _fold(cluster: str, before: str) -> str:
    char = cluster[0]
    if char in _KEEP:
        return cluster
    if char in _SUPERSCRIPT:
        digit = _SUPERSCRIPT[char]
        return "^" + digit if before.isdigit() and before not in _SUPERSCRIPT else digit
    if char in _INVISIBLE:
        return ""
    if char in _SPACES:
        return _SPACES[char]
    if unicodedata.category(char) in _NO_TEXT and char != "\n":
        return ""
    if "\u2e80" <= char <= "\u2eff":
        return _radicals().get(char, char) + cluster[1:]
    # NFKC would make 110吨 of ①10吨 and 31⁄2 of 3½.
    if unicodedata.category(char) == "No" and not "₀" <= char <= "₉":
        return cluster
    return unicodedata.normalize("NFKC", cluster)


@cache
def _radicals() -> dict[str, str]:
    """Characters of the radicals supplement, of which NFKC knows two, as pdf texts hold them."""
    return {line[0]: line[1] for line in lines_of("radicals.txt")}
