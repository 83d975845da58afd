"""Keys of programs: everybody's own; who runs the platform sees and revokes all."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from service.access import keys
from service.access.caller import Scope
from service.access.who import Place, Reader, Writer
from service.api.problems import problems
from service.web.errors import ForbiddenError

router = APIRouter(tags=["keys"])


class KeyOut(BaseModel):
    """What is known of a key; its secret is not."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    prefix: str = Field(description="密钥开头 dj_ 之后的一段，用来认出它")
    login: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Keys(BaseModel):
    """Keys, the newest first."""

    items: list[KeyOut]


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200, examples=["夜间同步"])
    scopes: list[Scope] = Field(min_length=1, max_length=3, examples=[["read"]])
    days: int | None = Field(90, ge=1, le=keys.LONGEST_DAYS, description="有效天数；null 为长期")


class MadeKey(BaseModel):
    """A key that was made; `key` is shown this once."""

    key: str = Field(description="放在请求头 Authorization: Bearer 之后；只显示这一次")
    about: KeyOut


@router.get("/keys", summary="列出密钥", responses=problems(401, 403, 422, 429))
def list_keys(
    place: Place,
    asker: Reader,
    everybody: Annotated[bool, Query(description="所有人的；限管理员")] = False,
) -> Keys:
    """List keys."""
    if everybody and not asker.is_admin:
        raise ForbiddenError
    with place.store.reading() as connection:
        found = keys.keys(connection, None if everybody else asker.user_id)
    return Keys(items=[KeyOut.model_validate(one) for one in found])


@router.post(
    "/keys",
    summary="创建密钥；只显示这一次，权限不超过自己的",
    status_code=201,
    responses=problems(401, 403, 422, 429),
)
def make_key(given: NewKey, place: Place, asker: Writer) -> MadeKey:
    """Make a key with no more scopes than the own ones; only a session may, not another key."""
    made, secret = keys.make_key(place.store, asker, given.name, given.scopes, given.days)
    return MadeKey(key=secret, about=KeyOut.model_validate(made))


@router.delete("/keys/{number}", summary="吊销密钥", responses=problems(401, 403, 404, 422, 429))
def revoke_key(
    number: Annotated[int, Path(ge=1, le=2**31 - 1)], place: Place, asker: Writer
) -> KeyOut:
    """Make a key worthless."""
    return KeyOut.model_validate(keys.revoke(place.store, asker, number))
