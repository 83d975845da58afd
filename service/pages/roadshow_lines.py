"""Lists of a plan that people type into the form a line each: conflicts, brokers, rooms, breaks.

互斥      A1、A2：同一团队
利益冲突  A1 × N1：同一集团
联系人    王工 20；认识 甲公司、乙公司；只管 丙公司
会场      主会场 200
休息      12:00-13:30 午餐
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
BETWEEN = re.compile(r"[\s,，、;；]+")
_PAIR = re.compile(r"[\s,，、;；×]+")
_NAMES = re.compile(r"\s*[,，、]\s*")
_KNOWS, _ONLY = ("认识", "熟悉"), ("只管", "只联系")


def whole(words: str) -> int | str:
    """A whole number, or the words as they are."""
    return int(words) if re.fullmatch(r"[+-]?\d{1,9}", words) else words


def ids(words: str) -> list[str]:
    """Ids with anything between them."""
    return [one for one in BETWEEN.split(words) if one]


def shown(value: Any) -> str:
    """What stands in a field for a value."""
    if value is None:
        return ""
    if isinstance(value, list):
        return "、".join(shown(one) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    if hasattr(value, "hour"):
        return f"{value:%H:%M}"
    return str(value)


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of a plan: its key, how a line is read, and how a row is shown."""

    key: str
    read: Callable[[str], Row]
    show: Callable[[Mapping[str, Any]], str]

    def shown(self, written: Mapping[str, Any]) -> str:
        """What stands in the field for a document."""
        return "\n".join(self.show(row) for row in written.get(self.key, ()))

    def rows(self, words: str, before: Mapping[str, Any]) -> Sequence[Row]:
        """Read the field; what was not touched stays as it was written, whatever is in it."""
        lines = [line.strip() for line in words.splitlines() if line.strip()]
        stood = [line.strip() for line in self.shown(before).splitlines() if line.strip()]
        if lines == stood:
            return list(before.get(self.key, ()))
        return [self.read(line) for line in lines]


def _with_reason(row: Row, reason: str) -> Row:
    return row | ({"reason": reason.strip()} if reason.strip() else {})


def _reason(row: Mapping[str, Any]) -> str:
    return f"：{row['reason']}" if row.get("reason") else ""


def _conflict(line: str) -> Row:
    named, _, reason = line.partition("：")
    return _with_reason({"between": ids(named)}, reason)


def _barred(line: str) -> Row:
    named, _, reason = line.partition("：")
    achievement, *needs = [one for one in _PAIR.split(named) if one] or [""]
    row = {"achievement": achievement} | ({"need": " ".join(needs)} if needs else {})
    return _with_reason(row, reason)


def _broker(line: str) -> Row:
    first, *parts = [part.strip() for part in re.split("[；;]", line)]
    name, _, most = first.rpartition(" ")
    row: Row = {"name": first}
    if name and re.fullmatch(r"\d{1,9}", most):
        row = {"name": name.strip(), "most": int(most)}
    for part in filter(None, parts):
        key = "knows" if part.startswith(_KNOWS) else "only" if part.startswith(_ONLY) else part
        listed = re.sub(f"^(?:{'|'.join((*_KNOWS, *_ONLY))})[：:\\s]*", "", part)
        row[key] = [one for one in _NAMES.split(listed) if one]
    return row


def _broker_shown(row: Mapping[str, Any]) -> str:
    parts = [f"{shown(row.get('name'))} {shown(row.get('most'))}".strip()]
    for key, word in (("knows", _KNOWS[0]), ("only", _ONLY[0])):
        parts += [f"{word} {shown(row[key])}"] if row.get(key) else []
    parts += [key for key in row if key not in ("name", "most", "knows", "only")]
    return "；".join(parts)


def _room(line: str) -> Row:
    name, _, seats = line.rpartition(" ")
    return {"name": name.strip(), "seats": whole(seats)} if name else {"name": line}


def _break(line: str) -> Row:
    times, _, title = line.partition(" ")
    begins, _, ends = times.replace("—", "-").replace("–", "-").partition("-")
    row: Row = {"begins": begins, "ends": ends}
    return row | ({"title": title.strip()} if title.strip() else {})


LISTS = (
    Lines("conflict", _conflict, lambda row: shown(row["between"]) + _reason(row)),
    Lines(
        "barred",
        _barred,
        lambda row: f"{row['achievement']} × {row.get('need', '')}".rstrip("× ") + _reason(row),
    ),
    Lines("broker", _broker, _broker_shown),
    Lines("room", _room, lambda row: f"{row.get('name', '')} {row.get('seats', '')}".strip()),
    Lines(
        "break",
        _break,
        lambda row: (
            f"{shown(row.get('begins'))}-{shown(row.get('ends'))} {row.get('title', '')}".strip()
        ),
    ),
)
