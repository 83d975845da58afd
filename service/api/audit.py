"""The audit log, for those who run the platform."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from service.access.audit import entries
from service.access.who import Admin, Place
from service.api.paging import Cursor, Limit, after_of, cursor_of
from service.api.problems import problems
from service.web.errors import InvalidError

router = APIRouter(tags=["audit"])
_QUESTION = "audit"


class EntryOut(BaseModel):
    """Who did what, and when."""

    id: int
    at: datetime
    login: str | None = Field(description="null 为程序自己，或者没有登录成功的人")
    action: str
    kind: str
    record_id: str
    detail: dict[str, Any]


class Log(BaseModel):
    """A page of the log, the newest first."""

    items: list[EntryOut]
    next: str | None = Field(description="下一页的 cursor；null 为最后一页")


@router.get("/audit", summary="审计记录，新的在前", responses=problems(401, 403, 422, 429))
def audit(place: Place, admin: Admin, limit: Limit = 50, cursor: Cursor = "") -> Log:
    """Read the audit log."""
    after = after_of(cursor, _QUESTION)
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise InvalidError("cursor 无法识别。请原样使用上一页给出的 next。")
    with place.store.reading() as connection:
        found = entries(connection, limit + 1, int(after) if after else None)
    shown = found[:limit]
    more = len(found) > limit
    return Log(
        items=[EntryOut(**asdict(one)) for one in shown],
        next=cursor_of(str(shown[-1].id), _QUESTION) if more else None,
    )
