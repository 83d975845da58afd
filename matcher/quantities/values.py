"""Values: one number, a range or a tolerance, with the unit."""

import re
from typing import Literal, NamedTuple

from matcher.quantities.numbers import Number, next_number, number_at
from matcher.quantities.spelling import MULTIPLIERS, expression_of, unit_pattern
from matcher.quantities.units import difference

_TO = re.compile(r"\s?(?:~|-{1,2}|至|到|…{1,2})\s?[φΦ]?(?=[-+\d.零])")
_AND = re.compile(r"\s?[和与]\s?(?=[-+\d.])")
_BETWEEN = re.compile(r"\s?之?间")
_SPREAD = re.compile(r"\s?(?:±|\+/-|\+-|正负)\s?(?=[\d.])")
_SIGN = re.compile(r"(?:±|\+/-|\+-|正负)\s?$")
_ROUGH = re.compile(r"\s?[余多](?!晶|孔|层|相|光|模|种|个|次|元)")
# What may stand before a minus that is a sign: no digit, letter or closing bracket.
_SIGN_AFTER = re.compile(r"(?<![\w)℃%\-])-$|(?<=[\u4e00-\u9fff])-$|(?<=\(\d\))-$|零下\s?$")


class Value(NamedTuple):
    """What a text says in numbers at one place; offsets, numbers in the unit as written."""

    start: int
    end: int
    low: float | None
    high: float | None
    unit: str
    form: Literal["one", "range", "pm"]
    han: bool
    rough: bool


def next_value(text: str, start: int) -> Value | None:
    """Find the next value of a plain text at or after `start`; None where there is no more."""
    number = next_number(text, start)
    if number is None:
        return None
    return _tolerance_alone(text, number) or _value(text, start, number)


def _value(text: str, start: int, number: Number) -> Value:
    begin, low = _signed(text, start, number)
    end, unit, rough = _unit(text, number.end, number.unit)
    opened = text[begin - 1 : begin] == "("
    one = Value(begin, end, low, low, unit, "one", number.han, rough)
    if low is None or text[end : end + 1] == "":
        return one
    return _spread(text, one, opened=opened) or _range(text, one, opened=opened) or one


def _signed(text: str, start: int, number: Number) -> tuple[int, float | None]:
    found = _SIGN_AFTER.search(text, max(start, number.start - 4), number.start)
    if found is None or number.value is None:
        return number.start, number.value
    return number.start - len(found[0]), -number.value


def _unit(text: str, end: int, given: str = "") -> tuple[int, str, bool]:
    """Read the unit at the end of a number."""
    if given:
        return end, given, False
    rough = _ROUGH.match(text, end)
    at = rough.end() if rough else end
    found = unit_pattern().match(text, at)
    if found is None:
        return end, "", False
    return found.end(), re.sub(r"\s", "", found["unit"]), rough is not None


def _tolerance_alone(text: str, number: Number) -> Value | None:
    sign = _SIGN.search(text, max(0, number.start - 5), number.start)
    if sign is None or number.value is None:
        return None
    end, unit, _ = _unit(text, number.end, number.unit)
    return Value(sign.start(), end, -number.value, number.value, unit, "pm", False, False)


def _spread(text: str, one: Value, *, opened: bool) -> Value | None:
    """Read 5±0.2, 220V±10%, (10±0.5)mm."""
    sign = _SPREAD.match(text, one.end)
    number = sign and number_at(text, sign.end())
    if not number or number.value is None or one.low is None:
        return None
    end, unit, start = *_unit(text, number.end, number.unit)[:2], one.start
    if opened and text[end : end + 1] == ")":
        end, outer = _closed(text, end, unit)
        unit, start = outer or unit, start - 1
    wide = abs(number.value)
    if unit == "%" and one.unit and one.unit != "%":
        wide, unit = abs(one.low) * wide / 100, one.unit
    unit = one.unit or unit
    low, high = (round(one.low + side * wide, 12) for side in (-1, 1))
    return one._replace(start=start, end=end, low=low, high=high, unit=unit, form="pm")


def _range(text: str, one: Value, *, opened: bool) -> Value | None:
    """Read 3~5, -40℃至85℃, 1GHz和3GHz之间."""
    joined = _TO.match(text, one.end) or _AND.match(text, one.end)
    number = joined and number_at(text, joined.end())
    if not joined or not number or number.value is None or one.low is None:
        return None
    end, unit, _ = _unit(text, number.end, number.unit)
    start = one.start
    if ("和" in joined[0] or "与" in joined[0]) and not _BETWEEN.match(text, end):
        return None
    if opened and text[end : end + 1] == ")":
        end, outer = _closed(text, end, unit)
        unit, start = outer or unit, start - 1
    if one.unit and not unit:
        return None
    low = _scaled_alike(one, unit)
    # 90-70 is a model number or a date, 90~70 a range.
    if low > number.value and "-" in joined[0] and not (one.unit and unit):
        return one._replace(end=number.end, low=None, high=None, unit="", form="range")
    low, high = sorted((low, number.value))
    return one._replace(start=start, end=end, low=low, high=high, unit=unit, form="range")


def _scaled_alike(one: Value, unit: str) -> float:
    """Return the lower number in the unit of the upper one: 500kg~2t, 5千~2万次."""
    low = one.low or 0.0
    if not one.unit or one.unit == unit:
        return low
    if one.unit in MULTIPLIERS:  # 5千~2万次
        its_scale = next((MULTIPLIERS[m] for m in MULTIPLIERS if unit.startswith(m)), 1.0)
        return float(f"{low * MULTIPLIERS[one.unit] / its_scale:.12g}")
    names = expression_of(one.unit), expression_of(unit)
    if names[0] and names[1] and names[0][1] == names[1][1]:  # no need to load pint
        return float(f"{low * names[0][0] / names[1][0]:.12g}")
    mine, its = difference(1.0, one.unit), difference(1.0, unit)
    if mine is None or its is None or mine[1] != its[1]:
        return low
    return float(f"{low * mine[0] / its[0]:.12g}")


def _closed(text: str, end: int, unit: str) -> tuple[int, str]:
    """Step over the bracket that closes a value, and read the unit behind it."""
    after, outer, _ = _unit(text, end + 1)
    return (end + 1, "") if unit and not outer else (after, outer)
