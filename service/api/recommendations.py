"""Recommendations without a typed need."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from service.access.who import Place, Reader
from service.api.problems import COMPUTING, problems
from service.workbench.exposure import DAYS, ORGANISATIONS
from service.workbench.recommend import EXPLORED, Recommended, recommend

router = APIRouter(tags=["recommendations"])


class WhyOut(BaseModel):
    """One reason, and the record of the organisation's past that it rests on."""

    model_config = ConfigDict(from_attributes=True)

    kind: Literal["accepted", "need", "explore"]
    id: str
    text: str


class RecommendedOut(BaseModel):
    """One recommended achievement."""

    id: str
    title: str
    score: float | None = Field(description="对最合适的那条需求的匹配度（未逐条对读）")
    level: int | None
    need: str = Field(description="最合适的那条需求的编号；空为没有")
    explored: bool
    why: list[WhyOut]


class RecommendedList(BaseModel):
    """What is recommended today, and by which rules."""

    items: list[RecommendedOut]
    explored_share: float = Field(description="留给“别的方向”的比例，每天换一批")
    cap_organisations: int = Field(description="近几天已推荐给这么多别的机构的成果不再推荐")
    cap_days: int


@router.get("/recommendations", summary="今天的推荐，不需要写需求", responses=problems(*COMPUTING))
async def read_recommendations(
    place: Place, caller: Reader, k: Annotated[int, Query(ge=1, le=50)] = 10
) -> RecommendedList:
    """Recommend achievements from one's organisation's needs and decisions."""
    found = await place.compute(recommend, place, caller, k)
    return RecommendedList(
        items=[_shaped(one) for one in found],
        explored_share=EXPLORED,
        cap_organisations=ORGANISATIONS,
        cap_days=DAYS,
    )


def _shaped(one: Recommended) -> RecommendedOut:
    return RecommendedOut(
        id=one.achievement.id,
        title=one.achievement.title,
        score=one.score,
        level=None if one.level is None else int(one.level),
        need=one.need,
        explored=one.explored,
        why=[WhyOut.model_validate(why) for why in one.why],
    )
