"""How units are written: finding one in a text, and taking it apart for pint."""

import re
from functools import cache
from typing import NamedTuple

from matcher.quantities.wording import lines_of

# Longest first: 万亿 before 万.
_WORDS = ("万亿", "百亿", "千万", "百万", "十万", "亿", "万", "千", "百")
MULTIPLIERS = dict(zip(_WORDS, (1e12, 1e10, 1e7, 1e6, 1e5, 1e8, 1e4, 1e3, 1e2), strict=True))
_MULTIPLIER = "|".join(MULTIPLIERS)
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺"
_PLAIN = str.maketrans(_RAISED, "0123456789-+")
# A bare minus only where nothing follows that would make it a range: W·m-2·K-1, not 5 m-3 m.
_EXPONENT = rf"(?:\^\(?-?\d{{1,2}}\)?|-[1-4](?![\w.%℃])|[{_RAISED}]{{1,3}})"
_ROOT = re.compile(r"√m(?![a-zA-Z])|(?<=·)m(?:\^?\(1/2\)|\^?1/2|\^0\.5)")
_SHARE = re.compile(r"(?P<number>\d{1,6})?(?P<rest>.*)", re.S)
_POWER = re.compile(rf"(?P<name>.+?)(?:\^?\(?(?P<power>-?\d{{1,2}})\)?|(?P<raised>[{_RAISED}]+))")
_GROUP = re.compile(r"/\((?P<inner>[^()]*)\)")
_STROKE = re.compile(r"[/·*每]|(?<=[A-Za-z])\.(?=[A-Za-z])")
# 三成, not 三成功.
_TENTH = "成(?![功果本品分熟型员立为长虫人])"
_MOST_PARTS = 6
_BELOW = frozenset("/每")


class Spellings(NamedTuple):
    """Spelling to the name that pint knows: as first part of a unit, and after a stroke."""

    first: dict[str, str]
    later: dict[str, str]


@cache
def spellings() -> Spellings:
    """Return the spellings that ship with the package.

    Raises:
        ResourceError: the file is not part of the installation.
    """
    first: dict[str, str] = {}
    later: dict[str, str] = {}
    for line in lines_of("units.txt"):
        words = line.split()
        if words[0] == "per":
            later.update(dict.fromkeys(words[2:], words[1]))
        else:
            first.update(dict.fromkeys(words[1:], words[0]))
    return Spellings(first, {**first, **later})


@cache
def unit_pattern() -> re.Pattern[str]:
    """A unit at the place where a number ends, blanks before it included."""
    first, later = (_either(names) for names in spellings())
    part = rf"(?:\d{{1,3}}(?:0{{3}})?\s?)?(?:{_MULTIPLIER})?(?:{later}){_EXPONENT}?"
    group = rf"\({part}(?:[/·*.]{part}){{1,3}}\)"
    more = rf"(?:(?:\s?[/·*]\s?|\.(?=[A-Za-z]))(?:{group}|{part})|每{part}(?!\s?[\d一二三]))"
    root = r"(?:√m|·m(?:\^?\(1/2\)|\^?1/2|\^0\.5|½))(?![a-zA-Z])"
    named = rf"(?:{_MULTIPLIER})?(?:{first}|度){_EXPONENT}?(?:{root}|(?:{more}){{0,4}})"
    return re.compile(
        rf"\s{{0,2}}(?P<unit>ng TEQ/{part}|{named}|/\s?{part}|(?:{_MULTIPLIER})(?!分之))"
    )


def _either(names: dict[str, str]) -> str:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return "|".join(
        _TENTH
        if name == "成"
        else re.escape(name)
        + ("(?![A-Za-zμΩ])" if name[-1].isascii() and name[-1].isalpha() else "")
        for name in longest_first
    )


def expression_of(unit: str) -> tuple[float, str] | None:
    """Translate a spelling to a multiplier and an expression that pint can read.

    万吨/年 becomes (10000.0, "(metric_ton)/(year)"). None where a part of it is unknown.
    """
    unit = _ROOT.sub("·m½" if not unit.startswith("√") else "m½", unit).replace("··", "·")
    if unit in spellings().first:
        return 1.0, spellings().first[unit]
    scale, expression = 1.0, "1"
    parts = _parts(unit)
    for below, word in parts:
        factor = _factor(word)
        if factor is None:
            return None
        scale = scale / factor[0] if below else scale * factor[0]
        expression += ("/" if below else "*") + factor[1]
    if not 1 <= len(parts) <= _MOST_PARTS:
        return None
    return scale, expression.removeprefix("1*") if len(parts) == 1 else expression


def _parts(unit: str) -> list[tuple[bool, str]]:
    """Cut at strokes; True for what stands below: in W/(m·K), and in W/m·K as people mean it."""
    unit = _GROUP.sub(r"/\g<inner>", unit)
    strokes = ["", *_STROKE.findall(unit)]
    words = _STROKE.split(unit)
    parts = [(not _BELOW.isdisjoint(strokes[: at + 1]), word) for at, word in enumerate(words)]
    return parts[1:] if not words[0] else parts


def _factor(word: str) -> tuple[float, str] | None:
    """Read one part: multiplier, and name with its power."""
    known = spellings().later
    if word in known:
        return 1.0, f"({known[word]})"
    if word in MULTIPLIERS:
        return MULTIPLIERS[word], "dimensionless"
    for multiplier, scale in MULTIPLIERS.items():
        if word.startswith(multiplier):
            inner = _factor(word[len(multiplier) :])
            return inner and (scale * inner[0], inner[1])
    share = _SHARE.fullmatch(word)
    if share and share["number"] and share["rest"]:
        inner = _factor(share["rest"])
        return inner and (float(share["number"]) * inner[0], inner[1])
    raised = _POWER.fullmatch(word)
    if raised and raised["name"] in known:
        power = int(raised["power"] or raised["raised"].translate(_PLAIN))
        return 1.0, f"({known[raised['name']]})**({power})"
    return None
