"""Achievements over HTTP; the catch-all addresses of single records come last (`routes.py`)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.access.who import Place, Reader, Writer
from service.api import bulk, records
from service.api.bulk import ManyOut, many_of
from service.api.idempotency import IdempotencyKey
from service.api.paging import Cursor, Limit
from service.api.problems import problems
from service.api.records import AchievementPage
from service.api.shapes import AchievementFields, AchievementIn, AchievementOut, RecordId, Words
from service.api.versions import NOT_MODIFIED, IfMatch, IfNoneMatch
from service.workbench.records import Whose

TAG = "achievements"
router = APIRouter(tags=[TAG])
single = APIRouter(tags=[TAG])
"""Addresses that end in an id, which may hold slashes."""


@router.get(
    "/achievements",
    summary="列出成果，按编号排列，一次一页",
    response_model=AchievementPage,
    responses=problems(401, 403, 422),
)
def list_achievements(
    place: Place,
    caller: Reader,
    whose: Annotated[Whose, Query(description="all：可见的；own：本机构的")] = "all",
    q: Annotated[
        Words, Query(description="编号、标题、正文或单位里都有的字词，空格隔开；异形字按修复后的找")
    ] = "",
    withdrawn: Annotated[bool, Query(description="看本机构已撤回的")] = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Response:
    """List achievements, a page at a time, in the order of ids."""
    return records.listed(
        place,
        caller,
        "achievement",
        whose=whose,
        q=q,
        withdrawn=withdrawn,
        limit=limit,
        cursor=cursor,
    )


@router.post(
    "/achievements",
    summary="发布一项成果；持有者是密钥所属的机构",
    status_code=201,
    response_model=AchievementOut,
    responses=problems(401, 403, 409, 422),
)
def create_achievement(
    place: Place, caller: Writer, given: AchievementIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Publish an achievement; its holder is the organisation of the caller."""
    return records.create(place, caller, "achievement", given, idempotency_key)


@router.post(
    "/achievements/import",
    summary="一次写入至多一千项成果；编号已有的就更新",
    response_model=ManyOut,
    responses=problems(401, 403, 422),
    openapi_extra=many_of("AchievementIn"),
)
def import_achievements(
    place: Place, caller: Writer, many: bulk.Many, idempotency_key: IdempotencyKey = None
) -> Response:
    """Write many achievements at once, new or over earlier ones of the same id."""
    return bulk.put_many(place, caller, "achievement", many, idempotency_key)


@single.get(
    "/achievements/{id:path}",
    summary="读一项成果；ETag 头是它的版本",
    response_model=AchievementOut,
    responses=problems(401, 403, 404, 422) | NOT_MODIFIED,
)
def read_achievement(
    place: Place, caller: Reader, id: RecordId, if_none_match: IfNoneMatch = None
) -> Response:
    """Read an achievement; the ETag is its version."""
    return records.read(place, caller, "achievement", id, if_none_match)


@single.put(
    "/achievements/{id:path}",
    summary="改写一项成果（全部字段，没写的就清空）；撤回的会重新发布。须带 If-Match",
    response_model=AchievementOut,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def change_achievement(
    place: Place,
    caller: Writer,
    id: RecordId,
    given: AchievementFields,
    if_match: IfMatch = None,
) -> Response:
    """Write over an achievement, all fields of it; a withdrawn one is published again."""
    return records.change(place, caller, "achievement", id, given, if_match)


@single.delete(
    "/achievements/{id:path}",
    summary="撤回一项成果。须带 If-Match",
    status_code=204,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def withdraw_achievement(
    place: Place, caller: Writer, id: RecordId, if_match: IfMatch = None
) -> Response:
    """Take an achievement out of sight."""
    return records.withdraw(place, caller, "achievement", id, if_match)
