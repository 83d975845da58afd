"""Labels in running text: `项目名称：…`, and headings that are a known label by themselves."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.importer.headings import is_personal
from service.importer.tables import Recognise

_LONGEST = 40
_LONGEST_PERSONAL = 12
_END_OF_PERSONAL = 4
"""Of a label such as `项目负责人` the last characters say that it is about a person."""

_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十\d]{1,2}[、.．)）]|[（(][一二三四五六七八九十\d]{1,2}[)）])\s*"
)
_NO_LABEL = re.compile(r"[\d。，；;：:]")

_WORD = r"[^\s:：；;，。]"
_LABELLED = re.compile(
    rf"(?:^|(?<=[\s；;。]))({_WORD}{{2,40}}|{_WORD}(?:[ \u3000]{{1,4}}{_WORD}){{1,12}})\s*[:：]"
)
_FRAME = re.compile(r"^[【\[]([^】\]]{2,40})[】\]]\s*")


class Labelled(NamedTuple):
    """A piece of a line: a label and what follows it, or a text without a label."""

    label: str
    value: str


def is_label(text: str, recognise: Recognise) -> bool:
    """Tell whether a cell or line is a label: a known heading, or one about a person."""
    text = _NUMBERING.sub("", text.strip()).rstrip(":：").rstrip()
    if not text or len(text) > _LONGEST:
        return False
    return bool(recognise(text)) or _is_personal(text, _LONGEST_PERSONAL)


def _is_personal(text: str, longest: int) -> bool:
    # A sentence may mention a telephone; a label is nothing but a name.
    return len(text) <= longest and not _NO_LABEL.search(text) and is_personal(text)


def _is_line_label(text: str, recognise: Recognise) -> bool:
    """Tell the same of a part of a line, where more can look like a label than in a cell."""
    name = cleaned(text)
    if recognise(name):
        return len(name) <= _LONGEST
    return _is_personal(name, _LONGEST_PERSONAL) and is_personal(name[-_END_OF_PERSONAL:])


def cleaned(label: str) -> str:
    """Write a label as a column's name: without blanks, numbering and the colon after it."""
    return "".join(_NUMBERING.sub("", label.strip()).split()).rstrip(":：")


def parts_of(line: str, recognise: Recognise) -> Iterator[Labelled]:
    """Split a line at its labels; the text before the first has an empty one."""
    framed = _FRAME.match(line)
    if framed and _is_line_label(framed[1], recognise):
        yield Labelled(cleaned(framed[1]), line[framed.end() :].lstrip(":： \u3000").strip())
        return
    if len(line) <= 2 * _LONGEST and "\t" not in line and _is_line_label(line, recognise):
        yield Labelled(cleaned(line), "")
        return
    label, start = "", 0
    for found in _LABELLED.finditer(line):
        if not _is_line_label(found[1], recognise):
            continue
        if (before := line[start : found.start()].strip()) or label:
            yield Labelled(label, before.rstrip("；;"))
        label, start = cleaned(found[1]), found.end()
    if (rest := line[start:].strip()) or label:
        yield Labelled(label, rest)
