"""What an indicator means in numbers: its values in base units, and those that satisfy it."""

import math
import re
from typing import NamedTuple

from matcher.quantities.sense import Sense, sense_of
from matcher.quantities.types import Indicator
from matcher.quantities.units import difference, magnitude
from matcher.quantities.wording import pattern

TEMPERATURE = "thermometer"
"""The dimension of a reading in kelvin; a difference of temperatures is plain kelvin."""
_NEAR = 0.1  # `about` allows this much
_ANGLE = re.compile(r"角|倾|转|旋|弯|坡|方位|俯仰|姿态|视场|偏")
_POWER = re.compile(r"电|能耗|功耗")
_BOTH_WAYS = pattern("@both_ways@")
_SPREAD = re.compile(r"精度|误差|偏差|波动|温差|温升|公差|均匀|稳定性|漂移")
# 年产, 日处理: by the year, by the day. 吨成本, 每亩用药, 亩产: by the tonne, by the mu.
_PER = re.compile(
    r"(?P<per>[年月日时](?=均|产|处理|加工|输|耗|用)|(?<=每)(?:年|月|天|日|小时|分钟|秒))"
)
_EACH = re.compile(r"(?:^|每)(?P<each>吨|亩|公顷|公斤|千克|平方米|立方米)(?!级|位)")
_RATES = {"时": "小时", "日": "天", "月": "个月"}


class Interval(NamedTuple):
    """Values from low to high; a bound that is missing is infinite."""

    low: float
    high: float


def is_difference(indicator: Indicator) -> bool:
    """Whether 5 ℃ are five degrees more, not a reading of the thermometer."""
    return bool(indicator.change or is_tolerance(indicator) or _SPREAD.search(indicator.quantity))


def in_base(
    indicator: Indicator, *, as_difference: bool, is_sum: bool = False
) -> tuple[Interval | None, str]:
    """Convert low and high to base units, with their dimension; None where that cannot be done."""
    if indicator.low is None or indicator.high is None:
        return None, ""
    unit = _unit_of(indicator)
    if is_sum:  # 成本70元 answers 110元/亩: nobody repeats what it is the cost of
        unit = unit.partition("/")[0]
    convert = difference if as_difference else magnitude
    low, high = convert(indicator.low, unit), convert(indicator.high, unit)
    if low is None or high is None:
        return None, ""
    dimension = TEMPERATURE if low[1] == "kelvin" and not as_difference else low[1]
    return Interval(low[0], high[0]), dimension


def _unit_of(indicator: Indicator) -> str:
    """Return the unit, with what the name tells of it: 度 of an angle, 日处理 500 吨."""
    unit, name = indicator.unit, indicator.quantity
    if unit.startswith("度") or unit.endswith("万度"):
        meaning = "°" if _ANGLE.search(name) else ""
        if "/" in unit or _POWER.search(name):
            meaning = "kWh"
        unit = unit.replace("度", meaning or "℃", 1)
    if not unit or unit in "%‰倍" or "/" in unit:
        return unit
    each = _EACH.search(name)
    if each:
        return f"{unit}/{each['each']}"
    per = _PER.search(name)
    return f"{unit}/{_RATES.get(per['per'], per['per'])}" if per else unit


def is_tolerance(indicator: Indicator) -> bool:
    """Whether the value is ±b alone."""
    return (
        indicator.low is not None
        and indicator.low < 0
        and indicator.low == -(indicator.high or 0.0)
    )


def sense_of_requirement(required: Indicator) -> Sense:
    """Tell whether more is better; of a change it always is."""
    if required.change:
        return "+"
    return sense_of(required.quantity, required.unit, required.high)


def satisfying(required: Indicator, asked: Interval, sense: Sense, dimension: str) -> Interval:
    """Return the values that satisfy a requirement."""
    comparator = required.comparator
    if is_tolerance(required) and _BOTH_WAYS.search(required.quantity):
        return Interval(asked.high, math.inf)
    if is_tolerance(required):
        return Interval(-math.inf, asked.high)
    if comparator in (">=", ">") or (comparator == "=" and sense in "+*"):
        return Interval(asked.low, math.inf)
    if comparator in ("<=", "<") or (comparator == "=" and sense == "-"):
        return Interval(-math.inf, asked.high)
    if comparator in ("=", "~"):
        leeway = _NEAR * abs(shown(asked.low, dimension))
        return Interval(asked.low - leeway, asked.high + leeway)
    if required.change:  # 10 to 15 % more asks for at least 10 %
        return Interval(asked.low, math.inf)
    return asked


def counted(given: Interval, wanted: Interval, *, symmetric: bool, sense: Sense) -> Interval:
    """Return the part of the offer that counts: ±0.05 as 0.05, the top of what it withstands."""
    one_sided = math.isinf(wanted.low) or math.isinf(wanted.high)
    if given.low < 0 and given.low == -given.high and (symmetric or one_sided):
        return Interval(given.high, given.high)
    if sense == "*" and wanted.high == math.inf:
        return Interval(given.high, given.high)
    if sense == "*" and wanted.low == -math.inf:
        return Interval(given.low, given.low)
    return given


def shown(value: float, dimension: str) -> float:
    """Return a temperature in degrees Celsius: 20 % of 1200 ℃ is meant, not of 1473 K."""
    return value - 273.15 if dimension == TEMPERATURE else value
