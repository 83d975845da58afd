"""科技成果包: a plan file of its own, and the package that it asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

from pydantic import Field

from matcher.roadshow.bundle import Bundle, BundlePlan, bundle
from service.roadshow.as_roadshow import TABLES, as_roadshow, without_own
from service.roadshow.fits import Progress, no_progress
from service.roadshow.plan_checks import Known, contradictions, unknown_ids
from service.roadshow.plan_parts import selection_plan
from service.roadshow.plan_shapes import Id, QuotaSection, Section, Share, Text
from service.roadshow.pools import Built, build_pool
from service.roadshow.scope import Scope
from service.roadshow.sections import Draft, read_sections
from service.roadshow.themes import ThemeSection, theme_mistakes, theme_of
from service.roadshow.toml_lines import Path


class PackageSection(Section):
    """How many achievements, and how alike two of them may be."""

    title: Text = "科技成果包"
    size: Annotated[int, Field(ge=1, le=500)]
    most_alike: Annotated[Share, Field(gt=0)] = 0.8
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class AlikeSection(Section):
    """Achievements that say the same: at most one of them is in."""

    between: Annotated[list[Id], Field(min_length=2, max_length=100)]


@dataclass(frozen=True)
class Package:
    """A package with the records that it was made of."""

    draft: Draft
    plan: BundlePlan
    built: Built
    found: Bundle


def read_package(content: bytes, name: str, known: Known | None = None) -> Draft:
    """Read the plan of a package.

    Raises:
        PlanFileError: with every mistake that can be seen.
    """
    tables: dict[str, type[Section]] = {"package": PackageSection, **TABLES, "theme": ThemeSection}
    lists: dict[str, type[Section]] = {"quota": QuotaSection, "alike": AlikeSection}
    draft = read_sections(content, name, tables, lists, "package")
    draft.mistakes.extend(contradictions(draft.toml.lines, draft.sections))
    draft.tell(_against(draft))
    if known:
        draft.mistakes.extend(unknown_ids(draft.toml.lines, draft.sections, known))
        draft.ask(known, "achievement", [*_alike(draft)])
    draft.refuse()
    return draft


def _against(draft: Draft) -> Iterator[tuple[Path, str]]:
    package, candidates = draft.sections.get("package"), draft.sections.get("candidates")
    if package and candidates and len(candidates.must) > package.size:
        told = f"列了 {len(candidates.must)} 项必选，超过 package.size = {package.size}。"
        yield ("candidates", "must"), told
    theme = draft.sections.get("theme")
    if theme:
        yield from theme_mistakes(("theme",), theme)


def _alike(draft: Draft) -> Iterator[tuple[Path, str]]:
    for number, one in enumerate(draft.sections.get("alike") or ()):
        for at, id_ in enumerate(one.between if one else ()):
            yield ("alike", number, "between", at), id_


def make_package(scope: Scope, draft: Draft, progress: Progress = no_progress) -> Package:
    """Choose the package.

    Raises:
        PlanFileError: the plan does not suit the records.
        RoadshowError: nor the pool.
        InfeasibleError: its rules cannot be kept together.
    """
    asked: PackageSection = draft.sections["package"]
    built = build_pool(scope, as_roadshow(draft, asked.title), progress)
    pool, plan = without_own(built), bundle_plan(draft, built)
    alike = {
        (min(pair), max(pair)): 1.0
        for one in draft.sections.get("alike") or ()
        for pair in combinations(dict.fromkeys(one.between), 2)
    }
    return Package(draft, plan, built, bundle(pool, plan, alike))


def bundle_plan(draft: Draft, built: Built) -> BundlePlan:
    """The plan as the solver takes it."""
    asked: PackageSection = draft.sections["package"]
    written = as_roadshow(draft, asked.title, asked.size, draft.sections.get("quota") or ())
    plan = selection_plan(written)
    wanted = [one for one in built.achievements if one not in plan.must_not]
    return BundlePlan(
        title=asked.title,
        size=asked.size,
        theme=theme_of(draft.sections.get("theme") or ThemeSection(), wanted),
        most_alike=asked.most_alike,
        worth=plan.worth,
        quotas=plan.quotas,
        must=plan.must,
        seconds=asked.seconds,
    )
