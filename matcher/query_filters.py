"""Filters as people write them: `region=江苏`, `trl>=6`, `industry=农业;纺织业`."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from indexing.filters import AnyOf, Equals, Filter, InRange, StartsWith
from matcher.errors import FilterSyntaxError
from matcher.fields.industry_names import stated
from matcher.fields.owner import read_owner
from matcher.fields.region import read_region
from matcher.fields.transfer import read_modes
from matcher.indexer import COLUMNS
from matcher.types import Side

_FILTER = re.compile(r"\s*([a-z_]+)\s*(>=|<=|=)\s*(.+?)\s*\Z", re.DOTALL)
_PREFIX_FIELDS = frozenset({"region"})
"""Regions go from large to small, so 江苏省 also means 江苏省苏州市."""
_SEVERAL = re.compile(r"[;；]")


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
    values = tuple(_canonical(name, part.strip()) for part in _SEVERAL.split(value) if part.strip())
    if not values:
        raise FilterSyntaxError(f"筛选条件“{text}”没有写出值；多个值之间用“;”分隔。")
    return Equals(name, values[0]) if len(values) == 1 else AnyOf(name, values)


def _canonical(name: str, value: str) -> str:
    """Write a value as the index does: 浙江 as 浙江省, 医药制造业 as 27."""
    kind, canonical = _CANONICAL.get(name, ("", str))
    found = canonical(value)
    if not found:
        raise FilterSyntaxError(f"筛选条件“{name}={value}”：“{value}”不是{kind}。请改正后重试。")
    return found


def _province(value: str) -> str:
    region = read_region(value)
    is_whole = region is not None and region.place.code.endswith("0000")
    return region.place.province if region and is_whole else ""


def _city(value: str) -> str:
    region = read_region(value)
    return region.place.city if region and not region.place.district else ""


def _section(value: str) -> str:
    section, divisions = stated(value)
    return "" if divisions else section


def _division(value: str) -> str:
    section, divisions = stated(value)
    return next(iter(divisions)) if section and len(divisions) == 1 else ""


def _mode(value: str) -> str:
    modes = read_modes(value)
    return modes.modes[0] if modes and len(modes.modes) == 1 and not modes.unread else ""


def _owner_kind(value: str) -> str:
    owner = read_owner(value, "")
    return owner.kind if owner else ""


_CANONICAL: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "province": ("省、自治区、直辖市或特别行政区（例如 浙江）", _province),
    "city": ("市、自治州、地区或盟（例如 杭州）", _city),
    "industry_section": ("国民经济行业门类（例如 C 或 制造业）", _section),
    "industry_division": ("国民经济行业大类（例如 C27 或 医药制造业）", _division),
    "owner_kind": ("单位类型（高校、科研院所、企业、医院等）", _owner_kind),
    "modes": ("转化方式（转让、许可、作价入股、合作开发、技术服务等）", _mode),
}


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
