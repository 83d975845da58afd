"""How a list is narrowed: what stands in the address, as filters and as facets with counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from starlette.datastructures import QueryParams

from matcher.fields.industry_names import section_name
from matcher.types import Side
from service.access.caller import Caller
from service.web.errors import InvalidError
from service.web.workplace import Workplace
from service.workbench.lists import FACETS, facets

LENGTHS = (12, 24, 48)
"""How many matches may be asked for; the first is the usual number, all of them are read."""
LABELS = {
    "industry_section": "行业",
    "province": "地区",
    "readiness": "成熟度",
    "modes": "转化方式",
    "owner_kind": "单位类型",
    "since": "发布时间",
}
LEAST = frozenset({"readiness"})
"""Facets of numbers: a bound from below instead of values."""
_DATES: Mapping[Side, str] = {"need": "posted", "achievement": "published"}
_YEARS = 6
_MOST = 40


@dataclass(frozen=True, slots=True)
class Option:
    """One value that a list can be narrowed to; `count` is None where it was not counted."""

    value: str
    label: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One group of options; of `single` ones only one can be chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    single: bool

    @property
    def is_used(self) -> bool:
        """Whether the list is narrowed by it."""
        return any(one.chosen and one.value for one in self.options)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What an address says of a list.

    Attributes:
        side: what is listed.
        chosen: name and value, as they stand in the address.
        k: how many matches.
    """

    side: Side
    chosen: tuple[tuple[str, str], ...]
    k: int = LENGTHS[0]

    @classmethod
    def of(cls, side: Side, params: QueryParams) -> "Narrowing":
        """Read an address; names that mean nothing are passed over.

        Raises:
            InvalidError: a value cannot be used.
        """
        names = {*FACETS[side], "since"}
        chosen = [(n, v) for n, v in params.multi_items() if n in names and v.strip()]
        if len(chosen) > _MOST:
            raise InvalidError(f"筛选条件有 {len(chosen)} 个，最多 {_MOST} 个。请去掉一些。")
        k = params.get("k", str(LENGTHS[0]))
        if k not in map(str, LENGTHS):
            raise InvalidError(f"条数“{k}”不能用；可用：{'、'.join(map(str, LENGTHS))}。")
        return cls(side, tuple(chosen), int(k))

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the address says, to be written into another one."""
        more = [("k", str(self.k))] if self.k != LENGTHS[0] else []
        return [*self.chosen, *more]

    def filters(self, without: str = "") -> list[str]:
        """The filters, as `matcher.query_filters` reads them; those of one facet left out.

        Raises:
            InvalidError: a year is none.
        """
        found = []
        for name in dict.fromkeys(name for name, _ in self.chosen if name != without):
            values = self.values(name)
            if name == "since":
                found.append(f"{_DATES[self.side]}>={_year(values[-1])}-01-01")
            elif name in LEAST:
                found.append(f"{name}>={values[-1]}")
            else:
                found.append(f"{name}={';'.join(values)}")
        return found

    def values(self, name: str) -> list[str]:
        """Values that are chosen of one facet."""
        return [value for key, value in self.chosen if key == name]


def facets_of(place: Workplace, caller: Caller, narrowing: Narrowing) -> list[Facet]:
    """Count, for each facet, the visible records that pass the filters of the other facets."""
    side = narrowing.side
    usual = facets(place, caller, side, narrowing.filters())
    found = []
    for name in FACETS[side]:
        own = narrowing.values(name)
        counts = facets(place, caller, side, narrowing.filters(name))[name] if own else usual[name]
        options = _least(counts, own) if name in LEAST else _values(name, counts, own)
        found.append(Facet(name, LABELS[name], options, name in LEAST))
    years = _years(narrowing.values("since"), date.today().year)
    return [*found, Facet("since", LABELS["since"], years, True)]


def _values(name: str, counts: Mapping[str, int], own: Sequence[str]) -> tuple[Option, ...]:
    shown = dict(counts) | {value: 0 for value in own if value not in counts}
    ordered = sorted(shown.items(), key=lambda one: (-one[1], one[0]))
    return tuple(
        Option(value, _label(name, value), count, value in own) for value, count in ordered if value
    )


def _label(name: str, value: str) -> str:
    return section_name(value) or value if name == "industry_section" else value


def _least(counts: Mapping[str, int], own: Sequence[str]) -> tuple[Option, ...]:
    levels = {float(value): count for value, count in counts.items()}
    options = [Option("", "不限", None, not own)]
    for least in range(9, 2, -1):
        count = sum(number for level, number in levels.items() if level >= least)
        if count or str(least) in own:
            options.append(Option(str(least), f"TRL ≥ {least}", count, str(least) in own))
    return tuple(options)


def _years(own: Sequence[str], this: int) -> tuple[Option, ...]:
    years = [str(this - ago) for ago in range(_YEARS)]
    options = (Option(year, f"{year} 年以来", None, year in own) for year in years)
    return (Option("", "不限", None, not own), *options)


def _year(word: str) -> str:
    if len(word) == 4 and word.isascii() and word.isdigit() and word > "1900":
        return word
    raise InvalidError(f"年份“{word}”不能用；请写成四位数字，例如 2024。")
