"""Requirements as people state them: places in a need's text, with kinds and numbers."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, get_args

from matcher.documents import Document
from matcher.quantities import Change, Comparator, Indicator, asked_number, find_indicators
from matcher.types import FieldName, Requirement, RequirementKind, Span
from service.web.errors import InvalidError

MOST = 24
"""Requirements that a person may state; the reader finds up to twelve."""


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """A number as a person states it; of a single bound `low` or `high` is enough."""

    comparator: Comparator
    low: float | None = None
    high: float | None = None
    unit: str = ""
    quantity: str = ""
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Stated:
    """One requirement as a person states it.

    Attributes:
        kind: what is asked for.
        field, start, end: the words that state it, [start, end) of a field as submitted.
        number: for kind `indicator`; None reads it out of the words.
    """

    kind: RequirementKind
    field: FieldName
    start: int
    end: int
    number: StatedNumber | None = None


def requirements_from(document: Document, stated: Sequence[Stated]) -> tuple[Requirement, ...]:
    """Make requirements of what a person stated, numbered in the order of the text.

    Raises:
        InvalidError: a place is outside the text or stated twice, or a number cannot be used.
    """
    if len(stated) > MOST:
        raise InvalidError(f"技术要求有 {len(stated)} 条，最多 {MOST} 条；请合并或删去几条。")
    numbers = find_indicators(document.full)
    found: dict[tuple[int, int], tuple[Stated, Span, Indicator | None]] = {}
    for at, one in enumerate(stated, start=1):
        span, place = _placed(document, one, at)
        if place in found:
            raise InvalidError(f"第 {at} 条要求“{span.text}”与前面的重复；请删去一条。")
        indicator = None
        if one.kind == "indicator":
            read = asked_number(numbers, *place)
            indicator = _indicator(one.number, place, at) if one.number else read
        found[place] = one, span, indicator
    return tuple(
        Requirement(f"r{at}", one.kind, span, indicator)
        for at, (_, (one, span, indicator)) in enumerate(sorted(found.items(), key=_start), start=1)
    )


def _start(item: tuple[tuple[int, int], Any]) -> tuple[int, int]:
    return item[0]


def _placed(document: Document, one: Stated, at: int) -> tuple[Span, tuple[int, int]]:
    text: str = getattr(document.record, one.field)
    if one.kind not in get_args(RequirementKind) or one.field not in get_args(FieldName):
        raise InvalidError(f"第 {at} 条要求的类别“{one.kind}”或位置“{one.field}”不认识。")
    if not 0 <= one.start < one.end <= len(text) or not text[one.start : one.end].strip():
        raise InvalidError(
            f"第 {at} 条要求的位置 {one.start}–{one.end} 不在文字之内，或者只有空白"
            f"（文字共 {len(text)} 个字符）；请重新选取。"
        )
    span = Span.of(document.record, one.field, one.start, one.end)
    place = document.place(span)
    if place[0] >= place[1]:
        raise InvalidError(f"第 {at} 条要求“{span.text}”不是可以匹配的内容；请选取说明要求的文字。")
    return span, place


def _indicator(given: StatedNumber, place: tuple[int, int], at: int) -> Indicator:
    low = given.high if given.low is None else given.low
    high = given.low if given.high is None else given.high
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        raise InvalidError(f"第 {at} 条指标没有有效的数值；请填写下限或上限。")
    single = given.comparator not in ("range", "pm")
    if low > high or (single and low != high):
        raise InvalidError(
            f"第 {at} 条指标的下限 {low:g} 与上限 {high:g} 不合“{given.comparator}”；"
            "单个数值只填一个，范围请把小的填在前面。"
        )
    return Indicator(
        quantity=given.quantity.strip(),
        comparator=given.comparator,
        low=low,
        high=high,
        unit=given.unit.strip(),
        span=place,
        value_span=place,
        change=given.change,
    )


def as_json(one: Requirement) -> dict[str, Any]:
    """Shape a requirement for keeping."""
    return asdict(one)


def from_json(kept: dict[str, Any]) -> Requirement:
    """Make the requirement of what `as_json` gave."""
    number = kept["indicator"]
    if number is not None:
        places = {name: tuple(number[name]) for name in ("span", "value_span")}
        number = Indicator(**{**number, **places})
    return Requirement(kept["id"], kept["kind"], Span(**kept["span"]), number)
