"""What can be planned beside single events: one shape for series, packages, supply lists, pairs.

A plan is read with all its mistakes at once, worked out in the background, kept, and opened again
as who asks may see it then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any, Literal

from service.roadshow import kept_plans, outcomes
from service.roadshow.fits import Progress
from service.roadshow.package import PackageSection, make_package, read_package
from service.roadshow.pairs import Paired, PairsSection, make_pairs, read_pairs
from service.roadshow.plan_checks import Known
from service.roadshow.present_package import package_as_json
from service.roadshow.present_series import series_as_json
from service.roadshow.present_supply import pairs_as_json, supply_as_json
from service.roadshow.scope import Scope
from service.roadshow.sections import Draft
from service.roadshow.series import SeriesSection, make_series
from service.roadshow.series_file import read_series
from service.roadshow.supply import SupplySection, make_supply, read_supply

PlanName = Literal["series", "package", "supply", "pairs"]
Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanKind:
    """One kind of plan. What it asks for differs by kind, so it is `Any` here.

    Attributes:
        name: in addresses; of the main section too.
        title: in Chinese.
        about: what it is for, in one sentence.
        read: reads a plan; raises PlanFileError with every mistake.
        usual: title of a plan that states none.
        make: works out what it asks for.
        keep, open: what is kept of that as JSON values, and back, with notes in Chinese.
        told: in a few words what came of it.
        as_json, as_xlsx: for programs, and as a workbook.
    """

    name: PlanName
    title: str
    about: str
    read: Callable[[bytes, str, Known | None], Draft]
    usual: str
    make: Callable[[Scope, Draft, Progress], Any]
    keep: Callable[[Any], dict[str, Any]]
    open: Callable[[Told, Scope, Draft], tuple[Any, list[str]]]
    told: Callable[[Any], str]
    as_json: Callable[[Any], dict[str, Any]]
    as_xlsx: Callable[[Any, datetime], bytes]

    @property
    def example(self) -> str:
        """A plan to begin with."""
        path = files("service.roadshow") / "examples" / f"{self.name}.toml"
        return path.read_text("utf-8")

    def title_of(self, draft: Draft) -> str:
        """What a plan is called."""
        section = draft.sections.get(self.name)
        return section.title if section else self.usual


def _read_pairs(content: bytes, name: str, _known: Known | None = None) -> Draft:
    return read_pairs(content, name)


def _make_pairs(_scope: Scope, draft: Draft, _progress: Progress) -> Paired:
    return make_pairs(draft)


def _pairs_again(_told: Told, _scope: Scope, draft: Draft) -> tuple[Paired, list[str]]:
    return make_pairs(draft), []


KINDS: Mapping[PlanName, PlanKind] = {
    one.name: one
    for one in (
        PlanKind(
            "series",
            "年度场次",
            "一年的许多场从同一批成果里一起排：每场选谁，登台至多几次，够条件的单位一家也不忘。",
            read_series,
            SeriesSection().title,
            make_series,
            kept_plans.keep_year,
            kept_plans.year_again,
            outcomes.told_series,
            series_as_json,
            outcomes.series_xlsx,
        ),
        PlanKind(
            "package",
            "科技成果包",
            "为一个领域或地区选出几项成果：覆盖最多的需求，内容相近的只取其一。",
            read_package,
            PackageSection(size=1).title,
            make_package,
            kept_plans.keep_package,
            kept_plans.package_again,
            outcomes.told_package,
            package_as_json,
            outcomes.package_xlsx,
        ),
        PlanKind(
            "supply",
            "技术供给清单",
            "产业链的各个环节有哪些成果可用，哪些是空白，背后有哪些需求。",
            read_supply,
            SupplySection().title,
            make_supply,
            kept_plans.keep_supply,
            kept_plans.supply_again,
            outcomes.told_supply,
            supply_as_json,
            outcomes.supply_xlsx,
        ),
        PlanKind(
            "pairs",
            "双向选择",
            "双方各自排了志愿，定下谁与谁见面：没有两家都更愿意换成对方。",
            _read_pairs,
            PairsSection().title,
            _make_pairs,
            lambda _found: {},
            _pairs_again,
            outcomes.told_pairs,
            pairs_as_json,
            outcomes.pairs_xlsx,
        ),
    )
}
"""By name, in the order of the pages."""
