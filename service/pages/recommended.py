"""推荐: achievements for an organisation that has typed no need today, each with its reasons."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.access.who import Place, Reader
from service.pages.render import page
from service.workbench.recommend import EXPLORED, recommend

router = APIRouter()
LENGTHS = (10, 20, 40)


@router.get("/recommendations")
async def recommendations(
    request: Request, place: Place, caller: Reader, k: Annotated[int, Query(ge=1, le=40)] = 10
) -> Response:
    """What may suit the organisation, the same all day."""
    found = await place.compute(recommend, place, caller, k)
    return page(
        request,
        "recommended.html",
        caller,
        found=found,
        k=k,
        lengths=LENGTHS,
        explored=EXPLORED,
    )
