"""What is understood of a text, and how well it describes: nothing is stored."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from matcher.quality import assess
from matcher.scoring import read_document
from matcher.types import Need, Requirement
from service.access.who import Place, Reader
from service.api.match_shapes import QualityOut, RequirementsOut
from service.api.matches import answered
from service.api.problems import problems
from service.api.shapes import AchievementFields, NeedFields, Strict, Text, Title
from service.present import requirement_as_json
from service.quality_json import assessment_as_json
from service.web.errors import InvalidError, NotReadyError
from service.web.workplace import Workplace

router = APIRouter(tags=["texts"])
ERRORS = problems(401, 403, 422, 429, 504)


class NeedText(Strict):
    """A need's words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "", "text": "需要耐1200℃的密封材料"}]}
    )

    title: Title = ""
    text: Text = ""


@router.post(
    "/requirements",
    summary="从需求的文字读出要求",
    response_model=RequirementsOut,
    responses=ERRORS,
)
async def read_requirements(place: Place, caller: Reader, asked: NeedText) -> Response:
    """Tell what is understood of a need."""
    if not asked.title.strip() and not asked.text.strip():
        raise InvalidError("title 和 text 都是空的，至少要写一个。")
    need = Need(id="", title=asked.title, text=asked.text)
    return await answered(place, _requirements, place, need)


@router.post(
    "/quality/need",
    summary="一条需求描述得怎样，该补充什么",
    response_model=QualityOut,
    responses=ERRORS,
)
async def judge_need(place: Place, caller: Reader, described: NeedFields) -> Response:
    """Tell how well a need is described."""
    return await answered(place, lambda: assessment_as_json(assess(described.record())))


@router.post(
    "/quality/achievement",
    summary="一项成果描述得怎样，该补充什么",
    response_model=QualityOut,
    responses=ERRORS,
)
async def judge_achievement(place: Place, caller: Reader, described: AchievementFields) -> Response:
    """Tell how well an achievement is described."""
    return await answered(place, lambda: assessment_as_json(assess(described.record())))


def _requirements(place: Workplace, need: Need) -> dict[str, Any]:
    found = [requirement_as_json(one) for one in requirements_of(place, need)]
    return {"id": need.id, "title": need.title, "requirements": found}


def requirements_of(place: Workplace, need: Need) -> tuple[Requirement, ...]:
    """Read what a need asks for, with the matcher's own reader where it is loaded."""
    try:
        matcher = place.matcher
    except NotReadyError:
        matcher = None
    if matcher is None or matcher.reader is None:
        found: tuple[Requirement, ...] = place.parts.find_requirements(need)
        return found
    return matcher.reader.asked([read_document(need, matcher.segmenter)])[0].requirements
