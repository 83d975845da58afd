"""Comparing what is offered with what is required."""

import math

from matcher.quantities.likeness import same_quantity
from matcher.quantities.meaning import (
    TEMPERATURE,
    Interval,
    counted,
    in_base,
    is_difference,
    is_tolerance,
    satisfying,
    sense_of_requirement,
    shown,
)
from matcher.quantities.types import Comparison, Indicator

SAME = 0.5
"""From this likeness of names on, two indicators speak of the same quantity."""
ENOUGH = 0.8
"""The share of a requirement from which on it is missed by little."""
_HIGH_SHARE = 0.8  # from here on a percentage is judged by what it lacks to 100 %
_ENOUGH_HIGH = 0.85
_ENOUGH_LACK = 0.2
_LEEWAY_KELVIN = 10.0
_LEEWAY_LEVEL = 3.0
_ROUNDING = 1e-9


def compare(required: Indicator, offered: Indicator, likeness: float | None = None) -> Comparison:
    """Tell whether an offer satisfies a requirement.

    A requirement without comparator (效率95%) asks for at least or at most its value, by what is
    better for the quantity; where neither is, for 10 % around it. Of an offer that is a bound
    (误差小于0.05mm) the bound counts. Where a quantity is a range to be covered (工作温度, 量程),
    the offer must hold the required range; other ranges must lie within it.

    Args:
        required: what a need asks for.
        offered: what an achievement states.
        likeness: how likely both speak of one quantity, 0 to 1, where the caller knows better than
            `same_quantity`, as from the sentences around.

    Returns:
        `unrelated` also for an unknown unit and a vague number.
    """
    if bool(required.change) != bool(offered.change):
        return Comparison("unrelated")
    if likeness is None:
        likeness = same_quantity(required.quantity, offered.quantity)
    if likeness < SAME:
        return Comparison("unrelated")
    as_difference = is_difference(required) or is_difference(offered)
    values = [in_base(one, as_difference=as_difference) for one in (required, offered)]
    (asked, dimension), (given, its) = values
    if dimension != its and "yuan" in dimension + its:
        values = [in_base(one, as_difference=True, is_sum=True) for one in (required, offered)]
        (asked, dimension), (given, its) = values
    if asked is None or given is None or dimension != its:
        return Comparison("unrelated")
    if required.change != offered.change:
        return Comparison("against", 0.0)
    sense = sense_of_requirement(required)
    wanted = satisfying(required, asked, sense, dimension)
    given = counted(given, wanted, symmetric=is_tolerance(required), sense=sense)
    covers = sense == "*" and required.comparator == "range"
    if covers and wanted.low == 0 < given.low == given.high:
        given = Interval(0.0, given.high)  # 满量程160 MPa says where a scale from 0 ends
    return _judge(wanted, given, dimension, covers=covers)


def _judge(wanted: Interval, given: Interval, dimension: str, *, covers: bool) -> Comparison:
    inner, outer = (wanted, given) if covers else (given, wanted)
    slack = _ROUNDING * max(1e-300, *(abs(end) for end in (*inner, *outer) if math.isfinite(end)))
    if outer.low - slack <= inner.low and inner.high <= outer.high + slack:
        return Comparison("met", _ratio(wanted, given, dimension))
    if math.isfinite(wanted.low) and math.isfinite(wanted.high):
        return _judge_range(wanted, given, dimension, covers=covers)
    ratio = _ratio(wanted, given, dimension)
    bound, value = (
        (wanted.low, given.low) if math.isfinite(wanted.low) else (wanted.high, given.high)
    )
    near = _is_near(bound, value, ratio, dimension, lower=math.isfinite(wanted.low))
    return Comparison("short" if near else "against", ratio)


def _judge_range(wanted: Interval, given: Interval, dimension: str, *, covers: bool) -> Comparison:
    """Judge a range by the share of it that is covered, a point beside it by its distance."""
    common = min(wanted.high, given.high) - max(wanted.low, given.low)
    whole = (wanted if covers else given).high - (wanted if covers else given).low
    if whole > 0 and (common > 0 or (covers and common == 0)):
        return Comparison("short", common / whole)
    below = given.high < wanted.low
    bound, value = (wanted.low, given.high) if below else (wanted.high, given.low)
    ratio = _share(bound, value, dimension, lower=below)
    if covers:
        return Comparison("against", ratio)
    near = _is_near(bound, value, ratio, dimension, lower=below)
    return Comparison("short" if near else "against", ratio)


def _ratio(wanted: Interval, given: Interval, dimension: str) -> float | None:
    if math.isfinite(wanted.low) and math.isfinite(wanted.high):
        return 1.0
    if math.isfinite(wanted.low):
        return _share(wanted.low, given.low, dimension, lower=True)
    return _share(wanted.high, given.high, dimension, lower=False)


def _share(bound: float, value: float, dimension: str, *, lower: bool) -> float | None:
    """Return the share of a bound that a value reaches; None where signs forbid a share."""
    bound, value = shown(bound, dimension), shown(value, dimension)
    above, below = (value, bound) if lower else (bound, value)
    if above < 0 or below <= 0:
        return None
    return above / below


def _is_near(
    bound: float, value: float, ratio: float | None, dimension: str, *, lower: bool
) -> bool:
    distance = abs(bound - value)
    if dimension == TEMPERATURE and distance <= _LEEWAY_KELVIN:
        return True
    if dimension.startswith("level"):
        return distance <= _LEEWAY_LEVEL
    if dimension == "dimensionless" and lower and _HIGH_SHARE <= bound < 1:
        lack = (1 - bound) / (1 - value) if value < 1 else 1.0
        return value >= _ENOUGH_HIGH * bound and lack >= _ENOUGH_LACK - _ROUNDING
    if ratio is None:
        return distance <= (1 - ENOUGH) * abs(shown(bound, dimension))
    return ratio >= ENOUGH - _ROUNDING
