"""Text into typed values: dates, money in 万元, TRL, lists, visibility.

Each function takes a filled cell and returns a value, or None where the cell says that there is
none (`面议`, `不限`). What it cannot read raises BadValueError: a guess would be worse than a gap.
"""

import json
import math
import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from matcher.fields.dates import read_date
from matcher.fields.money import read_money
from matcher.fields.states import NOTHING
from matcher.fields.trl import stage_level
from matcher.fields.writing import usual_writing
from matcher.types import Visibility
from service.importer.tables import Cell

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TRL = re.compile(
    r"(?:技术成熟度|成熟度|技术就绪度|等级|trl)*[:\s_-]*第?(\d)(?:\.0+)?\s*(?:[-~至到]\s*\d)?\s*级?\s*(?:\(.*\))?"
)
_CHINESE_DIGITS = str.maketrans("一二三四五六七八九", "123456789")

_VISIBILITY: dict[str, Visibility] = {
    **dict.fromkeys(("公开", "是", "全部公开", "完全公开", "public", "open", "true", "1"), "公开"),
    **dict.fromkeys(("本机构", "机构内", "内部", "单位内部", "internal"), "本机构"),
    **dict.fromkeys(
        ("受限", "否", "不公开", "保密", "restricted", "private", "false", "0"), "受限"
    ),
}
_LIST_MARK = re.compile(r"[;；、，,|/\n]+")


class BadValueError(ValueError):
    """A cell that says something which its field cannot hold; the message is Chinese."""


def text(cell: Cell) -> str:
    """Clean a text: no control characters, plain line ends, no blanks around it."""
    written = cell if isinstance(cell, str) else _written(cell)
    if written.isprintable():
        return written.strip()
    if "\r" in written:
        written = written.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", written).strip()


def money(cell: Cell, unit_wan: float = 1.0) -> float | None:
    """Read an amount in 万元; a bare number counts in `unit_wan`, a range gives its upper end."""
    if isinstance(cell, str):
        return _money(cell, unit_wan)
    if isinstance(cell, bool | list | dict | date | timedelta):
        raise BadValueError("不是金额，已留空")
    if isinstance(cell, int | float):
        try:
            return _amount(float(cell) * unit_wan)
        except OverflowError as error:
            raise BadValueError("不是能用的金额，已留空") from error
    return _money(str(cell), unit_wan)


def _money(written: str, unit_wan: float) -> float | None:
    parsed = read_money(written, unit_wan)
    if parsed.state == "foreign":
        raise BadValueError("是外币，没有换算，已留空")
    if parsed.state == "unreadable":
        raise BadValueError("不是能看懂的金额，已留空")
    return parsed.value


def _amount(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise BadValueError("不是能用的金额，已留空")
    return round(value, 6)


def day(cell: Cell, *, last_of_month: bool = False) -> date | None:
    """Read a date; a period (a month, a quarter) means its first day, or its last if asked for."""
    if isinstance(cell, str):
        return _day(cell, last_of_month)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise BadValueError("不是日期，已留空")
    return _day(_written(cell), last_of_month)


def _day(written: str, last: bool) -> date | None:
    parsed = read_date(written)
    if parsed.state == "impossible":
        raise BadValueError("日历上没有这一天，已留空")
    if parsed.state == "relative":
        raise BadValueError("是一段时间，不是日期，已留空")
    if parsed.state == "unreadable":
        raise BadValueError("不是能看懂的日期，已留空")
    return parsed.last if last else parsed.first


def trl(cell: Cell) -> int | None:
    """Read a technology readiness level, 1 to 9; a range gives its lower end, a stage its level."""
    return _trl(text(cell))


@lru_cache(maxsize=1024)
def _trl(written: str) -> int | None:
    plain = usual_writing(written).lower()
    if plain in NOTHING:
        return None
    found = _TRL.fullmatch(plain.translate(_CHINESE_DIGITS))
    if found and found[1] != "0":
        return int(found[1])
    level = stage_level(plain)
    if level is None:
        raise BadValueError("不是 1 到 9 级的技术成熟度，也不是中试、产业化这样的阶段，已留空")
    return level


def names(cell: Cell) -> tuple[str, ...]:
    """Read a list: of JSON, or separated by ; 、 ， or their like. Each name comes once."""
    listed: list[Any] = cell if isinstance(cell, list) else _split(text(cell))
    found = [text(item) for item in listed if isinstance(item, str | int | float)]
    return tuple(
        dict.fromkeys(name for name in found if usual_writing(name).lower() not in NOTHING)
    )


def _split(written: str) -> list[Any]:
    if written.startswith("["):
        try:
            return cast("list[Any]", json.loads(written))
        except (json.JSONDecodeError, RecursionError):
            pass  # not JSON after all: a name may begin with a bracket
    return _LIST_MARK.split(written)


def visibility(cell: Cell) -> Visibility | None:
    """Read who may see a record. What is not understood raises, and is then kept restricted."""
    written = usual_writing(text(cell)).lower()
    if not written:
        return None
    if written not in _VISIBILITY:
        raise BadValueError("不是 公开、本机构、受限 之一，按“受限”处理")
    return _VISIBILITY[written]


def _written(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell)
