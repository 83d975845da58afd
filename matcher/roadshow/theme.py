"""What an event or a package is about: which entrants may be in it, and whose needs count."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from matcher.fields.industry_names import division_section, stated
from matcher.fields.places import is_within
from matcher.fields.region import read_region
from matcher.roadshow.pool import Dimension, Entrant, Guest, Pool

_LEVEL = re.compile(r"[1-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Bounds on entrants and audience; what is empty or None bounds nothing.

    Attributes:
        industries: of entrants, names or codes of GB/T 4754; an entrant with one of them, or with
            one of `keywords` in its title, is within.
        keywords: beside or instead of industries.
        origins: regions that entrants come from.
        entrants: ids, for what a query found.
        least_quality: of the description, 0-1.
        least_readiness: lowest level of readiness; who has none stated is out.
        audience_industries, audience_regions: of the needs, such as the 旗县 that it is held for.
        guests: ids of needs.
    """

    industries: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    entrants: frozenset[str] | None = None
    least_quality: float = 0.0
    least_readiness: int = 1
    audience_industries: tuple[str, ...] = ()
    audience_regions: tuple[str, ...] = ()
    guests: frozenset[str] | None = None

    def against(self, one: Entrant) -> str:
        """Say in Chinese why an entrant is out; empty if it is within."""
        return next(self._against(one), "")

    def _against(self, one: Entrant) -> Iterator[str]:
        if self.entrants is not None and one.id not in self.entrants:
            yield "不在指定的候选范围内"
        if not self._of_field(one):
            yield f"不属于主题“{'、'.join((*self.industries, *self.keywords)[:4])}”"
        if self.origins and not in_regions(one.groups.get("region", ()), self.origins):
            yield f"不来自“{'、'.join(self.origins[:4])}”"
        if one.quality < self.least_quality:
            yield f"描述质量 {one.quality:.2f} 低于 {self.least_quality:.2f}"
        if self.least_readiness > 1:
            level = readiness_of(one)
            if level is None:
                yield f"成熟度未知，要求不低于 {self.least_readiness} 级"
            elif level < self.least_readiness:
                yield f"成熟度 {level} 级，低于 {self.least_readiness} 级"

    def _of_field(self, one: Entrant) -> bool:
        if not self.industries and not self.keywords:
            return True
        title = one.title.lower()
        return any(word.lower() in title for word in self.keywords) or (
            bool(self.industries) and in_industries(_values(one, "industry"), self.industries)
        )

    def invites(self, guest: Guest) -> bool:
        """Whether a need is in the audience."""
        if self.guests is not None and guest.id not in self.guests:
            return False
        if self.audience_industries and not in_industries(
            [guest.industry], self.audience_industries
        ):
            return False
        return not self.audience_regions or in_regions([guest.region], self.audience_regions)

    def narrow(self, pool: Pool) -> Pool:
        """Leave in a pool what is within, with the fits between."""
        entrants = tuple(one for one in pool.entrants if not self.against(one))
        guests = tuple(one for one in pool.guests if self.invites(one))
        kept, asked = {one.id for one in entrants}, {one.id for one in guests}
        fits = tuple(one for one in pool.fits if one.entrant in kept and one.guest in asked)
        return Pool(entrants, guests, fits)


def _values(one: Entrant, dimension: Dimension) -> tuple[str, ...]:
    return one.groups.get(dimension, ())


def readiness_of(one: Entrant) -> int | None:
    """The lowest level that an entrant's band names; None where nothing is known."""
    found = [int(digit) for value in _values(one, "readiness") for digit in _LEVEL.findall(value)]
    return min(found, default=None)


def in_regions(values: Iterable[str], wished: Iterable[str]) -> bool:
    """Whether one of some places lies within one of others, by code or else by name."""
    wanted = [(one, _place(one)) for one in wished]
    return any(
        value == name or (code and _place(value) and is_within(_place(value), code))
        for value in values
        for name, code in wanted
    )


def in_industries(values: Iterable[str], wished: Iterable[str]) -> bool:
    """Whether one of some industries is, or is part of, one of others."""
    wanted = list(wished)
    return any(value == one or _part_of(value, one) for value in values for one in wanted)


@lru_cache(maxsize=8192)
def _part_of(value: str, wished: str) -> bool:
    section, divisions = stated(wished)
    own_section, own = stated(value)
    if divisions:
        return bool(own) and own <= divisions
    own_sections = {division_section(code) for code in own} or {own_section}
    return bool(section) and own_sections == {section}


@lru_cache(maxsize=8192)
def _place(name: str) -> str:
    found = read_region(name)
    return found.place.code if found else ""
