"""The page on which the holder of a 受限 record says who else may see it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from matcher.types import Side
from service.access import grants
from service.access.caller import Caller
from service.access.organisations import Organisation
from service.access.who import Place, Reader, Writer
from service.pages.render import address, page
from service.web.errors import ConflictError, NotFoundError, RequestError
from service.web.workplace import Workplace

router = APIRouter()

Id = Annotated[str, Path(max_length=1000, pattern=r"^[^\x00]+$")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


def _add_routes(side: Side, folder: str) -> None:
    base = f"/{folder}/{{id:path}}/grants"

    @router.get(base)
    def show(request: Request, place: Place, asker: Reader, id: Id) -> Response:
        return _shown(request, asker, side, id, grants.granted(place.store, asker, side, id))

    @router.post(base)
    def grant(
        request: Request,
        place: Place,
        asker: Writer,
        id: Id,
        organisation: Annotated[str, Form(max_length=200)] = "",
    ) -> Response:
        try:
            grants.grant(place.store, asker, side, id, organisation)
        except (ConflictError, NotFoundError) as error:
            return _refused(request, place, asker, side, id, error)
        return RedirectResponse(address(side, id, "grants"), 303)

    @router.post(base + "/{number}/end")
    def ungrant(place: Place, asker: Writer, id: Id, number: Number) -> Response:
        grants.ungrant(place.store, asker, side, id, number)
        return RedirectResponse(address(side, id, "grants"), 303)


def _refused(
    request: Request, place: Workplace, asker: Caller, side: Side, id_: str, error: RequestError
) -> Response:
    # Raises again where the record itself is what is not there.
    found = grants.granted(place.store, asker, side, id_)
    return _shown(request, asker, side, id_, found, problem=str(error), status=error.status)


def _shown(
    request: Request,
    asker: Caller,
    side: Side,
    id_: str,
    found: Sequence[Organisation],
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "people/grants.html",
        asker,
        status=status,
        side=side,
        id=id_,
        granted=found,
        problem=problem,
    )


_add_routes("need", "needs")
_add_routes("achievement", "achievements")
