"""Transfer modes as a short closed list, whatever a platform calls them.

The modes: 转让, 许可 (独占, 排他, 普通 and 开放 where said), 作价入股, 合作开发, 委托开发,
技术服务, 技术咨询, 自行转化, 融资, 其他. They follow the ways of 促进科技成果转化法 art. 16 and
the contracts of 民法典 ch. 20.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from matcher.fields.resources import read_json
from matcher.fields.writing import usual_writing

OTHER = "其他"
_MARKS = re.compile(r"[;；、，,|/\n+]+|或者|或|及|以及")
_BLANK = re.compile(r"\s+")
_LICENCES = frozenset(("独占许可", "排他许可", "普通许可", "开放许可"))


@dataclass(frozen=True, slots=True)
class ParsedModes:
    """Transfer modes.

    Attributes:
        raw: What was written.
        modes: Of the closed list, each once, in the order of the text.
        open: Whether it says that the mode is open (面议, 均可).
        unread: Parts that were not understood; `modes` then has 其他.
    """

    raw: str
    modes: tuple[str, ...]
    open: bool = False
    unread: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        found: dict[str, Any] = {"raw": self.raw, "modes": list(self.modes)}
        if self.open:
            found["open"] = True
        if self.unread:
            found["unread"] = list(self.unread)
        return found


@lru_cache(maxsize=4096)
def read_modes(raw: str) -> ParsedModes | None:
    """Read transfer modes; None for an empty text."""
    text = usual_writing(raw)
    parts = [_BLANK.sub("", part) for part in _MARKS.split(text)]
    parts = [part for part in parts if part]
    if not parts:
        return None
    listed = _listed()
    found: dict[str, None] = {}
    unread = []
    is_open = False
    for part in parts:
        modes = _modes_of(part.lower())
        is_open_part = any(word in part for word in listed["open"])
        is_open = is_open or is_open_part
        found |= dict.fromkeys(modes)
        if not modes and not is_open_part:
            unread.append(part)
    # 许可 beside 独占许可 adds nothing.
    if not _LICENCES.isdisjoint(found):
        found.pop("许可", None)
    if unread:
        found[OTHER] = None
    return ParsedModes(raw, tuple(found), is_open, tuple(unread))


def _modes_of(part: str) -> list[str]:
    modes = []
    for mode, pattern in _patterns():
        match = pattern.search(part)
        if match and not any(word in part for word in _listed()["not_modes"].get(mode, ())):
            modes.append((match.start(), mode))
    return [mode for _, mode in sorted(modes)]


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    return [(mode, re.compile("|".join(forms))) for mode, forms in _listed()["modes"]]


@cache
def _listed() -> Any:
    return read_json("transfer_modes.json")
