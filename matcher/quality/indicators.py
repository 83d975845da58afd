"""Hard indicators by pattern alone: numbers with a unit, or with a comparator before them.

Only to tell how many a description names, and where the first stands; what is compared with what
is not understood here.
"""

import re
from functools import cache
from importlib import resources

# Few blanks, and few digits: without a bound, a page of either would be read again and again.
_BLANKS = r"\s{0,3}"
_DIGITS = r"\d{1,15}"
_NUMBER = rf"{_DIGITS}(?:\.{_DIGITS})?(?:{_BLANKS}[×xX*]{_BLANKS}10\^?-?\d{{1,3}})?"
_SPREAD = rf"{_NUMBER}(?:{_BLANKS}(?:[-~～–—至到]|±){_BLANKS}{_NUMBER})?"
_COMPARATOR = (
    r"(?:[≥≤<>＞＜≧≦⩾⩽±]=?|不(?:低|小|少|高|大|多|短|长|弱)于|不(?:超|足)过?|(?:小|大|高|低|少|多|优|长|短)于"
    r"|超过|达到?|至少|至多|最[高低大小]|以[内上下])"
)
# A year, a month, an amount of money or a list's number is no indicator.
_NOT_ONE = rf"(?!{_BLANKS}(?:年|月|日|号|元|万元|亿元|亿|点击|、))"


def find_indicators(text: str) -> list[tuple[int, int]]:
    """Find the spans, in order and without overlap."""
    return [found.span() for found in _indicator().finditer(text)]


@cache
def _indicator() -> re.Pattern[str]:
    listed = (resources.files("matcher.quality") / "data" / "units.txt").read_text("utf-8")
    units = {
        unit for line in listed.splitlines() if not line.startswith("#") for unit in line.split()
    }
    # Longest first, and no Latin unit that is the beginning of a word: 5 mm, not 5 m of 5 men.
    either = "|".join(
        re.escape(unit) + ("(?![A-Za-z])" if unit[-1].isascii() and unit[-1].isalpha() else "")
        for unit in sorted(units, key=lambda unit: (-len(unit), unit))
    )
    measured = rf"{_COMPARATOR}?{_BLANKS}(?<![A-Za-z\d.]){_SPREAD}{_BLANKS}(?:{either})"
    compared = rf"{_COMPARATOR}{_BLANKS}{_SPREAD}{_NOT_ONE}(?!\d)"
    return re.compile(rf"{measured}|{compared}")
