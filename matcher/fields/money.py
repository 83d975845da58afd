"""Amounts of money in 万元, with their range, or why there is none."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from matcher.fields.numerals import with_arabic_digits
from matcher.fields.states import ABSENT, LONGEST_VALUE, NEGOTIABLE, OPEN_ENDED
from matcher.fields.writing import usual_writing

MoneyState = Literal["amount", "negotiable", "none", "foreign", "unreadable"]

_SUM = r"[¥￥]?(\d+(?:\.\d+)?)(亿|千万|百万|十万|万|千|百|w)?(?:(\d+(?:\.\d+)?)万)?(元|块)?"
_AMOUNT = re.compile(
    rf"{_SUM}(?:[-~至到—–]+{_SUM})?(?:整|人民币|rmb|cny)?(以内|之内|内|以下|以上|之上|左右|上下|起|多)?"
)
_HEDGE = re.compile(
    r"^(?:总?[金价预][额格算]|不超过|不高于|不多于|最高|不低于|不少于|最低|至少|小于|大于|高于|低于|约为?|大约|预计|拟|计划|"
    r"人民币|rmb|cny|≤|≥|<=|>=|<|>|:)+"
)
_AT_MOST = re.compile(r"不超过|不高于|不多于|最高|小于|低于(?<!不低于)|≤|<")
_AT_LEAST = re.compile(r"不低于|不少于|最低|至少|大于|(?<!不)高于|≥|>")
_FACTORS = {
    "亿": 1e4,
    "千万": 1e3,
    "百万": 1e2,
    "十万": 10.0,
    "万": 1.0,
    "w": 1.0,
    "千": 0.1,
    "百": 0.01,
}
_FOREIGN = {
    "美元": "USD",
    "美金": "USD",
    "usd": "USD",
    "hk$": "HKD",
    "$": "USD",
    "欧元": "EUR",
    "eur": "EUR",
    "€": "EUR",
    "英镑": "GBP",
    "gbp": "GBP",
    "£": "GBP",
    "日元": "JPY",
    "jpy": "JPY",
    "港币": "HKD",
    "港元": "HKD",
    "hkd": "HKD",
    "台币": "TWD",
    "新台币": "TWD",
    "韩元": "KRW",
    "卢布": "RUB",
    "新加坡元": "SGD",
    "瑞士法郎": "CHF",
}
_FREE = frozenset(("免费", "无偿", "公益", "无偿转让", "免费许可", "无偿提供"))


@dataclass(frozen=True, slots=True)
class ParsedMoney:
    """An amount of money as it was written.

    Attributes:
        raw: What was written.
        state: `amount`; `negotiable` (面议); `none`; `foreign`, which is not converted; or
            `unreadable`.
        low: At least this, in 万元; None where no lower end is said.
        high: At most this, in 万元; equal to `low` for a plain amount.
        currency: ISO 4217 code of a foreign amount.
    """

    raw: str
    state: MoneyState
    low: float | None = None
    high: float | None = None
    currency: str = ""

    @property
    def value(self) -> float | None:
        """One number for lists and filters: the upper end, or the lower where it is alone."""
        return self.low if self.high is None else self.high

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        found = {"raw": self.raw, "state": self.state, "currency": self.currency}
        ends = {"low_wan": self.low, "high_wan": self.high}
        return {key: value for key, value in found.items() if value} | {
            key: value for key, value in ends.items() if value is not None
        }


@lru_cache(maxsize=8192)
def read_money(raw: str, unit_wan: float = 1.0) -> ParsedMoney:
    """Read an amount; a bare number counts in `unit_wan` 万元."""
    if len(raw) > LONGEST_VALUE:
        return ParsedMoney(raw, "unreadable")
    plain = re.sub(r"[\s,，]", "", usual_writing(raw).lower())
    if plain in ABSENT or plain in OPEN_ENDED:
        return ParsedMoney(raw, "none")
    if plain in NEGOTIABLE:
        return ParsedMoney(raw, "negotiable")
    if plain in _FREE:
        return ParsedMoney(raw, "amount", 0.0, 0.0)
    for mark, currency in _FOREIGN.items():
        if mark in plain:
            return ParsedMoney(raw, "foreign", currency=currency)
    hedge = _HEDGE.match(plain)
    found = _AMOUNT.fullmatch(with_arabic_digits(plain[hedge.end() if hedge else 0 :]))
    ends = _ends(found, unit_wan) if found else None
    if found is None or ends is None:
        return ParsedMoney(raw, "unreadable")
    low, high = _bounded(*ends, hedge[0] if hedge else "", found[9] or "")
    return ParsedMoney(raw, "amount", low, high)


def _bounded(low: float, high: float, before: str, after: str) -> tuple[float | None, float | None]:
    if low != high:
        return low, high
    if _AT_MOST.search(before) or after in ("以内", "之内", "内", "以下"):
        return None, high
    if _AT_LEAST.search(before) or after in ("以上", "之上", "起", "多"):
        return low, None
    return low, high


def _ends(found: re.Match[str], unit_wan: float) -> tuple[float, float] | None:
    """Lower and upper end in 万元; None where the numbers are of no use."""
    low, low_unit, low_rest, low_yuan, high, high_unit, high_rest, high_yuan, _ = found.groups()
    if (low_rest and low_unit != "亿") or (high_rest and high_unit != "亿"):
        return None
    last_unit = high_unit if high else low_unit
    last_yuan = high_yuan if high else low_yuan
    upper = _wan(high or low, last_unit, high_rest or (low_rest if not high else None))
    lower = _wan(low, low_unit or (None if low_yuan else last_unit), low_rest)
    bare = 1e-4 if low_yuan or last_yuan else unit_wan
    ends = tuple(end[0] * (1.0 if end[1] else bare) + end[2] for end in (lower, upper))
    if not all(math.isfinite(end) for end in ends) or ends[0] > ends[1]:
        return None
    return round(ends[0], 6), round(ends[1], 6)


def _wan(number: str, unit: str | None, rest: str | None) -> tuple[float, bool, float]:
    """An amount in its unit, whether it has one, and the 万 behind an 亿."""
    return float(number) * (_FACTORS[unit] if unit else 1.0), bool(unit), float(rest or 0)
