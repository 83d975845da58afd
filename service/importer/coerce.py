"""Text into typed values: dates, money in 万元, TRL, lists, visibility.

Each function takes a filled cell and returns a value, or None where the cell says that there is
none (`面议`, `不限`). What it cannot read raises BadValueError: a guess would be worse than a gap.
"""

import json
import math
import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from matcher.types import Visibility
from service.importer.tables import Cell

_NOTHING = frozenset(
    {
        *("", "-", "--", "—", "——", "/", "\\", "无", "暂无", "没有", "空", "不详", "未知", "待定"),
        *("面议", "价格面议", "双方面议", "协商", "可协商", "双方协商", "协商确定", "另议", "未定"),
        *("不限", "无要求", "没有要求", "不要求", "长期", "长期有效", "无限期", "永久"),
        *("n/a", "na", "none", "null", "nan", "tbd"),
    }
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119

_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?)?\s*月?(?:[T\s].*)?"
)
_DENSE_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")

_SUM = r"¥?(\d+(?:\.\d+)?)(亿|千万|百万|万|千|w)?(元|块)?"
_AMOUNT = re.compile(rf"{_SUM}(?:[-~至到—]+{_SUM})?(?:人民币|rmb)?(?:以内|之内|以下|以上|左右|起)?")
_HEDGE = re.compile(
    r"^(?:不超过|不高于|不低于|不少于|小于|大于|约为?|大约|预计|人民币|rmb|≤|≥|<|>)+"
)
_FACTORS = {"亿": 1e4, "千万": 1e3, "百万": 1e2, "万": 1.0, "w": 1.0, "千": 0.1}

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


@lru_cache(maxsize=4096)
def _money(written: str, unit_wan: float) -> float | None:
    plain = unicodedata.normalize("NFKC", written).strip().lower().replace(",", "").replace(" ", "")
    plain = plain.replace("，", "")
    if plain in _NOTHING:
        return None
    found = _AMOUNT.fullmatch(_HEDGE.sub("", plain))
    if found is None:
        raise BadValueError("不是能看懂的金额，已留空")
    low, low_unit, low_yuan, high, high_unit, high_yuan = found.groups()
    unit = high_unit or low_unit
    factor = _FACTORS[unit] if unit else (1e-4 if low_yuan or high_yuan else unit_wan)
    return _amount(float(high or low) * factor)


def _amount(value: float) -> float:
    if not math.isfinite(value) or value < 0:
        raise BadValueError("不是能用的金额，已留空")
    return round(value, 6)


def day(cell: Cell, *, last_of_month: bool = False) -> date | None:
    """Read a date; a month alone means its first day, or its last where asked for."""
    if isinstance(cell, str):
        return _day(cell, last_of_month)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise BadValueError("不是日期，已留空")
    return _day(_written(cell), last_of_month)


@lru_cache(maxsize=4096)
def _day(written: str, last_of_month: bool) -> date | None:
    plain = unicodedata.normalize("NFKC", written).strip()
    if plain.lower() in _NOTHING:
        return None
    if len(plain) == 5 and plain.isdecimal() and int(plain) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(plain))
    found = _DENSE_DATE.fullmatch(plain) or _DATE.fullmatch(plain)
    if found is None:
        raise BadValueError("不是能看懂的日期，已留空")
    year, month, day_ = found.groups()
    try:
        if day_ is None:
            last = monthrange(int(year), int(month))[1]
            return date(int(year), int(month), last if last_of_month else 1)
        return date(int(year), int(month), int(day_))
    except ValueError as error:
        raise BadValueError("日历上没有这一天，已留空") from error


def trl(cell: Cell) -> int | None:
    """Read a technology readiness level, 1 to 9; a range gives its lower end."""
    return _trl(text(cell))


@lru_cache(maxsize=1024)
def _trl(written: str) -> int | None:
    plain = unicodedata.normalize("NFKC", written).lower()
    if plain in _NOTHING:
        return None
    found = _TRL.fullmatch(plain.translate(_CHINESE_DIGITS))
    if found is None or found[1] == "0":
        raise BadValueError("不是 1 到 9 级的技术成熟度，已留空")
    return int(found[1])


def names(cell: Cell) -> tuple[str, ...]:
    """Read a list: of JSON, or separated by ; 、 ， or their like. Each name comes once."""
    listed: list[Any] = cell if isinstance(cell, list) else _split(text(cell))
    found = [text(item) for item in listed if isinstance(item, str | int | float)]
    return tuple(dict.fromkeys(name for name in found if name.lower() not in _NOTHING))


def _split(written: str) -> list[Any]:
    if written.startswith("["):
        try:
            return cast("list[Any]", json.loads(written))
        except (json.JSONDecodeError, RecursionError):
            pass  # not JSON after all: a name may begin with a bracket
    return _LIST_MARK.split(written)


def visibility(cell: Cell) -> Visibility | None:
    """Read who may see a record. What is not understood raises, and is then kept restricted."""
    written = text(cell).lower()
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
