"""What sets one thing of a kind apart from the next: quantities, model numbers, parts of a series.

Two records may agree in every word and still be two things: the 5 kW and the 10 kW device, the
first and the second phase of a project. These marks are read exactly, whatever else is alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.fields.numerals import value_of

Quantity = tuple[str, float]
"""Dimension (empty for a bare number) and value in its base unit."""

_SCALES: Mapping[str, Mapping[str, float]] = {
    "W": {"W": 1, "瓦": 1, "kW": 1e3, "KW": 1e3, "kw": 1e3, "千瓦": 1e3, "MW": 1e6, "兆瓦": 1e6}
    | {"mW": 1e-3},
    "V": {"V": 1, "v": 1, "伏": 1, "kV": 1e3, "KV": 1e3, "kv": 1e3, "千伏": 1e3, "mV": 1e-3},
    "A": {"A": 1, "安": 1, "mA": 1e-3, "kA": 1e3},
    "Hz": {"Hz": 1, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9, "赫兹": 1},
    "m": {"m": 1, "米": 1, "km": 1e3, "公里": 1e3, "千米": 1e3, "cm": 1e-2, "厘米": 1e-2}
    | {"mm": 1e-3, "毫米": 1e-3, "μm": 1e-6, "um": 1e-6, "微米": 1e-6, "nm": 1e-9, "纳米": 1e-9},
    "g": {"g": 1, "克": 1, "kg": 1e3, "公斤": 1e3, "千克": 1e3, "t": 1e6, "吨": 1e6}
    | {"mg": 1e-3, "毫克": 1e-3, "μg": 1e-6, "万吨": 1e10, "万t": 1e10},
    "L": {"L": 1, "升": 1, "mL": 1e-3, "ml": 1e-3, "毫升": 1e-3, "μL": 1e-6},
    "m2": {"m2": 1, "m^2": 1, "平方米": 1, "亩": 666.667, "公顷": 1e4},
    "m3": {"m3": 1, "m^3": 1, "立方米": 1, "立方": 1},
    "s": {"s": 1, "秒": 1, "min": 60, "分钟": 60, "h": 3600, "小时": 3600, "天": 86400}
    | {"d": 86400, "ms": 1e-3, "毫秒": 1e-3},
    "Pa": {"Pa": 1, "kPa": 1e3, "MPa": 1e6, "GPa": 1e9, "兆帕": 1e6},
    "℃": {"℃": 1, "°C": 1, "摄氏度": 1, "度": 1},
    "%": {"%": 1, "‰": 0.1},
    "元": {"元": 1, "万元": 1e4, "亿元": 1e8},
    "Ah": {"Ah": 1, "mAh": 1e-3},
    "Wh": {"Wh": 1, "kWh": 1e3, "MWh": 1e6, "GWh": 1e9, "千瓦时": 1e3},
    "B": {"GB": 1e9, "MB": 1e6, "TB": 1e12},
}
_UNITS = {unit: (name, scale) for name, units in _SCALES.items() for unit, scale in units.items()}
_UNIT = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?<![A-Za-z0-9.])(\d+(?:,\d{{3}})*(?:\.\d+)?)\s*((?:{_UNIT})(?![A-Za-z])|[万亿])?"
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|届|[-/]\d)|(?<!\d)(20\d\d)(?!\d)")
_CODE = re.compile(r"[A-Za-z0-9]+(?:[-/.][A-Za-z0-9]+)*")
_HAN = "一二三四五六七八九十"
_NUMERAL = (
    rf"(?<![A-Za-z0-9.{_HAN}])"
    rf"(?:[{_HAN}]{{1,3}}|\d{{1,3}}|VI{{0,3}}|I{{1,3}}|IV|IX|X)(?![A-Za-z0-9])"
)
_VALUE = rf"(?P<value>(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])|{_NUMERAL})"
_LETTER = r"(?<![A-Za-z0-9])[A-Z](?![A-Za-z0-9])"
_SERIAL = (
    re.compile(rf"第?(?P<value>{_NUMERAL})(?P<kind>[期批代号版部轮季届章类型级段包]|阶段|标段)"),
    re.compile(rf"(?P<kind>型号|[款类版号组包]|标段|(?<![新大小中重轻]) ?型)号?{_VALUE}"),
    re.compile(rf"(?P<value>{_LETTER})(?P<kind>[型款类版号组段包])"),
    re.compile(rf"[（(](?P<value>{_NUMERAL}|{_LETTER}|[甲乙丙丁上中下])(?P<kind>)[)）]"),
    re.compile(rf"之(?P<kind>)(?P<value>{_NUMERAL})"),
    re.compile(rf"(?P<kind>)(?P<value>{_LETTER}|(?<![A-Za-z0-9.])(?:[IVX]{{1,4}}|\d{{1,2}}))$"),
    re.compile(r"(?<![A-Za-z0-9])(?P<kind>[vV])(?P<value>\d+(?:\.\d+)*)"),
    re.compile(r"(?P<value>升级|增强|改进|标准|基础|简化|精简|专业|旗舰|高配|低配)(?P<kind>版)"),
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one piece of text.

    Attributes:
        quantities: with a unit or without, years left out.
        codes: model numbers and formulas, upper case, without hyphens.
        series: (kind of part, which part), as ("期", "2").
        years: 1900-2099.
    """

    quantities: frozenset[Quantity]
    codes: frozenset[str]
    series: frozenset[tuple[str, str]]
    years: frozenset[str]


def marks_of(text: str) -> Marks:
    """Read the marks of a normalised text."""
    years = {found[1] or found[2] for found in _YEAR.finditer(text)}
    return Marks(
        frozenset(_quantities(text, years)),
        frozenset(_codes(text)),
        frozenset(_series(text)),
        frozenset(years),
    )


def describe(quantity: Quantity) -> str:
    """Write a quantity for people, in a unit that keeps the number short."""
    dimension, value = quantity
    named = [
        (scale, unit)
        for unit, scale in _SCALES.get(dimension, {}).items()
        if 1 <= abs(value) / scale < 1000 and unit.isascii() | (dimension in "℃元")
    ]
    scale, unit = min(named, default=(1.0, "" if dimension in ("", "万") else dimension))
    return f"{value / scale:.6g}{unit}"


def _quantities(text: str, years: set[str]) -> set[Quantity]:
    found = set()
    for one in _QUANTITY.finditer(text):
        number, unit = one[1].replace(",", ""), one[2] or ""
        if not unit and (number in years or _is_part_of_code(text, one.end(1))):
            continue
        dimension, scale = _UNITS.get(unit, ("", {"万": 1e4, "亿": 1e8}.get(unit, 1.0)))
        found.add((dimension, float(f"{float(number) * scale:.6g}")))
    return found


def _is_part_of_code(text: str, end: int) -> bool:
    return end < len(text) and text[end].isascii() and text[end].isalpha()


def _codes(text: str) -> set[str]:
    found = set()
    for one in _CODE.finditer(text):
        word = one[0]
        mixed = any(c.isdigit() for c in word) and any(c.isalpha() for c in word)
        if mixed and not _QUANTITY.fullmatch(word):
            found.add(re.sub(r"[-/.]", "", word).upper())
    return found


def _series(text: str) -> set[tuple[str, str]]:
    found = set()
    for pattern in _SERIAL:
        for one in pattern.finditer(text):
            found.add((one["kind"].lower(), _plain_number(one["value"])))
    return found


def _plain_number(value: str) -> str:
    if value in _ROMAN:
        return str(_ROMAN[value])
    if value and all(char in _HAN for char in value):
        return str(value_of(value) or value)
    return value.upper()
