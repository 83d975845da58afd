"""The number that a requirement asks for, of those that stand in its words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from matcher.quantities.sense import sense_of
from matcher.quantities.types import Comparator, Indicator

_RATE = re.compile(r"/(?:h|d|min|s|小时|天|日|分钟|秒|年|a|月|班|时|钟头)$")
_STATED: dict[str, Comparator] = {"+": ">=", "*": ">=", "-": "<="}


def asked_number(numbers: Sequence[Indicator], start: int, end: int) -> Indicator | None:
    """Choose among the indicators of a text what the words from `start` to `end` ask for.

    The first that words bound and that is no condition of the next, else the last: in
    125℃老化1000h出油率<1% the first two are conditions. A plain value (寿命15年) asks for at
    least, or at most, that value where more, or less, is better; a rate for at least it.
    A grade that is only named (附着力0级) is no number.

    Args:
        numbers: `find_indicators` of the whole text.
        start: where the requirement begins in the text.
        end: where it ends.
    """
    own = [one for one in numbers if one.value_span[0] < end and one.value_span[1] > start]
    own = [one for one in own if not _is_grade(one)]
    if not own:
        return None
    bounded = [
        one
        for one, after in zip(own, [*own[1:], None], strict=True)
        if one.comparator not in ("=", "~") and not (after and _leads_to(one, after))
    ]
    one = (bounded or own[-1:])[0]
    return replace(one, comparator=_asked(one)) if one.comparator == "=" else one


def _is_grade(one: Indicator) -> bool:
    """Whether a grade is named, not measured: 附着力0级, 10.9级; 色牢度不低于4级 is measured."""
    return one.unit == "级" and (one.comparator in ("=", "~") or one.low == 0)


def _leads_to(one: Indicator, after: Indicator) -> bool:
    """Whether nothing parts a bounded value from the next: 埋深2米内|误差不超过15厘米."""
    return after.comparator not in ("=", "~") and after.span[0] == one.span[1]


def _asked(one: Indicator) -> Comparator:
    if one.change:
        return ">="
    if one.unit in ("℃", "°C") and one.high is not None and one.high < 0:
        return "<="
    sense = sense_of(one.quantity, one.unit, one.high)
    if sense == "0" and _RATE.search(one.unit):
        return ">="
    return _STATED.get(sense, "=")
