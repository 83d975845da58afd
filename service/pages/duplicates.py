"""重复审阅: pairs of records that may be the same thing, side by side."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from matcher.types import Record, Side
from service.access.who import Place, Reader, Writer
from service.pages.differences import differences
from service.pages.render import page, query
from service.pages.words import fields_of
from service.store.merges import STATE_NAMES, State
from service.sync import SIDES
from service.web.errors import ConflictError
from service.workbench.duplicates import Reviewed, counts, following, pair, pairs, settle

router = APIRouter()
SHOWN = 30
Number = Annotated[int, Path(ge=1, lt=2**63)]
Act = Literal["merged", "rejected", "undone"]


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both records."""

    name: str
    kept: str
    absorbed: str

    @property
    def differs(self) -> bool:
        """Whether the records disagree."""
        return self.kept != self.absorbed


@router.get("/duplicates")
def listed(
    request: Request,
    place: Place,
    caller: Reader,
    side: Side = "need",
    state: State = "proposed",
    page_number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Pairs of one state, the surest first."""
    counted = {one: counts(place, caller, one) for one in SIDES}
    found = pairs(place, caller, side, state, SHOWN, (page_number - 1) * SHOWN)
    total = counted[side].get(state, 0)

    def at(number: int) -> str:
        return "/duplicates" + query([("side", side), ("state", state), ("page", str(number))])

    return page(
        request,
        "duplicates/list.html",
        caller,
        found=found,
        side=side,
        state=state,
        sides=SIDES,
        states=STATE_NAMES,
        counted=counted,
        earlier=at(page_number - 1) if page_number > 1 else "",
        later=at(page_number + 1) if page_number * SHOWN < total else "",
    )


@router.get("/duplicates/{side}/{number}")
def one(request: Request, place: Place, caller: Reader, side: Side, number: Number) -> Response:
    """One pair, side by side."""
    return _shown(request, place, caller, pair(place, caller, side, number))


@router.post("/duplicates/{side}/{number}")
def decide(
    request: Request,
    place: Place,
    caller: Writer,
    side: Side,
    number: Number,
    state: Annotated[Act, Form()],
) -> Response:
    """Settle a pair, and go on to the next one that waits; after undoing, stay."""
    try:
        settled = settle(place, caller, side, number, state)
    except ConflictError as error:
        reviewed = pair(place, caller, side, number)
        return _shown(request, place, caller, reviewed, str(error))
    following_one = None if state == "undone" else following(place, caller, side, settled)
    if following_one is None and state != "undone":
        return RedirectResponse("/duplicates" + query([("side", side)]), 303)
    return RedirectResponse(f"/duplicates/{side}/{following_one or number}", 303)


def _shown(
    request: Request, place: Place, caller: Reader, reviewed: Reviewed, problem: str = ""
) -> Response:
    kept, absorbed = reviewed.kept.record, reviewed.absorbed.record
    return page(
        request,
        "duplicates/pair.html",
        caller,
        status=409 if problem else 200,
        one=reviewed,
        merge=reviewed.merge,
        side=reviewed.merge.side,
        states=STATE_NAMES,
        titles=differences(kept.title, absorbed.title),
        texts=differences(kept.text, absorbed.text),
        rows=rows_of(kept, absorbed),
        next=following(place, caller, reviewed.merge.side, reviewed.merge),
        problem=problem,
    )


def rows_of(kept: Record, absorbed: Record) -> list[Row]:
    """Fields that at least one of two records has, those that differ first."""
    left, right = fields_of(kept), fields_of(absorbed)
    names = list(dict.fromkeys([*left, *right]))
    rows = [Row(name, left.get(name, ""), right.get(name, "")) for name in names]
    return sorted(rows, key=lambda row: not row.differs)
