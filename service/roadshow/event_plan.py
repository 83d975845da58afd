"""One event of a planned series as the plan of a roadshow of its own: invitations, timetable."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.roadshow.open_kind import Outcome
from service.roadshow.plan_text import plan_text
from service.roadshow.series import Year
from service.web.errors import ConflictError, NotFoundError


def event_plan(outcome: Outcome, id_: str) -> str:
    """Write the plan whose stage is that of an event, before the event's audience.

    Raises:
        NotFoundError: the series has no such event.
        ConflictError: nobody of it may be shown any more.
    """
    year: Year = outcome.found
    staged = next((one for one in year.found.staged if one.event.id == id_), None)
    if staged is None:
        raise NotFoundError("这个系列里没有这一场。")
    event, gone = staged.event, year.built.gone
    hidden = gone.achievements | gone.needs if gone else frozenset[str]()
    chosen = [one for one in staged.chosen if one not in hidden]
    if not chosen:
        raise ConflictError("这一场没有还能看到的登台成果。请先重新计算。")
    audience = [one.id for one in event.theme.narrow(year.built.pool).guests]
    sections = year.draft.sections
    document: dict[str, Any] = {
        "event": {"title": event.title or event.id, "size": len(chosen)},
        "candidates": {"ids": chosen, "must": chosen},
        "audience": _audience(sections, [one for one in audience if one not in hidden]),
    }
    if event.held_on:
        document["event"]["date"] = event.held_on
    if worth := sections.get("worth"):
        document["worth"] = worth.model_dump(exclude_unset=True, exclude_none=True)
    barred = [pair for pair in event.barred if not hidden.intersection(pair)]
    document["barred"] = [{"achievement": one, "need": need} for one, need in barred]
    return plan_text(document)


def _audience(sections: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """The section of the series for the needs of one event."""
    asked: dict[str, Any] = {"ids": list(ids)}
    if written := sections.get("audience"):
        told = written.model_dump(exclude_unset=True, exclude_none=True)
        weights = told.pop("weights", {})
        named = {id_: weight for id_, weight in weights.items() if id_ in asked["ids"]}
        asked = {**told, **asked, **({"weights": named} if named else {})}
        asked.pop("filters", None)
    return asked
