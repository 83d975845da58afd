"""What looks like an indicator and is none: dates, standards, model numbers, budgets."""

import re

from matcher.quantities.spelling import MULTIPLIERS
from matcher.quantities.values import Value
from matcher.quantities.wording import pattern

_YEAR = re.compile(r"(?:19|20)\d\d\s?(?:年(?!以上|以内|的寿)|[-/.]\d{1,2}(?!\d)|[届版])")
_CALENDAR = re.compile(r"\d{1,2}\s?(?:月(?!均)|[日号](?![均产])|时\d|:\d\d)|\d{1,2}-\d{1,2}月")
_NUMBERED = pattern(r"(?:@numbered@|十)[-\s/A-Z]{0,4}$")
_CODE = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z\-_/.]{0,11}[-_]?$")
_PHONE = re.compile(r"1[3-9]\d{9}(?!\d)|0\d{2,3}-?\d{7,8}(?!\d)|400-?\d{3}-?\d{4}")
_SYMBOL = pattern(r"(?:(?<![A-Za-z])@symbols@|[≥≤<>=±~:≈])\s?$")
_FOLLOWED = pattern(r"\s?@followed@")
_BUDGETS = pattern("@budgets@")
_COSTS = pattern("@costs@")
_PAST = pattern(r"@past@\s?$")
_COUNTED = pattern("[万千百亿]?@counted@")
_COUNTS = pattern("@counts@$")
_TIMES = pattern("@times@")
_LASTING = pattern("@lasting@")
_BARE = pattern("@bare@$")
# 5A级景区, 4K视频, 3D打印: a label, no ampere, kelvin or the like.
_LABEL = re.compile(
    r"\d{1,2}[ACDGKMPS](?=[级打技网视通基显]|模块|时代|高清|超高清|景区|认证|电子|产业|智能|商用|产品)"
)
_ENDURED = re.compile(
    r"(?:以?内|之后|后)?(?:仍|正常|未(?!来)|无(?![法须需人论偿溶])|不(?![足到等同久仅断少过超低高大小再使需用影必])"
    r"|[一-龥]{1,4}(?:不[开脱失变褪退分结渗泄漏裂锈断坏粉掉]|无[脱裂开泄渗鼓异分]))"
)
_LASTS = re.compile("年|个?月|天|周|个?小时|钟头|分钟?|秒钟?|星期|h|d|min|s")
_REPEATS = re.compile("次|遍|个?循环|周次|公里|km|亩|个周期")
_AGO = re.compile(r"内?(?:来|前(?!后)|里)")
_WITHIN = re.compile(r"以?之?内")
_SHORT = re.compile("[个]?小时|分钟|秒钟?|h|min|s")
_LONG = re.compile("年|个?月")
_SIZES = re.compile(r"\s?[×xX*]\s?\d|:\d")


def skipped_to(text: str, value: Value) -> int | None:
    """Return where reading goes on when what begins here is a date, a phone or a standard."""
    at = value.start
    for kind in (_PHONE, _YEAR, _CALENDAR):
        found = kind.match(text, at)
        if found and (kind is not _CALENDAR or not value.unit.startswith("个月")):
            return found.end()
    before = text[max(0, at - 10) : at]
    if _LABEL.match(text, at):
        return value.end
    if _NUMBERED.search(before):
        return value.end
    if before[-1:].isascii() and _CODE.search(before) and not _SYMBOL.search(before):
        return value.end
    if before.endswith(("×", "x", "X", "*")) or _SIZES.match(text, value.end):
        return value.end
    return None


def is_endured(text: str, value: Value) -> bool:
    """Whether a time or a number of times is withstood: 盐雾1000h不生锈, 折叠30万次无裂纹."""
    unit = value.unit.lstrip("百千万亿")
    if value.form != "one" or not (_LASTS.fullmatch(unit) or _REPEATS.fullmatch(unit)):
        return False
    return (
        _ENDURED.match(text, value.end) is not None
        and _PAST.search(text, max(0, value.start - 5), value.start) is None
    )


def is_background(
    text: str, value: Value, name: str, *, says: bool, hints: bool, changes: bool
) -> bool:
    """Whether a value is no indicator, whatever the words around it.

    Args:
        text: plain.
        value: the value in question.
        name: of the quantity; may be empty.
        says: a comparator stands before it.
        hints: 约 stands before it, or a comparator behind it.
        changes: it is the size of a change.
    """
    if value.form == "range" and value.low is None:
        return True
    if _is_money(value, name, stated=says or hints, changes=changes):
        return True
    if _TIMES.fullmatch(value.unit):
        return _is_past_or_deadline(text, value, name, says=says, hints=hints or changes)
    if value.han and value.low == 1 and _COUNTED.fullmatch(value.unit):  # 一种, 进一步
        return True
    if not value.unit:
        if value.han and value.low is not None and 0 < value.low <= 10:
            return True
        if value.form == "one" and _FOLLOWED.match(text, value.end):
            return True
        return not (says or hints or changes or value.form == "pm" or _is_bare(value, name))
    if says or hints or changes or value.form == "pm" or (value.low is not None and value.low < 0):
        return False
    if _PAST.search(text, max(0, value.start - 5), value.start):
        return True
    return bool(value.han or _COUNTED.fullmatch(value.unit)) and not _COUNTS.search(name)


def _is_money(value: Value, name: str, *, stated: bool, changes: bool) -> bool:
    if value.unit in MULTIPLIERS:
        return bool(_BUDGETS.search(name) or _COSTS.search(name)) or not (
            stated or changes or _COUNTS.search(name)
        )
    if "元" not in value.unit or "/" in value.unit:
        return False
    return bool(_BUDGETS.search(name)) or not (changes or _COSTS.search(name))


def _is_past_or_deadline(text: str, value: Value, name: str, *, says: bool, hints: bool) -> bool:
    """Whether a time tells of what was (近5年, 成立20年), or until when (2年内完成)."""
    lasts = _LASTING.search(name) is not None
    if _AGO.match(text, value.end) or _PAST.search(text, max(0, value.start - 5), value.start):
        return not (says or lasts)
    if _LONG.fullmatch(value.unit) and _WITHIN.match(text, value.end):
        return not (says or lasts)
    return not (says or hints or lasts) and not (name and _SHORT.fullmatch(value.unit))


def _is_bare(value: Value, name: str) -> bool:
    if name and value.low and not 1e-3 < abs(value.low) < 1e6:
        return True
    return _BARE.search(name) is not None
