"""Watched needs: save them, read their news, and take the digest."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, ConfigDict, Field

from service.access.who import Place, Reader, Writer
from service.api.problems import problems
from service.workbench.news import digest_of, mark_read, news_of, unread_count
from service.workbench.watches import Watch, check, unwatch, watch, watch_of, watches_of

router = APIRouter(tags=["watches"])

WatchId = Annotated[int, Path(ge=1, lt=2**63, description="提醒的编号")]
TOLD = problems(401, 403, 404, 422)
COMPUTED = problems(401, 403, 404, 422, 429, 503, 504)


class WatchIn(BaseModel):
    """A need to watch."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"need": "N1", "threshold": 0.6}]}
    )

    need: str = Field(min_length=1, max_length=1000)
    threshold: float = Field(default=0.6, gt=0, lt=1, description="匹配度不低于多少才提醒")
    webhook: str = Field(default="", max_length=500, description="https 地址；不写就不发送")


class WatchOut(BaseModel):
    """A watched need."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    need: str
    title: str
    threshold: float
    webhook: str
    unread: int = 0
    created_at: datetime
    checked_at: datetime | None


class NewsOut(BaseModel):
    """A match that a watch has found."""

    model_config = ConfigDict(from_attributes=True)

    watch_id: int
    achievement: str
    title: str
    score: float
    level: int
    found_at: datetime
    read_at: datetime | None


class ReadIn(BaseModel):
    """Which news were seen; null for all."""

    model_config = ConfigDict(extra="forbid")

    achievements: list[Annotated[str, Field(max_length=1000)]] | None = Field(
        default=None, max_length=500
    )


class Count(BaseModel):
    """How many."""

    count: int


@router.get("/watches", summary="列出自己的提醒", responses=problems(401, 403))
def list_watches(place: Place, caller: Reader) -> list[WatchOut]:
    """List one's watches, with how many news are unread."""
    unread = unread_count(place, caller)
    return [_shaped(one, unread.get(one.id, 0)) for one in watches_of(place, caller)]


@router.post("/watches", summary="关注一条需求，或更改提醒", responses=COMPUTED)
async def save_watch(place: Place, caller: Writer, asked: WatchIn) -> WatchOut:
    """Watch a need; what it has already is no news."""
    kept = await place.compute(
        watch, place, caller, asked.need, asked.threshold, asked.webhook.strip()
    )
    return _shaped(kept)


@router.delete("/watches/{id}", summary="取消提醒", status_code=204, responses=TOLD)
def give_up_watch(place: Place, caller: Writer, id: WatchId) -> Response:
    """Give a watch up."""
    unwatch(place, caller, id)
    return Response(status_code=204)


@router.get("/watches/{id}/news", summary="一条提醒的新匹配", responses=TOLD)
def list_news(place: Place, caller: Reader, id: WatchId, unread: bool = False) -> list[NewsOut]:
    """List the news of a watch, the newest first."""
    return [NewsOut.model_validate(one) for one in news_of(place, caller, id, unread=unread)]


@router.post("/watches/{id}/read", summary="标为已读", responses=TOLD)
def mark_news_read(place: Place, caller: Writer, id: WatchId, seen: ReadIn) -> Count:
    """Mark news as read; tells how many were not before."""
    return Count(count=mark_read(place, caller, id, seen.achievements))


@router.post("/watches/{id}/check", summary="现在就查一次", responses=COMPUTED)
async def check_watch(place: Place, caller: Writer, id: WatchId) -> Count:
    """Look for news now; tells how many were found."""
    found = await place.compute(lambda: check(place, watch_of(place, caller, id)))
    return Count(count=len(found))


@router.get(
    "/digest",
    summary="未读新匹配的摘要，JSON 或邮件正文",
    response_model=dict[str, Any],
    responses={**problems(401, 403, 422), 200: {"content": {"text/plain": {}}}},
)
def read_digest(
    place: Place,
    caller: Reader,
    format: Annotated[Literal["json", "text"], Query(description="text 是邮件正文")] = "json",
) -> Any:
    """Put one's unread news together."""
    made = digest_of(place, caller)
    return PlainTextResponse(made.as_text()) if format == "text" else made.as_json()


def _shaped(one: Watch, unread: int = 0) -> WatchOut:
    return WatchOut.model_validate(one).model_copy(update={"unread": unread})
