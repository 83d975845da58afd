"""A timetable as an iCalendar file (RFC 5545), for everybody or for one party."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from matcher.errors import RoadshowError
from matcher.roadshow.agenda.result import Agenda, Change, Meeting, TalkPlace
from matcher.roadshow.agenda.types import AgendaPlan, Slot, Span

ZONE = "Asia/Shanghai"
_NAMES = UUID("6f1a1f5e-3f0b-5a55-9d0e-0d1f0c5b7a11")


def calendar(
    plan: AgendaPlan,
    agenda: Agenda,
    party: str | None = None,
    *,
    stamp: datetime,
    sequence: int = 0,
    cancelled: Iterable[Change] = (),
    titles: Mapping[str, str] | None = None,
) -> bytes:
    """Write a timetable.

    An event keeps its UID when it is moved, so that whoever imports a later file sees it move.

    Args:
        plan: whose timetable it is; its title is part of the UIDs.
        agenda: the timetable.
        party: only what this party takes part in or wants to hear; None for everything, breaks too.
        stamp: when it is written, in Beijing.
        sequence: how often the timetable was changed before.
        cancelled: changes whose `cancelled` are to be taken out of calendars again.
        titles: of subjects, by id; subjects without one are not named.

    Raises:
        RoadshowError: there is no such party.
    """
    if party is not None and party not in {one.id for one in plan.parties}:
        raise RoadshowError(f"单位“{party}”不在单位名单里，请改用名单里的编号。")
    made = Calendar()
    made.add("prodid", "-//Duijie//Roadshow//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", plan.title)
    made.add("x-wr-timezone", ZONE)
    gone = [one.before for one in cancelled if one.kind == "cancelled" and one.before is not None]
    everything: list[TalkPlace | Meeting] = [*agenda.talks, *agenda.meetings]
    places = [(one, "CONFIRMED") for one in everything] + [(one, "CANCELLED") for one in gone]
    for place, status in places:
        event = _event(plan, place, party, titles or {})
        if event is None:
            continue
        event.add("status", status)
        made.add_component(_stamped(event, stamp, sequence))
    for event in _breaks(plan) if party is None else ():
        made.add_component(_stamped(event, stamp, sequence))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(
    plan: AgendaPlan, place: TalkPlace | Meeting, party: str | None, titles: Mapping[str, str]
) -> Event | None:
    if isinstance(place, TalkPlace):
        return _talk(plan, place, party)
    return _meeting(plan, place, party, titles)


def _talk(plan: AgendaPlan, place: TalkPlace, party: str | None) -> Event | None:
    talk = next((one for one in plan.talks if one.id == place.talk), None)
    slot = next((one for one in plan.talk_slots if one.id == place.slot), None)
    if talk is None or slot is None or party not in (None, talk.speaker, *talk.interested):
        return None
    names = {room.id: room.name or room.id for room in plan.rooms}
    event = _named(plan, "talk", talk.id, f"路演：{talk.title or talk.id}", slot)
    event.add("location", " ".join(filter(None, (plan.place, names.get(place.room, place.room)))))
    event.add("description", f"主讲：{_name(plan, talk.speaker)}")
    return event


def _meeting(
    plan: AgendaPlan, place: Meeting, party: str | None, titles: Mapping[str, str]
) -> Event | None:
    request = next((one for one in plan.requests if one.id == place.request), None)
    slot = next((one for one in plan.meeting_slots if one.id == place.slot), None)
    if request is None or slot is None or party not in (None, request.host, request.guest):
        return None
    title = f"洽谈：{_name(plan, request.host)} × {_name(plan, request.guest)}"
    event = _named(plan, "request", request.id, title, slot)
    event.add("location", f"{plan.place} 桌位 {place.table}".strip())
    named = [" × ".join(titles[one] for one in pair if one in titles) for pair in request.subjects]
    if any(named):
        event.add("description", "\n".join(filter(None, named)))
    return event


def _breaks(plan: AgendaPlan) -> Iterator[Event]:
    for pause in plan.breaks:
        name = f"{pause.begins.isoformat()} {pause.title}"
        event = _named(plan, "break", name, pause.title or "休息", pause)
        event.add("transp", "TRANSPARENT")
        yield event


def _named(plan: AgendaPlan, kind: str, name: str, title: str, when: Slot | Span) -> Event:
    event = Event()
    event.add("uid", f"{uuid5(_NAMES, f'{plan.title}/{kind}/{name}')}@duijie")
    event.add("summary", title)
    event.add("dtstart", when.begins.replace(tzinfo=ZoneInfo(ZONE)))
    event.add("dtend", when.ends.replace(tzinfo=ZoneInfo(ZONE)))
    return event


def _stamped(event: Event, stamp: datetime, sequence: int) -> Event:
    event.add("dtstamp", stamp.replace(tzinfo=ZoneInfo(ZONE)).astimezone(ZoneInfo("UTC")))
    event.add("sequence", sequence)
    return event


def _name(plan: AgendaPlan, party: str) -> str:
    return next((one.name for one in plan.parties if one.id == party), "") or party
