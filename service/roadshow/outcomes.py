"""What came of a plan in a few words, and as a workbook; writers are imported when asked for."""

from datetime import datetime

from service.roadshow.package import Package
from service.roadshow.pairs import Paired
from service.roadshow.series import Year
from service.roadshow.supply import Supplied


def told_series(year: Year) -> str:
    """Say in a few words what came of a series."""
    staged = year.found.staged
    return f"{len(staged)} 场，登台 {sum(len(one.chosen) for one in staged)} 项次"


def told_package(package: Package) -> str:
    """Say in a few words what is in a package."""
    found = package.found
    return f"{len(found.selection.chosen)} 项，覆盖需求 {len(found.answered)} 条"


def told_supply(supplied: Supplied) -> str:
    """Say in a few words how a chain is supplied."""
    found = supplied.found
    return f"{len(found.rows)} 个环节，空白 {len(found.uncovered)} 个"


def told_pairs(paired: Paired) -> str:
    """Say in a few words how many pairs there are."""
    return f"{len(paired.pairs)} 对"


def series_xlsx(found: Year, made: datetime) -> bytes:
    """Write a series."""
    from service.exports.roadshow_series import series_as_xlsx

    return series_as_xlsx(found, made)


def package_xlsx(found: Package, made: datetime) -> bytes:
    """Write a package."""
    from service.exports.roadshow_package import package_as_xlsx

    return package_as_xlsx(found, made)


def supply_xlsx(found: Supplied, made: datetime) -> bytes:
    """Write a supply list."""
    from service.exports.roadshow_supply import supply_as_xlsx

    return supply_as_xlsx(found, made)


def pairs_xlsx(found: Paired, made: datetime) -> bytes:
    """Write stable pairs."""
    from service.exports.roadshow_supply import pairs_as_xlsx

    return pairs_as_xlsx(found, made)
