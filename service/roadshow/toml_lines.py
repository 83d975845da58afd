"""In which line of a TOML text each key and each element of a list stands.

`tomllib` tells values without their places. The text must be one that `tomllib` has read: this
scanner only walks it and would not notice a mistake.
"""

import re
import tomllib
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys, and numbers of elements from 0: `("quota", 1, "least")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}\n#]*")


def lines_of(text: str) -> Mapping[Path, int]:
    """Tell the line, from 1, of each table, key and list element."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._breaks = [at for at, one in enumerate(text) if one == "\n"]
        self._base: Path = ()
        self._tables: Counter[Path] = Counter()
        self.lines: dict[Path, int] = {}

    def scan(self) -> None:
        while not self._is_over():
            if self._peek("["):
                self._header()
            else:
                self._pair(self._base)

    def _is_over(self) -> bool:
        self._skip(_BLANK)
        return self._at >= len(self._text)

    def _header(self) -> None:
        start = self._at
        brackets = 2 if self._peek("[[") else 1
        self._at += brackets
        *above, name = self._key()
        self._skip(_SPACE)
        self._at += brackets
        path: Path = ()
        for part in above:
            path = self._newest((*path, part))
        path = (*path, name)
        if brackets == 2:
            self._note(path, start)
            self._tables[path] += 1
        self._base = self._newest(path)
        self._note(self._base, start)

    def _newest(self, path: Path) -> Path:
        count = self._tables[path]
        return (*path, count - 1) if count else path

    def _pair(self, base: Path) -> None:
        start = self._at
        path = base
        for part in self._key():
            path = (*path, part)
            self._note(path, start)
        self._skip(_SPACE)
        self._at += 1  # the sign of equality
        self._skip(_SPACE)
        self._value(path)

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._skip(_SPACE)
            quoted = _STRING.match(self._text, self._at)
            found = quoted or _BARE_KEY.match(self._text, self._at)
            if found is None:  # pragma: no cover - tomllib has read the text
                raise ValueError("no key where one must be")
            self._at = found.end()
            # With its escapes read, as `tomllib` names it.
            parts.append(tomllib.loads(f"key = {found[0]}")["key"] if quoted else found[0])
            self._skip(_SPACE)
            if not self._peek("."):
                return parts
            self._at += 1

    def _value(self, path: Path) -> None:
        if self._peek("["):
            self._members(path, "]")
        elif self._peek("{"):
            self._members(path, "}")
        else:
            self._skip(_STRING if self._text[self._at] in "\"'" else _PLAIN)

    def _members(self, path: Path, end: str) -> None:
        self._at += 1
        number = 0
        while not self._is_over() and not self._peek(end):
            if end == "}":
                self._pair(path)
            else:
                self._note((*path, number), self._at)
                self._value((*path, number))
                number += 1
            self._skip(_BLANK)
            if self._peek(","):
                self._at += 1
        self._at += 1

    def _peek(self, sign: str) -> bool:
        return self._text.startswith(sign, self._at)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        self._at = found.end() if found else self._at + 1

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._breaks, at - 1) + 1)
