"""Lists that are handed out: issue one, and read it again as it was."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from matcher.types import Side
from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.api.problems import COMPUTING, problems
from service.web.workplace import Workplace
from service.workbench.issued import IssuedHeading, issue, issued_list, issued_lists
from service.workbench.lists import ranked, visible_record

router = APIRouter(tags=["lists"])


class ListIn(BaseModel):
    """What to issue: the best k matches of a record, as they are now."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"title": "对接会清单", "side": "need", "id": "N1"}]},
    )

    title: str = Field(min_length=1, max_length=200)
    side: Side = "need"
    id: str = Field(min_length=1, max_length=1000)
    k: int = Field(default=10, ge=1, le=50)
    filters: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=20)


class Heading(BaseModel):
    """One issued list, without its lines."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    title: str
    person: str
    issued_at: datetime
    fingerprint: str
    sha256: str


class HeadingPage(BaseModel):
    """Some issued lists; `next` is the cursor of the next page, null on the last one."""

    lists: list[Heading]
    next: int | None


@router.post("/lists", summary="签发清单", status_code=201, responses=problems(*COMPUTING))
async def issue_list(place: Place, caller: Writer, asked: ListIn) -> dict[str, Any]:
    """Issue a list: it is kept whole, with texts, verdicts and the decisions so far."""
    return await place.compute(_issue, place, caller, asked)


@router.get("/lists", summary="本机构签发的清单，新的在前", responses=problems(401, 403, 422))
def list_issued(
    place: Place,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HeadingPage:
    """List what one's organisation has issued, the newest first."""
    found: list[IssuedHeading] = issued_lists(place, caller, limit, cursor)
    shaped = [Heading.model_validate(one) for one in found]
    return HeadingPage(lists=shaped, next=found[-1].number if len(found) == limit else None)


@router.get("/lists/{number}", summary="签发时的清单", responses=problems(401, 403, 404, 422))
def read_issued(
    place: Place, caller: Reader, number: Annotated[int, Field(ge=1, lt=2**63)]
) -> dict[str, Any]:
    """Read a list as it was issued."""
    return issued_list(place, caller, number).as_json()


def _issue(place: Workplace, caller: Caller, asked: ListIn) -> dict[str, Any]:
    asking = visible_record(place, caller, asked.side, asked.id)
    answer = ranked(place, caller, asking, asked.k, asked.filters)
    query = {"side": asked.side, "id": asking.id, "k": asked.k, "filters": asked.filters}
    number = issue(place, caller, asked.title, query, answer)
    return issued_list(place, caller, number).as_json()
