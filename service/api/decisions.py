"""What people decide on pairs: read, list, keep, with the version that they saw."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from service.access.who import Place, Reader, Writer
from service.api.problems import problems
from service.web.errors import NotFoundError
from service.workbench.decision_words import Decision, Judgement, Reason, Status, VerdictWord
from service.workbench.decisions import decide, decision_of, decision_page, history_of

router = APIRouter(tags=["decisions"])

Id = Annotated[str, Path(max_length=1000)]
KEEPING = problems(401, 403, 404, 409, 422, 429, 503, 504)


class DecisionIn(BaseModel):
    """What a person says of a pair; it replaces what was said before."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"verdict": "rejected", "reasons": ["指标不达"], "version": 0}]
        },
    )

    verdict: VerdictWord = ""
    level: Literal[1, 2, 3, 4] | None = None
    reasons: list[Reason] = Field(default=[], max_length=8)
    note: str = Field(default="", max_length=2000)
    status: Status = ""
    assigned_to: int | None = Field(default=None, ge=1, lt=2**31)
    version: int = Field(default=0, ge=0, lt=2**31, description="读到的版本；还没有结论时为 0")


class DecisionOut(BaseModel):
    """What an organisation thinks of a pair, and how far it is."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    need: str
    achievement: str
    verdict: VerdictWord
    level: int | None
    reasons: list[Reason]
    note: str
    status: Status
    assigned_to: int | None
    assigned_name: str
    by: str
    score: float | None
    fingerprint: str
    version: int
    created_at: datetime
    updated_at: datetime


class DecisionPage(BaseModel):
    """Some decisions; `next` is the cursor of the next page, null on the last one."""

    decisions: list[DecisionOut]
    next: int | None


class Change(BaseModel):
    """One entry of a pair's history."""

    at: datetime
    by: str
    said: dict[str, Any]


@router.get("/decisions", summary="本机构的结论，新的在前", responses=problems(401, 403, 422))
def list_decisions(
    place: Place,
    caller: Reader,
    need: Annotated[str | None, Query(max_length=1000)] = None,
    achievement: Annotated[str | None, Query(max_length=1000)] = None,
    status: Status | None = None,
    mine: bool = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> DecisionPage:
    """List the decisions of one's organisation, the newest pair first."""
    found, next_cursor = decision_page(
        place,
        caller,
        need_id=need,
        achievement_id=achievement,
        status=status,
        assigned_to=caller.user_id if mine else None,
        limit=limit,
        before=cursor,
    )
    return DecisionPage(decisions=[_shaped(one) for one in found], next=next_cursor)


@router.get(
    "/decisions/{need}/{achievement}",
    summary="本机构对一对的结论",
    responses=problems(401, 403, 404, 422),
)
def read_decision(place: Place, caller: Reader, need: Id, achievement: Id) -> DecisionOut:
    """Read what one's organisation said of a pair."""
    found = decision_of(place, caller, need, achievement)
    if found is None:
        raise NotFoundError("贵机构对这条匹配还没有结论。")
    return _shaped(found)


@router.put(
    "/decisions/{need}/{achievement}",
    summary="接受、不接受、评级、指派，带上读到的版本",
    responses=KEEPING,
)
async def keep_decision(
    place: Place, caller: Writer, need: Id, achievement: Id, said: DecisionIn
) -> DecisionOut:
    """Keep what a person says; 409 when a colleague has changed it meanwhile."""
    judgement = Judgement(**{**said.model_dump(), "reasons": tuple(said.reasons)})
    return _shaped(await place.compute(decide, place, caller, need, achievement, judgement))


@router.put("/decisions", summary="同上；编号里有斜杠时用", responses=KEEPING)
async def keep_decision_by_ids(
    place: Place,
    caller: Writer,
    need: Annotated[str, Query(max_length=1000)],
    achievement: Annotated[str, Query(max_length=1000)],
    said: DecisionIn,
) -> DecisionOut:
    """Do the same where an id holds a slash."""
    return await keep_decision(place, caller, need, achievement, said)


@router.get(
    "/decisions/{need}/{achievement}/history",
    summary="谁在什么时候说了什么",
    responses=problems(401, 403, 404, 422),
)
def read_history(place: Place, caller: Reader, need: Id, achievement: Id) -> list[Change]:
    """Read who of one's organisation said what and when, the newest first."""
    return [
        Change(at=at, by=by, said=said)
        for at, by, said in history_of(place, caller, need, achievement)
    ]


def _shaped(one: Decision) -> DecisionOut:
    return DecisionOut.model_validate(one)
