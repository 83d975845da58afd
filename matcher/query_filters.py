"""Filters as people write them: `region=江苏`, `trl>=6`, `industry=农业;纺织业`."""

import re
from datetime import date

from indexing.filters import AnyOf, Equals, Filter, InRange, StartsWith
from matcher.errors import FilterSyntaxError
from matcher.indexer import COLUMNS
from matcher.types import Side

_FILTER = re.compile(r"\s*([a-z_]+)\s*(>=|<=|=)\s*(.+?)\s*\Z", re.DOTALL)
_PREFIX_FIELDS = frozenset({"region"})
"""Regions go from large to small, so 江苏省 also means 江苏省苏州市."""


def parse_filter(text: str, side: Side) -> Filter:
    """Read one filter for the records of a side.

    Raises:
        FilterSyntaxError: it is not FIELD=VALUE, the field is unknown, or the value has the
            wrong type.
    """
    found = _FILTER.match(text)
    fields = {name: kind for name, kind in COLUMNS[side].items() if name != "has_text"}
    if not found or found[1] not in fields:
        raise FilterSyntaxError(
            f"无法理解筛选条件“{text}”；写法为 字段=值、字段>=值 或 字段<=值，"
            f"可用字段：{'、'.join(fields)}。"
        )
    name, sign, value = found.groups()
    kind = fields[name]
    if kind in ("number", "date"):
        return _range(name, sign, value, kind)
    if sign != "=":
        raise FilterSyntaxError(f"筛选条件“{text}”：字段 {name} 是文字，只能用“=”。")
    if name in _PREFIX_FIELDS:
        return StartsWith(name, value)
    values = tuple(part.strip() for part in re.split(r"[;；]", value) if part.strip())
    if not values:
        raise FilterSyntaxError(f"筛选条件“{text}”没有写出值；多个值之间用“;”分隔。")
    return Equals(name, values[0]) if len(values) == 1 else AnyOf(name, values)


def _range(name: str, sign: str, value: str, kind: str) -> Filter:
    bound: float | str = value
    if kind == "number":
        try:
            bound = float(value)
        except ValueError as error:
            raise FilterSyntaxError(
                f"筛选条件“{name}{sign}{value}”：字段 {name} 须与一个数字比较。"
            ) from error
    elif not _is_date(value):
        raise FilterSyntaxError(f"筛选条件“{name}{sign}{value}”：日期须写成 2026-01-31 的样子。")
    low = bound if sign in ("=", ">=") else None
    high = bound if sign in ("=", "<=") else None
    return InRange(name, low, high)


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
