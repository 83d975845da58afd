"""Matching over HTTP: ranked lists both ways and by text, similar records, facets."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field

from matcher.types import Achievement, Need, Side
from service.access.caller import Caller
from service.access.who import Place, Reader
from service.api.match_shapes import FacetsOut, MatchListOut, SimilarListOut
from service.api.problems import COMPUTING, problems
from service.api.shapes import RecordId, Strict, Text, Title
from service.present import list_as_json, similar_as_json
from service.web.errors import InvalidError
from service.web.workplace import Workplace
from service.workbench import lists
from service.workbench.likeness import similar_records
from service.workbench.remembered import ranked_once

MOST = 50
"""Matches of one list."""

router = APIRouter(tags=["match"])

Condition = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]+$")]
Filters = Annotated[
    list[Condition],
    Query(
        default_factory=list,
        alias="filter",
        max_length=20,
        description="筛选条件，可写多个：province=江苏、readiness>=6、modes=许可;转让",
        examples=[["readiness>=6"]],
    ),
]
Count = Annotated[int, Query(ge=1, le=MOST, description="几条")]


class TextIn(Strict):
    """A text that asks; it is not stored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"side": "need", "text": "需要耐1200℃的密封材料", "k": 5, "filters": ["trl>=6"]}
            ]
        }
    )

    side: Side = Field("need", description="这段文字是需求（找成果）还是成果（找需求）")
    title: Title = ""
    text: Text = ""
    k: int = Field(10, ge=1, le=MOST, strict=True)
    filters: list[Condition] = Field(default=[], max_length=20)


@router.post(
    "/match/text",
    summary="用一段文字找成果或需求；文字不保存",
    response_model=MatchListOut,
    responses=problems(401, 403, 422, 429, 503, 504),
)
async def match_text(place: Place, caller: Reader, asked: TextIn) -> Response:
    """Rank the other side for a text."""
    record = record_of_text(asked.side, asked.title, asked.text)
    return await answered(place, _list_for, place, caller, record, asked.k, asked.filters)


@router.get(
    "/needs/{id:path}/matches",
    summary="为一条需求找成果",
    response_model=MatchListOut,
    responses=problems(*COMPUTING),
)
async def match_need(
    place: Place, caller: Reader, id: RecordId, filters: Filters, k: Count = 10
) -> Response:
    """Rank achievements for a need."""
    return await answered(place, _list_of, place, caller, "need", id, k, filters)


@router.get(
    "/achievements/{id:path}/matches",
    summary="为一项成果找需求",
    response_model=MatchListOut,
    responses=problems(*COMPUTING),
)
async def match_achievement(
    place: Place, caller: Reader, id: RecordId, filters: Filters, k: Count = 10
) -> Response:
    """Rank needs for an achievement."""
    return await answered(place, _list_of, place, caller, "achievement", id, k, filters)


@router.get(
    "/needs/{id:path}/similar",
    summary="与一条需求相近的需求",
    response_model=SimilarListOut,
    responses=problems(*COMPUTING),
)
async def similar_needs(
    place: Place, caller: Reader, id: RecordId, filters: Filters, k: Count = 10
) -> Response:
    """Find needs like a need."""
    return await answered(place, _similar_of, place, caller, "need", id, k, filters)


@router.get(
    "/achievements/{id:path}/similar",
    summary="与一项成果相近的成果",
    response_model=SimilarListOut,
    responses=problems(*COMPUTING),
)
async def similar_achievements(
    place: Place, caller: Reader, id: RecordId, filters: Filters, k: Count = 10
) -> Response:
    """Find achievements like an achievement."""
    return await answered(place, _similar_of, place, caller, "achievement", id, k, filters)


@router.get(
    "/facets/{side}",
    summary="可见记录在各筛选项上的条数",
    response_model=FacetsOut,
    responses=problems(401, 403, 422, 429, 503, 504),
)
async def count_facets(
    place: Place, caller: Reader, side: Annotated[Side, Path()], filters: Filters
) -> Response:
    """Count visible records by the values that lists can be narrowed by."""
    return await answered(place, _facets, place, caller, side, filters)


async def answered(place: Workplace, work: Callable[..., Any], *given: Any) -> Response:
    """Compute an answer and write it as JSON, both on the pool: long lists are long to write."""

    def written() -> Response:
        content = json.dumps(work(*given), ensure_ascii=False, allow_nan=False)
        return Response(content, media_type="application/json")

    return await place.compute(written)


def record_of_text(side: Side, title: str, text: str) -> Need | Achievement:
    """Make the record that a text is.

    Raises:
        InvalidError: there is no text.
    """
    if not title.strip() and not text.strip():
        raise InvalidError("title 和 text 都是空的，至少要写一个。")
    kind = Need if side == "need" else Achievement
    return kind(id="", title=title, text=text)


def _list_for(
    place: Workplace, caller: Caller, record: Need | Achievement, k: int, filters: Sequence[str]
) -> dict[str, Any]:
    return list_as_json(lists.ranked(place, caller, record, k, filters, hurried=place.is_crowded))


def _list_of(
    place: Workplace, caller: Caller, side: Side, id_: str, k: int, filters: Sequence[str]
) -> dict[str, Any]:
    record = lists.visible_record(place, caller, side, id_)
    return list_as_json(ranked_once(place, caller, record, k, filters))


def _similar_of(
    place: Workplace, caller: Caller, side: Side, id_: str, k: int, filters: Sequence[str]
) -> dict[str, Any]:
    record = lists.visible_record(place, caller, side, id_)
    return similar_as_json(record, similar_records(place, caller, record, k, filters))


def _facets(place: Workplace, caller: Caller, side: Side, filters: Sequence[str]) -> dict[str, Any]:
    return {"side": side, "facets": lists.facets(place, caller, side, filters)}
