"""提醒: saved needs and what is new for them."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from service.access.caller import Caller
from service.access.who import Place, Reader, Writer
from service.pages.render import page
from service.web.workplace import Workplace
from service.workbench.news import digest_of, mark_read, news_of
from service.workbench.watches import unwatch, watch, watches_of

router = APIRouter()
THRESHOLDS = (0.3, 0.5, 0.7, 0.85)
Number = Annotated[int, Path(ge=1, lt=2**63)]


@router.get("/watches")
def watches(request: Request, place: Place, caller: Reader) -> Response:
    """The caller's watches, each with its unread news, and all of these as a text to send."""
    news = news_of(place, caller, unread=True)
    kept = watches_of(place, caller)
    by_watch = {one.id: [new for new in news if new.watch_id == one.id] for one in kept}
    return page(
        request,
        "watches/page.html",
        caller,
        watches=kept,
        news=by_watch,
        thresholds=THRESHOLDS,
        digest=digest_of(place, caller).as_text() if news else "",
    )


@router.post("/needs/{id:path}/watch")
async def begin(
    place: Place,
    caller: Writer,
    id: str,
    threshold: Annotated[float, Form(gt=0, lt=1)] = 0.5,
) -> Response:
    """Watch a need; what it has already is looked at now and is no news."""
    await place.compute(_begin, place, caller, id, threshold)
    return RedirectResponse("/watches", 303)


def _begin(place: Workplace, caller: Caller, need: str, threshold: float) -> None:
    """Watch a need, or change the threshold; the address that is told of news stays."""
    kept = next((one for one in watches_of(place, caller) if one.need == need), None)
    watch(place, caller, need, threshold, kept.webhook if kept else "")


@router.post("/watches/{number}/read")
def read(
    place: Place,
    caller: Writer,
    number: Number,
    achievement: Annotated[str | None, Form(max_length=1000)] = None,
) -> Response:
    """Mark one of a watch's news as seen, or all."""
    mark_read(place, caller, number, None if achievement is None else [achievement])
    return RedirectResponse("/watches", 303)


@router.post("/watches/{number}/end")
def end(place: Place, caller: Writer, number: Number) -> Response:
    """Give a watch up."""
    unwatch(place, caller, number)
    return RedirectResponse("/watches", 303)
