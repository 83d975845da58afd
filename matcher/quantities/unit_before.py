"""Units, or parts of them, that stand before their number: HRC58, 粘度(mPa·s)≤500, 每秒30帧."""

import re

from matcher.quantities.bounds import Bound, bound_before
from matcher.quantities.names import Named, name_before
from matcher.quantities.spelling import unit_pattern
from matcher.quantities.values import Value

_SCALE = re.compile(r"(?P<unit>HRC|HRA|HRB|HV|HBW|HBS|HB|邵氏A|邵氏D|邵A|邵D)\s?$")
_BRACKETS = re.compile(
    r"(?:\(|(?<=[一-龥])/)\s?(?P<unit>[^()/]{1,12}(?:/[^()]{1,10})?)\)?\s?[:=]?\s?$"
)
_EACH = "秒|分钟|分|小时|天|日|月|年|班|周|亩|公顷|吨|千克|公斤|平方米|立方米"
_PER = re.compile(rf"每(?P<unit>{_EACH})\s?$")
_PER_VERB = re.compile(
    rf"[每一](?P<unit>{_EACH})(?:要|能够?|可以?|最多|最少|至少)?"
    r"(?P<verb>处理|加工|生产|检测|识别|分拣|输送|灌装|包装|印刷|打印|采摘|收割|跑|走|过|做|产|出|拍)?$"
)
_REACH = 16


def with_unit_before(
    text: str, edge: int, value: Value, named: Named, bound: Bound
) -> tuple[Value, Named, Bound]:
    """Complete the unit of a value by what stands before it.

    Args:
        text: plain.
        edge: nothing before it belongs to the value.
        value: as read so far; also what is known of its name and its comparator.
        named: its name.
        bound: its comparator.
    """
    if not value.unit:
        return _scale_or_brackets(text, edge, value, named, bound)
    per = _PER.search(text, max(edge, value.start - _REACH), value.start)
    if per and "/" not in value.unit:
        bound = bound_before(text, edge, per.start())
        named = name_before(text, edge, bound.start)
        return value._replace(unit=f"{value.unit}/{per['unit']}"), named, bound
    per = _PER_VERB.search(named.name)
    if per and "/" not in value.unit:
        name = named.name[: per.start()] or per["verb"] or ""
        named = named._replace(name=name)
        return value._replace(unit=f"{value.unit}/{per['unit']}"), named, bound
    return value, named, bound


def _scale_or_brackets(
    text: str, edge: int, value: Value, named: Named, bound: Bound
) -> tuple[Value, Named, Bound]:
    scale = _SCALE.search(text, max(edge, value.start - 5), value.start)
    if scale and bound.start < value.start:  # ≥HRC50
        return value._replace(unit=scale["unit"]), named, bound
    scale = _SCALE.search(named.name)
    if scale and scale.start():
        name = named.name[: scale.start()].rstrip()
        return value._replace(unit=scale["unit"]), named._replace(name=name), bound
    brackets = _BRACKETS.search(text, max(edge, bound.start - _REACH), bound.start)
    unit = brackets and unit_pattern().fullmatch(brackets["unit"].strip())
    return (value._replace(unit=unit["unit"]) if unit else value), named, bound
