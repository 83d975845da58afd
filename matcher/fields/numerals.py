"""Chinese numerals below ten thousand: 五十, 两百三十, 壹佰, and years: 二〇二四."""

import re

_DIGITS = {
    **{mark: at for at, mark in enumerate("零一二三四五六七八九")},
    **{mark: at for at, mark in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_NUMERAL = re.compile(f"[{''.join((*_DIGITS, *_STEPS))}]+")


def value_of(numeral: str) -> int | None:
    """Return the value of a numeral; None where it is none, or a vague one (三五十)."""
    if len(numeral) >= 4 and all(mark in _DIGITS for mark in numeral):  # a year: 二〇二四
        return int("".join(str(_DIGITS[mark]) for mark in numeral))
    total = digit = 0
    waiting = False
    for at, mark in enumerate(numeral):
        if mark in _DIGITS:
            if waiting and _DIGITS[mark] and digit:
                return None
            digit, waiting = _DIGITS[mark], True
        elif mark in _STEPS:
            # 十 alone is ten, 百 alone is nothing.
            if not waiting and not (_STEPS[mark] == 10 and (at == 0 or numeral[at - 1] in "零〇")):
                return None
            total += (digit if waiting else 1) * _STEPS[mark]
            digit, waiting = 0, False
        else:
            return None
    return total + digit if numeral else None


def with_arabic_digits(text: str) -> str:
    """Write the numerals below 10,000 of a text in Arabic digits; vague ones stay."""

    def arabic(match: re.Match[str]) -> str:
        value = value_of(match[0])
        return match[0] if value is None else str(value)

    return _NUMERAL.sub(arabic, text)
