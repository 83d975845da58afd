"""What the API takes and gives of series, packages, supply lists and stable pairs."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from service.roadshow.plan_kinds import PlanName
from service.roadshow.saved import Heading

Status = Literal["optimal", "feasible"]


class Made(BaseModel):
    """What came of a plan, in short."""

    told: str = Field(description="一句话", examples=["10 场，登台 83 项次"])
    at: datetime


class PlannedOut(BaseModel):
    """One plan."""

    number: int
    kind: PlanName
    title: str
    person: str = Field(description="计划是谁写的")
    version: str = Field(description="与 ETag 头相同；PUT 写在 If-Match 头里")
    job: int | None = Field(description="最近一次在后台的工作")
    made: Made | None = Field(description="还没有计算时为 null")
    created_at: datetime
    updated_at: datetime


class PlannedWhole(PlannedOut):
    """One plan with its text."""

    plan: str


class PlannedPage(BaseModel):
    """Some plans; `next` is the cursor of the next page, null on the last one."""

    plans: list[PlannedOut]
    next: int | None


class _Proved(BaseModel):
    title: str
    status: Status = Field(description="optimal 已证明最优")
    value: float
    bound: float = Field(description="没有得分更高的")
    gap: float = Field(description="(bound - value) / bound")
    solver: str
    seconds: float
    fingerprint: str = Field(description="计划与候选的指纹")
    matcher_fingerprint: str
    plan_sha256: str = Field(description="计划文件的 SHA-256")
    notes: list[str] = Field(description="计算以后撤回或不再公开的；平时没有")


class SeriesOut(_Proved):
    """A series of events, as `duijie series --json` prints it."""

    events: list[dict[str, Any]] = Field(description="各场：登台的成果、得分、说明")
    institutions: list[dict[str, Any]] = Field(description="各单位此前和以后的登台次数")
    forgotten: list[dict[str, Any]] = Field(
        description="没有登台的单位和原因；promised 是应展示而没有排上的"
    )


class PackageOut(_Proved):
    """A package, as `duijie package --json` prints it."""

    terms: dict[str, float]
    chosen: list[dict[str, str]]
    answered: list[dict[str, Any]]
    unanswered: list[str]
    redundancy: list[dict[str, Any]] = Field(description="包里有多少相同")
    kept_apart: list[dict[str, Any]] = Field(description="内容相近、只取其一的")
    left_out: dict[str, str] = Field(description="不在范围内的，和原因")


class SupplyOut(BaseModel):
    """A supply list, as `duijie supply --json` prints it."""

    title: str
    plan_sha256: str
    links: list[dict[str, Any]]
    uncovered: list[str] = Field(description="空白的环节，背后需求多的在前")
    matrix: dict[str, Any] = Field(description="achievements 是各列，levels 是各环节一行的等级")
    notes: list[str] = Field(description="计算以后撤回或不再公开的；平时没有")


class PairOut(BaseModel):
    """Two who meet, and which place each has on the other's list."""

    asking: str
    asked: str
    rank_of_asked: int
    rank_of_asking: int


class PairsOut(BaseModel):
    """Stable pairs, as `duijie pairs --json` prints them."""

    title: str
    pairs: list[PairOut]
    left: dict[str, list[str]] = Field(description="没有配上的，asking 和 asked 两方")
    notes: list[str]


OUTCOMES: dict[PlanName, type[BaseModel]] = {
    "series": SeriesOut,
    "package": PackageOut,
    "supply": SupplyOut,
    "pairs": PairsOut,
}


def planned_fields(one: Heading) -> dict[str, Any]:
    """Fields of a `PlannedOut`."""
    return {
        "number": one.number,
        "kind": one.kind,
        "title": one.title,
        "person": one.person,
        "version": str(one.version),
        "job": one.body.get("job"),
        "made": one.body.get("made"),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }
