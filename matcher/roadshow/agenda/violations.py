"""What a timetable breaks of its plan, checked without anything that made it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from matcher.roadshow.agenda.result import Agenda
from matcher.roadshow.agenda.types import AgendaPlan, Party, Slot, Span


@dataclass(frozen=True, slots=True)
class _Duty:
    """One party in one place for a stretch of time."""

    party: str
    when: Slot
    what: str


def violations(plan: AgendaPlan, agenda: Agenda) -> list[str]:
    """Every rule of the plan that the timetable breaks, in Chinese; none for a sound one."""
    duties = [*_talk_duties(plan, agenda), *_meeting_duties(plan, agenda)]
    return [
        *_once(plan, agenda),
        *_places(plan, agenda),
        *_sequence(plan, agenda),
        *_pauses(plan, agenda),
        *_people(plan, duties),
        *_caps(plan, agenda),
    ]


def _apart(one: Slot | Span, other: Slot | Span) -> bool:
    return one.ends <= other.begins or other.ends <= one.begins


def _talk_duties(plan: AgendaPlan, agenda: Agenda) -> list[_Duty]:
    speaker = {talk.id: talk.speaker for talk in plan.talks}
    slots = {slot.id: slot for slot in plan.talk_slots}
    return [_Duty(speaker[one.talk], slots[one.slot], f"路演 {one.talk}") for one in agenda.talks]


def _meeting_duties(plan: AgendaPlan, agenda: Agenda) -> list[_Duty]:
    requests = {one.id: one for one in plan.requests}
    slots = {slot.id: slot for slot in plan.meeting_slots}
    return [
        _Duty(party, slots[one.slot], f"洽谈 {one.request}")
        for one in agenda.meetings
        for party in (requests[one.request].host, requests[one.request].guest)
    ]


def _once(plan: AgendaPlan, agenda: Agenda) -> Iterator[str]:
    """Everything is placed once, or reported as unmet, and nothing is both."""
    found = Counter(f"{one.kind} {one.id}" for one in agenda.unmet)
    found.update(f"talk {one.talk}" for one in agenda.talks)
    found.update(f"request {one.request}" for one in agenda.meetings)
    wanted = [f"talk {one.id}" for one in plan.talks]
    wanted += [f"request {one.id}" for one in plan.requests]
    for one in wanted:
        if found[one] != 1:
            yield f"{one} 在日程与未排清单中共出现 {found[one]} 次"


def _places(plan: AgendaPlan, agenda: Agenda) -> Iterator[str]:
    taken = Counter((one.slot, one.room) for one in agenda.talks)
    taken.update((one.slot, f"桌 {one.table}") for one in agenda.meetings)
    for (slot, spot), count in taken.items():
        if count > 1:
            yield f"时段 {slot} 的 {spot} 安排了 {count} 项"
    rooms = {room.id: room.seats for room in plan.rooms}
    talks = {talk.id: talk for talk in plan.talks}
    for place in agenda.talks:
        talk = talks[place.talk]
        if rooms.get(place.room, -1) < talk.attendance:
            yield f"路演 {talk.id} 的会场坐不下"
        if talk.slot not in (None, place.slot) or talk.room not in (None, place.room):
            yield f"路演 {talk.id} 不在指定的时段或会场"
    for meeting in agenda.meetings:
        if meeting.table not in plan.tables:
            yield f"洽谈 {meeting.request} 的桌位不存在"


def _sequence(plan: AgendaPlan, agenda: Agenda) -> Iterator[str]:
    begins = {slot.id: slot.begins for slot in plan.talk_slots}
    held = {one.talk: begins[one.slot] for one in agenda.talks}
    for talk in plan.talks:
        for before in talk.after:
            if talk.id in held and (before not in held or held[before] >= held[talk.id]):
                yield f"路演 {talk.id} 没有排在 {before} 之后"


def _pauses(plan: AgendaPlan, agenda: Agenda) -> Iterator[str]:
    slots = {slot.id: slot for slot in plan.talk_slots + plan.meeting_slots}
    for used in sorted({one.slot for one in agenda.talks + agenda.meetings}):
        for pause in plan.breaks:
            if not _apart(slots[used], pause):
                yield f"时段 {used} 与休息 {pause.title} 重叠"


def _people(plan: AgendaPlan, duties: list[_Duty]) -> Iterator[str]:
    for party in plan.parties:
        own = sorted((one for one in duties if one.party == party.id), key=lambda one: one.what)
        for duty in own:
            if not all(_apart(duty.when, away) for away in party.away):
                yield f"{party.id} 缺席时被安排了{duty.what}"
        yield from _at_once(party, own)


def _at_once(party: Party, own: list[_Duty]) -> Iterator[str]:
    """Whatever goes on at the moment that one begins goes on at once."""
    for duty in own:
        moment = duty.when.begins
        count = sum(one.when.begins <= moment < one.when.ends for one in own)
        if count > party.delegations:
            yield f"{party.id} 在 {moment:%H:%M} 同时有 {count} 项"


def _caps(plan: AgendaPlan, agenda: Agenda) -> Iterator[str]:
    requests = {one.id: one for one in plan.requests}
    counts: Counter[str] = Counter()
    for one in agenda.meetings:
        counts.update((requests[one.request].host, requests[one.request].guest))
    for party in plan.parties:
        if party.most is not None and counts[party.id] > party.most:
            yield f"{party.id} 有 {counts[party.id]} 场洽谈，超过上限 {party.most}"
