"""What the API takes and gives of roadshows."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from matcher.roadshow.rejections import Cause
from service.api.shapes import Strict
from service.roadshow.asking import WhyNot
from service.roadshow.meetings import make_invitations
from service.roadshow.opening import Opened
from service.roadshow.present import shortlist_as_json
from service.roadshow.present_agenda import agenda_as_json, change_as_json, invitations_as_json
from service.roadshow.saved import Heading

EXAMPLE = '[event]\ntitle = "春季路演"\nsize = 10\ndate = 2026-04-18\n'


class PlanIn(Strict):
    """A plan as TOML (docs/roadshow.md)."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"plan": EXAMPLE}]})

    plan: str = Field(min_length=1, max_length=2_000_000, pattern=r"^[^\x00]*$")


class AbsentIn(Strict):
    """Somebody who is not there; without one the timetable is made anew."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"absent": "示例大学", "since": "14:30"}]}
    )

    absent: str | None = Field(None, max_length=500, description="缺席的单位；不写就重新排")
    since: str | None = Field(None, pattern=r"^\d{2}:\d{2}$", description="从几点起；不写是全天")


class Selected(BaseModel):
    """What came of a plan, in short."""

    chosen: int
    status: Literal["optimal", "feasible"]
    gap: float
    fingerprint: str
    at: datetime


class RoadshowOut(BaseModel):
    """One roadshow."""

    number: int
    title: str
    date: str = Field(description="空为未定")
    size: int
    person: str = Field(description="计划是谁写的")
    version: str = Field(description="与 ETag 头相同；PUT 写在 If-Match 头里")
    job: int | None = Field(description="最近一次在后台的工作")
    selected: Selected | None
    held: int | None = Field(description="记为已办的活动的编号")
    created_at: datetime
    updated_at: datetime


class RoadshowWhole(RoadshowOut):
    """One roadshow with its plan."""

    plan: str


class RoadshowPage(BaseModel):
    """Some roadshows; `next` is the cursor of the next page, null on the last one."""

    roadshows: list[RoadshowOut]
    next: int | None


class HeldOut(BaseModel):
    """An event that was recorded."""

    event: int


class PointOut(BaseModel):
    """A balance of coverage and equal exposure that no other one beats."""

    fairness: float
    cap: int | None
    coverage: float
    gini: float
    chosen: list[str]


class PriceOut(BaseModel):
    """What moving one bound by one does to the value; null where no list is possible then."""

    text: str
    change: float | None
    proved: bool


class ShortlistOut(BaseModel):
    """A list with its proof and reasons, as `duijie shortlist --json` prints it."""

    title: str
    date: str | None
    status: Literal["optimal", "feasible"] = Field(description="optimal 已证明最优")
    value: float
    bound: float = Field(description="没有名单的得分高于它")
    gap: float = Field(description="(bound - value) / bound")
    solver: str
    seconds: float
    fingerprint: str = Field(description="计划与候选的指纹")
    matcher_fingerprint: str = Field(description="匹配模型、设置与候选的指纹；没有保存时为空")
    plan_sha256: str = Field(description="计划文件的 SHA-256")
    terms: dict[str, float]
    candidates: int
    audience: int
    chosen: list[dict[str, Any]]
    rejected: list[dict[str, Any]]
    quotas: list[dict[str, Any]]
    sensitivity: dict[str, Any] | None = Field(description="还没有算出来时为 null")
    notes: list[str]
    front: list[PointOut] = Field(description="覆盖与公平的取舍；还没有算出来时为空")
    prices: list[PriceOut] = Field(description="改一条规则，得分变多少；还没有算出来时为空")

    @classmethod
    def of(cls, found: Opened) -> Self:
        """Shape what is kept."""
        told = shortlist_as_json(found.short, found.drawn)
        return cls(
            **told,
            front=[PointOut(**asdict(one)) for one in found.front],
            prices=[PriceOut(**asdict(one)) for one in found.prices],
        )


class WhyOut(BaseModel):
    """Why one candidate is not on stage."""

    id: str
    chosen: bool = Field(description="它已经在台上")
    cause: Cause | None
    text: str
    feasible: bool = Field(description="让它必须上，其余规则能否都守住")
    loss: float | None = Field(description="让它必须上，得分少多少")
    proved: bool | None = Field(description="少的分是否已证明")
    came: list[str] = Field(description="同时上来的")
    left: list[str] = Field(description="下去的")


class AgendaOut(BaseModel):
    """Invitations and the timetable, as `duijie agenda --json` prints them."""

    invitations: dict[str, Any]
    agenda: dict[str, Any] | None = Field(description="还没有排时为 null")
    changes: list[dict[str, Any]] = Field(description="上一次重排改了什么")
    moved_share: float


class CapitalOut(BaseModel):
    """Triples of need, achievement and capital, as `duijie shortlist --json` prints them."""

    status: Literal["optimal", "feasible"]
    value: float
    bound: float
    gap: float
    considered: int = Field(description="有几组可选")
    triples: list[dict[str, Any]]


def why_out(found: WhyNot) -> WhyOut:
    """Shape an answer."""
    forced = found.forced
    return WhyOut(
        id=found.entrant.id,
        chosen=found.rejected is None,
        cause=found.rejected.cause if found.rejected else None,
        text=found.text,
        feasible=found.rejected is None or forced is not None,
        loss=forced.loss if forced else None,
        proved=forced.proved if forced else None,
        came=[one.id for one in found.came],
        left=[one.id for one in found.left],
    )


def agenda_out(found: Opened) -> AgendaOut:
    """Shape invitations, which are made of the list, and the timetable that is kept."""
    agendas = found.agendas
    return AgendaOut(
        invitations=invitations_as_json(make_invitations(found.short)),
        agenda=agenda_as_json(agendas.now) if agendas else None,
        changes=[change_as_json(one) for one in agendas.changes] if agendas else [],
        moved_share=agendas.moved_share if agendas else 0.0,
    )


def fields_of(one: Heading) -> dict[str, Any]:
    """Fields of a `RoadshowOut`."""
    body = one.body
    return {
        "number": one.number,
        "title": one.title,
        "date": body["date"],
        "size": body["size"],
        "person": one.person,
        "version": str(one.version),
        "job": body.get("job"),
        "selected": body.get("selected"),
        "held": body.get("held"),
        "created_at": one.created_at,
        "updated_at": one.updated_at,
    }
