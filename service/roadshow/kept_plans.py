"""Series, packages and supply lists as JSON values, and back, as who asks may see them now."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from matcher.roadshow.bundle import Bundle
from matcher.roadshow.series.outcome import Series
from matcher.types import Achievement, Need
from service.roadshow.kept_pool import (
    fits_again,
    fits_as_json,
    pool_again,
    pool_as_json,
    records_of,
)
from service.roadshow.package import Package, bundle_plan
from service.roadshow.scope import Scope
from service.roadshow.sections import Draft
from service.roadshow.seen_plans import package_as_seen, series_as_seen
from service.roadshow.series import Year
from service.roadshow.supply import Supplied, listed

Told = Mapping[str, Any]
_SERIES, _BUNDLE = TypeAdapter(Series), TypeAdapter(Bundle)


def keep_year(year: Year) -> dict[str, Any]:
    """What is kept of a series."""
    return {**pool_as_json(year.built), "found": _SERIES.dump_python(year.found, mode="json")}


def year_again(told: Told, scope: Scope, draft: Draft) -> tuple[Year, list[str]]:
    """Make a series again."""
    built, notes = pool_again(told, scope)
    found = _SERIES.validate_python(told["found"])
    if built.gone:
        found = series_as_seen(found, built, built.gone.achievements)
    return Year(draft, built, found), notes


def keep_package(package: Package) -> dict[str, Any]:
    """What is kept of a package."""
    return {**pool_as_json(package.built), "found": _BUNDLE.dump_python(package.found, mode="json")}


def package_again(told: Told, scope: Scope, draft: Draft) -> tuple[Package, list[str]]:
    """Make a package again."""
    built, notes = pool_again(told, scope)
    fits = {(one.entrant, one.guest): one for one in built.pool.fits}
    found: Bundle = _BUNDLE.validate_python(told["found"])
    answered = tuple(
        # The sentence as far as its record still has it.
        replace(one, best=fits[one.best.entrant, one.guest])
        for one in found.answered
    )
    found = replace(found, answered=answered)
    if built.gone:
        found = package_as_seen(found, built, built.gone.achievements, built.gone.needs)
    return Package(draft, bundle_plan(draft, built), built, found), notes


def keep_supply(supplied: Supplied) -> dict[str, Any]:
    """What is kept of a supply list: the fits, of which the list is made anew each time."""
    return {
        "achievements": sorted(supplied.achievements),
        "needs": sorted(supplied.needs),
        "fits": fits_as_json(supplied.fits),
    }


def supply_again(told: Told, scope: Scope, draft: Draft) -> tuple[Supplied, list[str]]:
    """Make a supply list again, of the records that may be seen now."""
    offered = records_of(scope, "achievement", told["achievements"])
    posted = records_of(scope, "need", told["needs"])
    fits = [one for one in fits_again(told["fits"], offered) if one.entrant in offered]
    gone = len(told["achievements"]) - len(offered) + len(told["needs"]) - len(posted)
    notes = [f"列出清单以后，有 {gone} 条记录撤回了或不再公开，这里不再算上。"] if gone else []
    found = listed(
        draft,
        [one for one in offered.values() if isinstance(one, Achievement)],
        [one for one in posted.values() if isinstance(one, Need)],
        fits,
    )
    return found, notes
