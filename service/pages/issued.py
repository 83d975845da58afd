"""清单: the lists that the organisation has handed out, each as it was."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from service.access.who import Place, Reader
from service.exports.formats import LISTS, SHEETS
from service.pages.render import page
from service.workbench.issued import issued_list, issued_lists

router = APIRouter()
SHOWN = 50


@router.get("/issued")
def headings(
    request: Request,
    place: Place,
    caller: Reader,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """What was issued, the newest first."""
    found = issued_lists(place, caller, SHOWN + 1, before)
    older = found[SHOWN - 1].number if len(found) > SHOWN else None
    return page(request, "issued/list.html", caller, found=found[:SHOWN], older=older)


@router.get("/issued/{number}")
def one(
    request: Request, place: Place, caller: Reader, number: Annotated[int, Path(ge=1, lt=2**63)]
) -> Response:
    """One list, with the files that it can be had as."""
    return page(
        request,
        "issued/page.html",
        caller,
        issued=issued_list(place, caller, number),
        formats=list(LISTS),
        sheets=list(SHEETS),
    )
