"""Needs over HTTP; the catch-all addresses of single records come last (`routes.py`)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.access.who import Place, Reader, Writer
from service.api import bulk, records
from service.api.bulk import ManyOut, many_of
from service.api.idempotency import IdempotencyKey
from service.api.paging import Cursor, Limit
from service.api.problems import problems
from service.api.records import NeedPage
from service.api.shapes import NeedFields, NeedIn, NeedOut, RecordId, Words
from service.api.versions import NOT_MODIFIED, IfMatch, IfNoneMatch
from service.workbench.records import Whose

TAG = "needs"
router = APIRouter(tags=[TAG])
single = APIRouter(tags=[TAG])
"""Addresses that end in an id, which may hold slashes."""


@router.get(
    "/needs",
    summary="列出需求，按编号排列，一次一页",
    response_model=NeedPage,
    responses=problems(401, 403, 422),
)
def list_needs(
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
    """List needs, a page at a time, in the order of ids."""
    return records.listed(
        place,
        caller,
        "need",
        whose=whose,
        q=q,
        withdrawn=withdrawn,
        limit=limit,
        cursor=cursor,
    )


@router.post(
    "/needs",
    summary="发布一条需求；持有者是密钥所属的机构",
    status_code=201,
    response_model=NeedOut,
    responses=problems(401, 403, 409, 422),
)
def create_need(
    place: Place, caller: Writer, given: NeedIn, idempotency_key: IdempotencyKey = None
) -> Response:
    """Publish a need; its holder is the organisation of the caller."""
    return records.create(place, caller, "need", given, idempotency_key)


@router.post(
    "/needs/import",
    summary="一次写入至多一千条需求；编号已有的就更新",
    response_model=ManyOut,
    responses=problems(401, 403, 422),
    openapi_extra=many_of("NeedIn"),
)
def import_needs(
    place: Place, caller: Writer, many: bulk.Many, idempotency_key: IdempotencyKey = None
) -> Response:
    """Write many needs at once, new or over earlier ones of the same id."""
    return bulk.put_many(place, caller, "need", many, idempotency_key)


@single.get(
    "/needs/{id:path}",
    summary="读一条需求；ETag 头是它的版本",
    response_model=NeedOut,
    responses=problems(401, 403, 404, 422) | NOT_MODIFIED,
)
def read_need(
    place: Place, caller: Reader, id: RecordId, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a need; the ETag is its version."""
    return records.read(place, caller, "need", id, if_none_match)


@single.put(
    "/needs/{id:path}",
    summary="改写一条需求（全部字段，没写的就清空）；撤回的会重新发布。须带 If-Match",
    response_model=NeedOut,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def change_need(
    place: Place,
    caller: Writer,
    id: RecordId,
    given: NeedFields,
    if_match: IfMatch = None,
) -> Response:
    """Write over a need, all fields of it; a withdrawn one is published again."""
    return records.change(place, caller, "need", id, given, if_match)


@single.delete(
    "/needs/{id:path}",
    summary="撤回一条需求。须带 If-Match",
    status_code=204,
    responses=problems(401, 403, 404, 412, 422, 428),
)
def withdraw_need(place: Place, caller: Writer, id: RecordId, if_match: IfMatch = None) -> Response:
    """Take a need out of sight."""
    return records.withdraw(place, caller, "need", id, if_match)
