"""Unicode normalisation that is safe on any text: width, compatibility forms, invisible characters.

NFKC alone is not safe on technical text: it turns 10⁶ into 106, ℃ into °C and a Chinese comma into
an ASCII one. So it is applied cluster by cluster, with the exceptions named below.
"""

import re
import unicodedata

from matcher.text.offsets import OffsetText

# Kept as they are: units that NFKC would take apart and Chinese punctuation that carries rhythm.
_KEEP = frozenset("℃℉…，。；：！？（）～“”‘’、")
_SUPERSCRIPT = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SPACES = {"\t": " ", "\u3000": " ", "\xa0": " ", "\r": "\n", "\v": "\n", "\f": "\n"}
# A lone Chinese character with a blank on each side is part of a word blown apart: 石 墨 烯.
_SPACED_WORD = re.compile(
    r"(?<=[\u4e00-\u9fff]) [\u4e00-\u9fff](?: [\u4e00-\u9fff])* (?=[\u4e00-\u9fff])"
)
# Characters that stay as they are; most texts hold little else.
_PLAIN_RUN = re.compile(r"[\n -~\u4e00-\u9fff，。；：！？（）、“”℃]+")


def normalise(text: str) -> OffsetText:
    """Normalise a text and keep the way back to every original character."""
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for run in _PLAIN_RUN.finditer(text):
        first, last = run.span()
        if last < len(text) and unicodedata.combining(text[last]):
            last -= 1  # the mark belongs to the last character
        _fold_into(text, at, first, chars, starts, ends)
        chars.extend(text[first:last])
        starts.extend(range(first, last))
        ends.extend(range(first + 1, last + 1))
        at = last
    _fold_into(text, at, len(text), chars, starts, ends)
    return _join_spaced_words(OffsetText("".join(chars), tuple(starts), tuple(ends)))


def _fold_into(
    text: str, first: int, last: int, chars: list[str], starts: list[int], ends: list[int]
) -> None:
    """Fold the unusual characters of text[first:last] and append what they become."""
    for start, end in _clusters(text[first:last]):
        before = chars[-1] if chars else ""
        folded = _fold(text[first + start : first + end], before)
        chars.extend(folded)
        starts.extend([first + start] * len(folded))
        ends.extend([first + end] * len(folded))


def _clusters(text: str) -> list[tuple[int, int]]:
    """Spans of a character with the combining marks behind it."""
    spans: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if spans and unicodedata.combining(char):
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((at, at + 1))
    return spans


def _fold(cluster: str, before: str) -> str:
    char = cluster[0]
    if char in _KEEP:
        return cluster
    if char in _SUPERSCRIPT:
        digit = _SUPERSCRIPT[char]
        return "^" + digit if before.isdigit() else digit
    if char in _INVISIBLE:
        return ""
    if char in _SPACES:
        return _SPACES[char]
    if unicodedata.category(char) in ("Cc", "Cs", "Co", "Cn") and char != "\n":
        return ""
    return unicodedata.normalize("NFKC", cluster)


def _join_spaced_words(text: OffsetText) -> OffsetText:
    drop: set[int] = set()
    for found in _SPACED_WORD.finditer(text.text):
        drop.update(at for at in range(*found.span()) if text.text[at] == " ")
    if not drop:
        return text
    kept = [at for at in range(len(text.text)) if at not in drop]
    return OffsetText(
        "".join(text.text[at] for at in kept),
        tuple(text.starts[at] for at in kept),
        tuple(text.ends[at] for at in kept),
    )
