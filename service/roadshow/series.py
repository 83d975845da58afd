"""A series of events: a plan file of its own, and the year that it asks for."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from matcher.roadshow.plan import Plan
from matcher.roadshow.series.outcome import Series
from matcher.roadshow.series.plan import SIZES, Event, SeriesPlan, Size
from matcher.roadshow.series.solve import plan_series
from service.roadshow.as_roadshow import TABLES, as_roadshow
from service.roadshow.fits import Progress, no_progress
from service.roadshow.plan_parts import selection_plan
from service.roadshow.plan_shapes import (
    BarredSection,
    ConflictSection,
    Ids,
    QuotaSection,
    Section,
    Share,
    Text,
)
from service.roadshow.pools import Built, build_pool, own_pairs
from service.roadshow.scope import Scope
from service.roadshow.sections import Draft
from service.roadshow.themes import ThemeSection, theme_of


def _size(given: object) -> object:
    names = {label: key for key, label in SIZES.items()}
    found = names.get(given, given) if isinstance(given, str) else given
    if found not in SIZES:
        listed = "、".join(f"{key}（{label}）" for key, label in SIZES.items())
        raise PydanticCustomError("choice", "只能是 {listed}", {"listed": listed})
    return found


class SeriesSection(Section):
    """What binds the events together (`matcher.roadshow.series.plan.SeriesPlan`)."""

    title: Text = "系列路演"
    most_times: Annotated[int, Field(ge=0, le=1000)] = 3
    most_share: Annotated[Share, Field(gt=0)] | None = None
    promised_quality: Share = 0.5
    promise: bool = True
    rounds: Annotated[int, Field(ge=0, le=20)] = 2
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class SeriesEventSection(ThemeSection):
    """One event, or several alike."""

    id: Text
    title: Annotated[str, Field(max_length=200)] = ""
    size: Annotated[Size, BeforeValidator(_size)] = "small"
    date: datetime.date | None = None
    places: Annotated[int, Field(ge=1, le=500)] | None = None
    times: Annotated[int, Field(ge=1, le=200)] = 1
    days_apart: Annotated[int, Field(ge=1, le=366)] = 7
    must: Ids = Field(default_factory=list)
    must_not: Ids = Field(default_factory=list)
    held: Ids = Field(default_factory=list)
    quota: Annotated[list[QuotaSection], Field(max_length=100)] = Field(default_factory=list)


ALL_TABLES: dict[str, type[Section]] = {"series": SeriesSection, **TABLES}
ALL_LISTS: dict[str, type[Section]] = {
    "event": SeriesEventSection,
    "conflict": ConflictSection,
    "barred": BarredSection,
}


@dataclass(frozen=True)
class Year:
    """A planned series with the records that it was made of."""

    draft: Draft
    built: Built
    found: Series


def make_series(scope: Scope, draft: Draft, progress: Progress = no_progress) -> Year:
    """Plan the events.

    Args:
        scope: whose records, and what matches them.
        draft: without mistakes (`series_file.read_series`).
        progress: told of the fits.

    Raises:
        PlanFileError: the plan does not suit the records.
        RoadshowError: nor the pool; all mistakes at once.
    """
    asked = draft.sections.get("series") or SeriesSection()
    whole = as_roadshow(draft, asked.title)
    built = build_pool(scope, whole, progress)
    plan = _plan(draft, selection_plan(whole, own_pairs(built)))
    return Year(draft, built, plan_series(built.pool, plan))


def _plan(draft: Draft, shared: Plan) -> SeriesPlan:
    asked = draft.sections.get("series") or SeriesSection()
    events = [*_events(draft, shared)]
    return SeriesPlan(
        title=asked.title,
        events=tuple(event for event, _ in events),
        held={event.id: tuple(held) for event, held in events if held},
        worth=shared.worth,
        most_times=asked.most_times or None,
        most_share=asked.most_share,
        promised_quality=asked.promised_quality if asked.promise else None,
        rounds=asked.rounds,
        seconds=asked.seconds,
    )


def _events(draft: Draft, shared: Plan) -> Iterator[tuple[Event, list[str]]]:
    """Each event with who was on its stage, where that is settled."""
    for one in draft.sections["event"]:
        bounds = as_roadshow(draft, one.title or one.id, stage_of(one), one.quota)
        event: dict[str, Any] = {
            "title": one.title,
            "size": one.size,
            "places": one.places,
            "theme": theme_of(one),
            "quotas": selection_plan(bounds).quotas,
            "must": tuple(one.must),
            "must_not": tuple(dict.fromkeys((*shared.must_not, *one.must_not))),
            "conflicts": shared.conflicts,
            "barred": shared.barred,
        }
        for number, id_ in enumerate(ids_of(one)):
            later = datetime.timedelta(days=number * one.days_apart)
            held_on = one.date + later if one.date else None
            yield Event(id=id_, held_on=held_on, **event), one.held


def stage_of(one: SeriesEventSection) -> int:
    """How many go on stage."""
    return Event(id=one.id, size=one.size, places=one.places).stage


def ids_of(one: SeriesEventSection) -> list[str]:
    """Ids of the events that a section stands for: of several, each with its number."""
    if one.times == 1:
        return [one.id]
    return [f"{one.id}{number:0{len(str(one.times))}}" for number in range(1, one.times + 1)]
