"""Dates as people write them, as exactly as they say: a day, a month, a quarter, a year."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

from matcher.fields.numerals import with_arabic_digits
from matcher.fields.states import ABSENT, LONGEST_VALUE, NEGOTIABLE, OPEN_ENDED
from matcher.fields.writing import usual_writing

DateState = Literal["date", "open", "relative", "none", "unreadable", "impossible"]
Precision = Literal["day", "month", "quarter", "half", "year"]

_PRECISIONS: tuple[Precision, ...] = ("day", "month", "quarter", "half", "year")
_EXCEL_EPOCH = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_YEARS = range(1949, 2101)

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2})\s*日?)?\s*月?(?:份|底|末)?(?:[T\s].*)?"
)
_DENSE = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DENSE_MONTH = re.compile(r"(19[5-9]\d|20\d\d)(0[1-9]|1[0-2])")
_QUARTER = re.compile(
    r"(\d{4})\s*[-/.年]?\s*(?:第?([1-4])季度|q([1-4])|([1-4])q|第?([1-4])季)", re.I
)
_HALF = re.compile(r"(\d{4})\s*年?(上|下)半年")
_YEAR = re.compile(r"(\d{4})\s*(?:年度|年)?(年?底|年?末|年?初|内)?")
_RELATIVE = re.compile(r"(\d+|半)\s*(年|个月|月|周|天|日)(半)?(?:以?内|之内|期)?")
_RANGE = re.compile(r"\s*(?:~|—+|–|至|到|--)\s*|\s+-\s+|(?<=[年月日])-")
_HEDGE = re.compile(r"^(?:截止(?:日期|时间)?|截至|有效期|自|约|预计|至|到)[:为至到]?\s*")
_BEHIND = re.compile(r"(?:止|前|以前|之前|为止|截止|前后|左右|完成)$")
_MONTHS = {"年": 12.0, "个月": 1.0, "月": 1.0, "周": 0.25, "天": 1 / 30, "日": 1 / 30}


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date as it was written.

    Attributes:
        raw: What was written.
        state: `date`; `open` (长期); `relative` (2年内), which has no day without a beginning;
            `none`; `unreadable`; `impossible` (31 February).
        first: First day of what was said.
        last: Its last day; the same for a plain date.
        precision: How exact it was.
        months: Length of a relative time.
    """

    raw: str
    state: DateState
    first: date | None = None
    last: date | None = None
    precision: Precision = "day"
    months: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        found: dict[str, Any] = {"raw": self.raw, "state": self.state}
        if self.first and self.last:
            found["first"], found["last"] = self.first.isoformat(), self.last.isoformat()
            found["precision"] = self.precision
        if self.months is not None:
            found["months"] = self.months
        return found


@lru_cache(maxsize=8192)
def read_date(raw: str) -> ParsedDate:
    """Read a date, a period, or what stands for one."""
    if len(raw) > LONGEST_VALUE:
        return ParsedDate(raw, "unreadable")
    plain = usual_writing(raw).strip()
    lowered = plain.lower()
    if lowered in OPEN_ENDED:
        return ParsedDate(raw, "open")
    if lowered in ABSENT or lowered in NEGOTIABLE:
        return ParsedDate(raw, "none")
    if len(plain) == 5 and plain.isdecimal() and int(plain) in _EXCEL_DAYS:
        day = _EXCEL_EPOCH + timedelta(days=int(plain))
        return ParsedDate(raw, "date", day, day)
    plain = _BEHIND.sub("", _HEDGE.sub("", with_arabic_digits(plain))).strip()
    try:
        found = _period(plain) or _range(plain)
    except ValueError:
        return ParsedDate(raw, "impossible")
    if found:
        return ParsedDate(raw, "date", *found)
    relative = _RELATIVE.fullmatch(plain)
    if relative:
        count = 0.5 if relative[1] == "半" else float(relative[1]) + 0.5 * bool(relative[3])
        return ParsedDate(raw, "relative", months=round(count * _MONTHS[relative[2]], 2))
    return ParsedDate(raw, "unreadable")


Period = tuple[date, date, Precision]


def _range(plain: str) -> Period | None:
    """Two dates with a mark between them."""
    ends = _RANGE.split(plain)
    if len(ends) != 2:
        return None
    first, last = _period(ends[0]), _period(ends[1])
    if first is None or last is None or first[0] > last[1]:
        return None
    return first[0], last[1], max(first[2], last[2], key=_PRECISIONS.index)


def _period(plain: str) -> Period | None:
    """One date or period. Raises ValueError for a day that no calendar has."""
    found = _DENSE.fullmatch(plain) or _DENSE_MONTH.fullmatch(plain) or _DAY.fullmatch(plain)
    if found:
        year, month = int(found[1]), int(found[2])
        day = found[3] if found.re.groups == 3 else None
        if day is None:
            return _months(year, month, month, "month")
        return date(year, month, int(day)), date(year, month, int(day)), "day"
    if found := _QUARTER.fullmatch(plain):
        quarter = int(next(part for part in found.groups()[1:] if part))
        return _months(int(found[1]), 3 * quarter - 2, 3 * quarter, "quarter")
    if found := _HALF.fullmatch(plain):
        begin = 1 if found[2] == "上" else 7
        return _months(int(found[1]), begin, begin + 5, "half")
    found = _YEAR.fullmatch(plain)
    if found and int(found[1]) in _YEARS:
        end = (found[2] or "")[-1:]
        begin, until = {"底": (12, 12), "末": (12, 12), "初": (1, 1)}.get(end, (1, 12))
        return _months(int(found[1]), begin, until, "month" if end in tuple("底末初") else "year")
    return None


def _months(year: int, begin: int, end: int, precision: Precision) -> Period:
    return date(year, begin, 1), date(year, end, monthrange(year, end)[1]), precision
