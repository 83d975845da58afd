"""Records that a roadshow was held, so that later ones count who was on stage; takes it back."""

from datetime import date

from service.access.audit import note
from service.access.caller import Caller
from service.roadshow.errors import PastEventError
from service.roadshow.on_behalf import sight_of
from service.roadshow.opening import opened
from service.roadshow.past import forget_event, past_events, record_event
from service.roadshow.saved import Saved, keep
from service.web.errors import ConflictError
from service.web.workplace import Workplace


def hold(place: Workplace, caller: Caller, one: Saved) -> int:
    """Record the event by its list. Returns the event's number.

    Raises:
        NotFoundError: nobody was chosen yet.
        PastEventError: it has no date, or is recorded already.
        ConflictError: its plan was changed meanwhile.
    """
    if one.heading.body.get("held"):
        raise PastEventError(f"第 {one.number} 号路演已经记为已办。要重记请先撤销。")
    day = one.heading.body.get("date")
    if not day:
        raise PastEventError("计划里没有日期，无法记为已办。请在计划里写上活动的日期。")
    chosen = opened(place, one).short.selection
    owner = sight_of(one.heading.owner)
    event = record_event(
        place.store,
        one.heading.title,
        date.fromisoformat(day),
        chosen.chosen,
        chosen.fingerprint,
        owner,
    )
    if not keep(place, one, {"held": event}):
        forget_event(place.store, event, owner)
        raise ConflictError("计划刚刚被改过，没有记。请刷新后再试。")
    with place.store.writing() as (connection, _transaction, _revision):
        note(connection, caller, "hold", "roadshow", one.number, event=event)
    return event


def take_back(place: Workplace, caller: Caller, one: Saved) -> None:
    """Forget that the event was held, also where that was done elsewhere already.

    Raises:
        ConflictError: its plan was changed meanwhile.
    """
    event, owner = one.heading.body.get("held"), sight_of(one.heading.owner)
    if event is None:
        return
    if not keep(place, one, {"held": None}):
        raise ConflictError("计划刚刚被改过，没有撤销。请刷新后再试。")
    if any(past.number == event for past in past_events(place.store, owner)):
        forget_event(place.store, event, owner)
    with place.store.writing() as (connection, _transaction, _revision):
        note(connection, caller, "unhold", "roadshow", one.number, event=event)
