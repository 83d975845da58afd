"""What an event or a package is about, as a plan file writes it."""

from collections.abc import Collection, Iterator
from typing import Annotated

from pydantic import Field

from matcher.fields.industry_names import stated
from matcher.fields.region import read_region
from matcher.roadshow.theme import Theme
from service.roadshow.plan_shapes import Filters, Section, Share
from service.roadshow.toml_lines import Path


class ThemeSection(Section):
    """Bounds on entrants and audience (`matcher.roadshow.theme.Theme`)."""

    industries: Filters = Field(default_factory=list)
    keywords: Filters = Field(default_factory=list)
    origins: Filters = Field(default_factory=list)
    least_quality: Share = 0.0
    least_readiness: Annotated[int, Field(ge=1, le=9)] = 1
    audience_industries: Filters = Field(default_factory=list)
    audience_regions: Filters = Field(default_factory=list)


def theme_of(written: ThemeSection, entrants: Collection[str] | None = None) -> Theme:
    """The theme; `entrants` bounds it further."""
    return Theme(
        industries=tuple(written.industries),
        keywords=tuple(written.keywords),
        origins=tuple(written.origins),
        entrants=None if entrants is None else frozenset(entrants),
        least_quality=written.least_quality,
        least_readiness=written.least_readiness,
        audience_industries=tuple(written.audience_industries),
        audience_regions=tuple(written.audience_regions),
    )


def theme_mistakes(path: Path, written: ThemeSection) -> Iterator[tuple[Path, str]]:
    """Say which industries and regions nobody understands: nothing would be within them."""
    for key in ("industries", "audience_industries"):
        for number, one in enumerate(getattr(written, key)):
            section, divisions = stated(one)
            if not section and not divisions:
                yield (*path, key, number), f"“{one}”不是国民经济行业（例如 医药制造业 或 C27）。"
    for key in ("origins", "audience_regions"):
        for number, one in enumerate(getattr(written, key)):
            if read_region(one) is None:
                yield (*path, key, number), f"“{one}”不是地区；请写省、市、县的全称。"
