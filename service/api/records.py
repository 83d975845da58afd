"""What the routes of needs and of achievements do alike: read, create, change, withdraw, import."""

from urllib.parse import quote

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from matcher.types import Side
from service.access.audit import note
from service.access.caller import Caller
from service.api.idempotency import Once, Reply
from service.api.paging import after_of, cursor_of
from service.api.shapes import AchievementOut, NeedOut, RecordFields, RecordIn, shaped
from service.api.versions import check_version, etag, is_known
from service.web.errors import NotFoundError
from service.web.workplace import Workplace
from service.workbench import records
from service.workbench.records import Held, Whose
from service.workbench.words import holds_words

SOURCE = "api"
ADDRESSES: dict[Side, str] = {"need": "needs", "achievement": "achievements"}


class NeedPage(BaseModel):
    """One page of needs."""

    items: list[NeedOut]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


class AchievementPage(BaseModel):
    """One page of achievements."""

    items: list[AchievementOut]
    next: str | None = Field(description="下一页的 cursor；没有下一页时为 null")


def read(
    place: Workplace, caller: Caller, side: Side, id_: str, if_none_match: str | None
) -> Response:
    """Give one record, or say that it is still the one that the caller knows."""
    with place.store.reading() as connection:
        held = records.held(connection, caller, side, id_)
    known = is_known(if_none_match, held.version)
    answer = Response(status_code=304) if known else _one(caller, side, held)
    answer.headers.update({"ETag": etag(held.version), **_REVALIDATED})
    return answer


_REVALIDATED = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
"""Who read a record may keep it, but asks each time whether it is still so and still his to see."""


def listed(
    place: Workplace,
    caller: Caller,
    side: Side,
    *,
    whose: Whose,
    q: str,
    withdrawn: bool,
    limit: int,
    cursor: str,
) -> Response:
    """Give one page of records."""
    question = (side, whose, q, withdrawn)
    after = after_of(cursor, *question)
    with place.store.reading() as connection:
        found = records.page(
            connection,
            caller,
            side,
            whose=whose,
            holding=holds_words(place, connection, caller, side, q),
            withdrawn=withdrawn,
            after=after,
            limit=limit + 1,
        )
    shown = found[:limit]
    further = cursor_of(shown[-1].record.id, *question) if len(found) > limit else None
    return JSONResponse({"items": [shaped(caller, side, one) for one in shown], "next": further})


def create(
    place: Workplace, caller: Caller, side: Side, given: RecordIn, key: str | None
) -> Response:
    """Write a new record; answers 201 with it."""
    once = Once.of(caller, key, f"create {side}", given.model_dump(mode="json"))
    with place.store.importing(side, SOURCE, holder=caller.holder) as batch:
        reply = once.known(batch.connection)
        if reply is None:
            held = records.create(batch, caller, side, given.record(given.id))
            note(batch.connection, caller, "create", side, held.record.id)
            reply = once.keep(batch.connection, 201, shaped(caller, side, held))
        else:
            batch.discard()
    place.changed()
    return _replied(side, reply)


def change(
    place: Workplace,
    caller: Caller,
    side: Side,
    id_: str,
    given: RecordFields,
    if_match: str | None,
) -> Response:
    """Write over a record whose version the caller knows; answers with it."""
    with place.store.importing(side, SOURCE, holder=caller.holder) as batch:
        before = records.own(batch.connection, caller, side, id_)
        check_version(if_match, before.version)
        held = records.change(batch, side, before, given.record())
        note(batch.connection, caller, "change", side, id_)
    place.changed()
    return _one(caller, side, held)


def withdraw(
    place: Workplace, caller: Caller, side: Side, id_: str, if_match: str | None
) -> Response:
    """Take a record out of sight; answers 204."""
    with place.store.importing(side, SOURCE, holder=caller.holder) as batch:
        before = records.own(batch.connection, caller, side, id_)
        if before.withdrawn:
            raise NotFoundError(f"“{id_}”已经撤回了。")
        check_version(if_match, before.version)
        batch.withdraw([id_])
        note(batch.connection, caller, "withdraw", side, id_)
    place.changed()
    return Response(status_code=204)


def _one(caller: Caller, side: Side, held: Held) -> Response:
    return JSONResponse(shaped(caller, side, held), headers={"ETag": etag(held.version)})


def _replied(side: Side, reply: Reply) -> Response:
    headers = {
        "ETag": etag(reply.body["about"]["version"]),
        "Location": address(side, reply.body["id"]),
    }
    return JSONResponse(reply.body, reply.status, headers=headers | repeated(reply))


def repeated(reply: Reply) -> dict[str, str]:
    """Tell by a header that an answer was given before."""
    return {"Idempotency-Replayed": "true"} if reply.repeated else {}


def address(side: Side, id_: str) -> str:
    """Where a record is."""
    return f"/api/v1/{ADDRESSES[side]}/{quote(id_, safe=':')}"
