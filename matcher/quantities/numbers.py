"""Numbers as Chinese technical texts write them: 1.25×10^3, 1,200, 10⁻⁶, 三分之一, 百分之九十五."""

import re
from typing import NamedTuple

from matcher.quantities.han import of_han, value_said

_SAME = {
    "-": "－−﹣‒–‐‑—―",
    "~": "～〜∼˜﹏",
    "°": "º˚",
    "·": "•⋅∙・‧",
    "×": "✕╳",
    "≥": "⩾≧",
    "≤": "⩽≦",
    "≈": "≒",
    "μ": "µ",
    " ": "　\t\xa0",
}
_FULL_WIDTH = "＋．％＜＞＝（）：／＊＾｜"
_PLAIN = str.maketrans(
    {mark: plain for plain, marks in _SAME.items() for mark in marks}
    | {mark: chr(ord(mark) - 0xFEE0) for mark in _FULL_WIDTH}
    | {chr(at): chr(at - 0xFEE0) for first in "０Ａａ" for at in range(ord(first), ord(first) + 26)}
    | {chr(at): chr(at - 0xFEE0) for at in range(ord("０"), ord("９") + 1)}
)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_LOWERED = str.maketrans(_RAISED, "0123456789-+")
# Bounded repeats: a page of digits must not be read again from each of its digits.
_DECIMAL = r"(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,16})(?:\.\d{1,16})?"
_POWER = (
    r"10(?:\^\(?(?P<caret>[-+]?\d{1,2})\)?|(?P<raised>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
    r"|的(?P<said>-?\d{1,2})次方)"
)
_TIMES_POWER = _POWER.replace("?P<", "?P<times_")
# 1.2×103, where the text lost the raised 3.
_LOST = r"10(?P<lost>[3-9]|1\d|-\d{1,2})(?!\d)"
_SHARES = {"百分之": "%", "千分之": "‰", "万分之": "%", "百万分之": "ppm"}
_HAN_FIRST = "[一二两三四五六七八九十]|零(?=点)|(?<=[为是])零(?![下件部售担距样工碳])"
_HAN = rf"(?:{_HAN_FIRST})[零〇一二两三四五六七八九十百千万亿]{{0,12}}|百[万亿]|千万"
_VAGUE = r"(?:几|(?<![次系指参个件函总级倍点频匝层人位度基])数|上)[十百千万]{0,2}|[十百]几"
# Not what is left of 1.2.5.
_FIRST = rf"(?<!\d\.)(?:{_DECIMAL}|(?<!\d)\.\d{{1,16}})"
_NUMBER = re.compile(
    rf"""(?P<per>百万分之|[百千万]分之)(?:(?P<per_digits>{_DECIMAL})|(?P<per_han>[零一二两三四五六七八九十百点]{{1,9}}))
    | (?P<below>[二三四五六七八九十百]{{1,3}})分之(?P<above>[一二两三四五六七八九])
    | (?P<top>[1-9])/(?P<bottom>[2-9]|10)(?![\d/.])
    | {_POWER}
    | (?P<decimal>{_FIRST})(?:\s?[×xX*·]\s?(?:{_TIMES_POWER}|{_LOST})
        | [eE](?P<e>[-+]?\d{{1,2}})(?![\dA-Za-z]))?
    | (?P<half>一半|半(?=年|个?小时|个?月|天|倍))
    | (?P<fold>翻(?:一番|一倍|两番|番|倍)|减半)
    | (?P<vague>{_VAGUE})(?=个?数量级|倍|个百分点|万次|千次|成(?!本|分|果|品|功|型|熟))
    | (?P<han>{_HAN})(?:点(?P<point>[零一二三四五六七八九]{{1,6}}))?""",
    re.X,
)


class Number(NamedTuple):
    """A number in a text.

    Attributes:
        start, end: its offsets.
        value: None for a vague one (几).
        unit: what the number brings along: % for 百分之五.
        han: written in Chinese numerals.
    """

    start: int
    end: int
    value: float | None
    unit: str
    han: bool


def plain(text: str) -> str:
    """Write full-width digits, letters and signs half-width; every offset stays."""
    return text.translate(_PLAIN)


def next_number(text: str, start: int) -> Number | None:
    """Find the next number of a plain text, without its sign."""
    for found in _NUMBER.finditer(text, start):
        number = _number(found)
        if number is not None:
            return number
    return None


def number_at(text: str, start: int) -> Number | None:
    """Read the number that begins exactly here, a sign before it included."""
    sign = -1.0 if text[start : start + 1] == "-" else 1.0
    skipped = start + (text[start : start + 1] in ("-", "+"))
    if text[start : start + 2] == "零下":
        sign, skipped = -1.0, start + 2
    found = _NUMBER.match(text, skipped)
    number = found and _number(found)
    if not number or number.value is None:
        return None
    return number._replace(start=start, value=sign * number.value)


def _number(found: re.Match[str]) -> Number | None:
    start, end = found.span()
    if found["vague"]:
        return Number(start, end, None, "", True)
    unit = _SHARES.get(found["per"] or "", "")
    if (found["fold"] or "")[:1] == "翻":
        unit = "倍"
    value = _share(found) if found["per"] or found["below"] or found["top"] else _plain_value(found)
    if value is None:
        return None
    return Number(start, end, value, unit, bool(found["han"] or found["half"] == "半"))


def _share(found: re.Match[str]) -> float | None:
    if found["per"]:
        value = value_said(found["per_digits"] or found["per_han"])
        return value / 100 if value is not None and found["per"] == "万分之" else value
    if found["top"]:
        share = int(found["top"]) / int(found["bottom"])
        return share if share < 1 else None
    below, above = of_han(found["below"]), of_han(found["above"])
    return above / below if above and below else None


def _plain_value(found: re.Match[str]) -> float | None:
    if found["decimal"]:
        return _decimal(found)
    if found["half"] or found["fold"] == "减半":
        return 0.5
    if found["fold"]:
        return 3.0 if found["fold"] == "翻两番" else 1.0
    if not found["han"]:
        return 10.0 ** _exponent(found, "")
    return value_said(found["han"] + ("点" + found["point"] if found["point"] else ""))


def _decimal(found: re.Match[str]) -> float:
    digits = found["decimal"].replace(",", "")
    exponent = _exponent(found, "times_")
    return float(f"{digits}e{exponent}")


def _exponent(found: re.Match[str], prefix: str) -> int:
    written = [found[f"{prefix}{name}"] for name in ("caret", "raised", "said")]
    if prefix:
        written += [found["lost"], found["e"]]
    return int(next((one for one in written if one), "0").translate(_LOWERED))
