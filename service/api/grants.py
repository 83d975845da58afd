"""Who may see a 受限 record beside the organisation that holds it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from matcher.types import Side
from service.access import grants
from service.access.organisations import Organisation
from service.access.who import Place, Reader, Writer
from service.api.problems import problems

router = APIRouter(tags=["grants"])

Folder = Literal["needs", "achievements"]
RecordId = Annotated[str, Path(max_length=1000, pattern=r"^[^\x00]+$", examples=["3:N-2026-17"])]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
_SIDES: dict[Folder, Side] = {"needs": "need", "achievements": "achievement"}


class Granted(BaseModel):
    """An organisation that may see the record."""

    organisation_id: int
    organisation: str


class Grants(BaseModel):
    """Everybody who was granted the record."""

    items: list[Granted]


class NewGrant(BaseModel):
    """An organisation that is to see the record."""

    model_config = ConfigDict(extra="forbid")

    organisation: str = Field(max_length=200, description="全称", examples=["示例技术转移中心"])


@router.get(
    "/{folder}/{id:path}/grants",
    summary="一条记录授权给了哪些单位",
    responses=problems(401, 403, 404, 422, 429),
)
def list_grants(folder: Folder, id: RecordId, place: Place, asker: Reader) -> Grants:
    """List who was granted a record; for its holder."""
    return _shaped(grants.granted(place.store, asker, _SIDES[folder], id))


@router.post(
    "/{folder}/{id:path}/grants",
    summary="让一个单位看到“受限”的记录",
    responses=problems(401, 403, 404, 409, 422, 429),
)
def grant(
    folder: Folder,
    id: RecordId,
    given: NewGrant,
    place: Place,
    asker: Writer,
) -> Grants:
    """Let an organisation see a 受限 record; for its holder."""
    return _shaped(grants.grant(place.store, asker, _SIDES[folder], id, given.organisation))


@router.delete(
    "/{folder}/{id:path}/grants/{number}",
    summary="收回授权",
    responses=problems(401, 403, 404, 422, 429),
)
def ungrant(
    folder: Folder,
    id: RecordId,
    number: Number,
    place: Place,
    asker: Writer,
) -> Grants:
    """Take a grant back; for the record's holder."""
    return _shaped(grants.ungrant(place.store, asker, _SIDES[folder], id, number))


def _shaped(found: list[Organisation]) -> Grants:
    return Grants(items=[Granted(organisation_id=one.id, organisation=one.name) for one in found])
