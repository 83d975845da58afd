"""Indicators in a text: values, with the words that bound them and the quantity they belong to."""

import re
from typing import NamedTuple

from matcher.quantities.background import is_background, is_endured, skipped_to
from matcher.quantities.bounds import Bound, bound_after, bound_before, settle, strong_word
from matcher.quantities.displaced import (
    with_bound_before_verb,
    with_bound_of_share,
    with_change_denied,
)
from matcher.quantities.names import Named, change_after, name_after, name_before
from matcher.quantities.numbers import plain
from matcher.quantities.sense import is_lower_better
from matcher.quantities.types import Change, Indicator
from matcher.quantities.unit_before import with_unit_before
from matcher.quantities.values import Value, next_value
from matcher.quantities.wording import pattern

_CONDITION = pattern(r"\s?(?:以上|以下|左右)?的?@conditions@")
_STATE = re.compile(r"\s?(?:下|时(?!间)|条件|环境|工况|的[一-龥]{1,6}[中里下])")
_CONDITION_REACH = 20
_CLOSED = re.compile(r"[^()\d，。；\n]{0,8}\)\s?")
_WAS = re.compile(
    r"[由从自](?:原来的?|原先的?|目前的?|现在的?|现有的?|最初的?)?(?:每[日天年月周班]|每小时|每分钟)?\s?$"
)
_TO = re.compile(r"\s?(?:左右|以上|以下)?\s?(?:提|升|增|降|减|缩|下降|上升|压|延|变|到|至|扩)")
_BETWEEN = re.compile(r"\s?[<≤]=?\s?(?P<name>[^\d，。；;<≤≥>=]{1,12}?)\s?[<≤]=?\s?")
_FOLDS: dict[str, Change] = {"翻": "up", "减": "down"}
_CLAUSE_END = re.compile(r"[，。；！？!?;\n、]|,(?!\d)")
_SENTENCE_END = re.compile(r"[。；;\n]")


class _Stated(NamedTuple):
    """A value with what stands around it; `after` is what the word behind it says."""

    value: Value
    named: Named
    bound: Bound
    after: str
    end: int
    closes_condition: bool


def find_indicators(text: str, *, conditions: bool = False) -> list[Indicator]:
    """Find the indicators of a text, in order and without overlap.

    Left out are sizes of several numbers (1200×600 mm), bare counts (6台), dates, standards, model
    numbers and sums of money that are no unit cost, the old value of a change (由3%降至0.5%), and
    a value that is only the condition of the next one (在1000℃下抗氧化时间不少于200小时).

    Args:
        text: any text; time is linear in its length.
        conditions: keep those values as well: what an offer does at 1.2 MPa may be asked for.

    Returns:
        The indicators; offsets are into `text`.
    """
    return _Reading(plain(text), conditions=conditions).indicators()


class _Reading:
    """One pass over a plain text."""

    def __init__(self, text: str, *, conditions: bool) -> None:
        self.text = text
        self.keeps_conditions = conditions
        self.found: list[Indicator] = []
        self.edge = 0  # names do not reach back over the value before
        self.subject: Named | None = None  # of a condition: what is in 1100℃
        self.old: Named | None = None  # the name before 由3%, in 不良率由3%降至0.5%

    def indicators(self) -> list[Indicator]:
        at = 0
        while (value := next_value(self.text, at)) is not None:
            skipped = skipped_to(self.text, value)
            if skipped is None:
                at = self._take(value)
                continue
            at = max(skipped, value.start + 1)
            if not self.text[value.start - 1 : value.start].isascii():  # F1 is part of a name
                self.edge = at
        return self.found

    def _take(self, value: Value) -> int:
        """Read what stands around a value; return where the reading goes on."""
        if self._is_old(value) or self._is_in_brackets_of_name(value):
            return value.end
        between = self._between(value)
        if between:
            return between
        stated = self._stated(value)
        self.old = None
        if self._is_ignored(stated):
            if not value.han:  # 一次 is part of 一次合格率
                self.edge = value.end
            return value.end
        if stated.closes_condition and not self.keeps_conditions:
            self.found.pop()
        self.found.append(_indicator(stated))
        self.edge = stated.end
        return stated.end

    def _stated(self, value: Value) -> _Stated:
        subject, self.subject = self.subject, None
        bound = bound_before(self.text, self.edge, value.start)
        named = name_before(self.text, self.edge, bound.start)
        if self.old is not None and not named.name:
            named = self.old._replace(change="")
        value, named, bound = with_unit_before(self.text, self.edge, value, named, bound)
        named, bound = with_bound_before_verb(named, bound)
        named, bound = with_change_denied(named, bound)
        end, after = bound_after(self.text, value.end)
        if not (bound.says or after) and is_endured(self.text, value):
            after = ">="
        is_in = self.text[value.start - 1 : value.start] in tuple("在中内里")
        if is_in and not bound.says and _STATE.match(self.text, value.end):
            self.subject = named  # Df在28GHz下小于0.003
            bound, named = Bound(value.start), Named(value.start, "")
        change = named.change or _FOLDS.get(self.text[value.start], "")
        if not change and not bound.weak:
            change = change_after(self.text, end)
        named = named._replace(change=change)
        if not (bound.says or after):
            named, bound = with_bound_of_share(self.text, named, bound)
        closes = self._closes_condition(bound)
        if not named.name and not change:
            named, end = self._named_elsewhere(
                value, named, bound, end, subject if closes else None, skip=closes
            )
        return _Stated(value, named, bound, after, end, closes)

    def _is_ignored(self, stated: _Stated) -> bool:
        value, named = stated.value, stated.named
        if not stated.bound.says and self._is_aside(value, named):
            return True
        return is_background(
            self.text,
            value,
            named.name,
            says=bool(stated.bound.strong or stated.bound.weak),
            hints=stated.bound.about or bool(stated.after or _is_plainly_stated(stated)),
            changes=bool(named.change),
        )

    def _is_in_brackets_of_name(self, value: Value) -> bool:
        """Whether a value stands in brackets between a name and its comparator: 单件(30cm)≤2h."""
        closed = _CLOSED.match(self.text, value.end)
        if closed is None or "(" not in self.text[max(0, value.start - 12) : value.start]:
            return False
        return strong_word().match(self.text, closed.end()) is not None

    def _is_old(self, value: Value) -> bool:
        """Note the name of 不良率由3%降至0.5%, and go on to the new value."""
        was = _WAS.search(self.text, max(self.edge, value.start - 9), value.start)
        if was is None or not _TO.match(self.text, value.end):
            return False
        self.old = name_before(self.text, self.edge, was.start())
        self.edge = value.end
        return True

    def _named_elsewhere(
        self,
        value: Value,
        named: Named,
        bound: Bound,
        end: int,
        subject: Named | None,
        *,
        skip: bool,
    ) -> tuple[Named, int]:
        """Find the name behind the value, or take that of the value before in the sentence."""
        after_end, name = name_after(self.text, end)
        if name:
            return named._replace(start=min(named.start, bound.start), name=name), after_end
        if bound.says and subject is not None and subject.name:
            return subject, end
        earlier = self.found[:-1][-1:] if skip else self.found[-1:]
        if bound.says and earlier:
            between = self.text[max(earlier[0].span[1], value.start - 100) : value.start]
            if not _SENTENCE_END.search(between):
                return named._replace(start=bound.start, name=earlier[0].quantity), end
        return named, end

    def _closes_condition(self, bound: Bound) -> bool:
        """Whether the value before only is the condition of this one."""
        if not self.found:
            return False
        last = self.found[-1]
        if bound.start - last.span[1] > _CONDITION_REACH:
            return False
        if _CLAUSE_END.search(self.text, last.span[1], bound.start):
            return False
        bare = last.span[0] == last.value_span[0]
        if bare and (bound.says or not last.quantity):
            return True
        return _CONDITION.match(self.text, last.value_span[1]) is not None

    def _is_aside(self, value: Value, named: Named) -> bool:
        """Whether a value stands in brackets behind another: 小于0.002(10GHz)."""
        if not self.found or named.name or self.text[value.start - 1 : value.start] != "(":
            return False
        return value.start - self.found[-1].span[1] <= 2

    def _between(self, value: Value) -> int:
        """Read 0.5mm≤壁厚≤2mm; return where it ends, 0 where there is none."""
        named = _BETWEEN.match(self.text, value.end)
        upper = named and next_value(self.text, named.end())
        if not named or not upper or upper.start != named.end() or upper.form != "one":
            return 0
        if value.low is None or upper.high is None or value.low > upper.high:
            return 0
        span = (value.start, upper.end)
        unit = upper.unit or value.unit
        self.found.append(
            Indicator(named["name"], "range", value.low, upper.high, unit, span, span)
        )
        self.edge = upper.end
        return upper.end


def _is_plainly_stated(stated: _Stated) -> bool:
    """Whether 为 or a colon leads to a value that is no number of a list or a standard."""
    low = stated.value.low
    is_fraction = low is not None and low != int(low)
    return stated.bound.plain and bool(
        stated.value.unit or (stated.named.name and (is_fraction or low == 0))
    )


def _indicator(stated: _Stated) -> Indicator:
    value, named, bound = stated.value, stated.named, stated.bound
    better_is_lower = is_lower_better(named.name, value.unit, value.high)
    comparator = settle(bound, stated.after, value.form, better_is_lower=better_is_lower)
    if value.low is None or (value.rough and comparator == "="):
        comparator = "~"
    return Indicator(
        quantity=named.name,
        comparator=comparator,
        low=value.low,
        high=value.high,
        unit=value.unit,
        span=(min(named.start, bound.start, value.start), stated.end),
        value_span=(value.start, value.end),
        change=named.change,
    )
