"""Chinese numerals of texts on technology: 十万, 两千万, 九十九点五."""

_DIGITS = {mark: at for at, mark in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}


def value_said(written: str) -> float | None:
    """Return the value of digits, or of a Chinese numeral with a 点 in it or without."""
    if written[0] in "0123456789.":
        return float(written.replace(",", ""))
    whole, _, point = written.partition("点")
    value = of_han(whole)
    if value is None or not point:
        return value
    if any(mark not in _DIGITS for mark in point):
        return None
    return value + float("." + "".join(str(_DIGITS[mark]) for mark in point))


def of_han(numeral: str) -> int | None:
    """Return the value of a Chinese numeral (三十五, 十万, 两千万); None where it is none."""
    total = part = 0
    digit: int | None = None
    for mark in numeral:
        if mark in _DIGITS:
            if digit:  # 三五 is vague
                return None
            digit = _DIGITS[mark]
        elif mark in _STEPS:
            part += (1 if digit is None else digit) * _STEPS[mark]
            digit = None
        elif mark in _LARGE:
            total = (total + part + (digit or 0) or 1) * _LARGE[mark]
            part, digit = 0, None
        else:
            return None
    return total + part + (digit or 0) if numeral else None
