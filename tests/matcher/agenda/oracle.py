"""Timetables by trying everything, and what they cost, said a second time."""

from itertools import product

from matcher.roadshow.agenda.result import Agenda, Meeting, TalkPlace, Unmet
from matcher.roadshow.agenda.types import AgendaPlan
from matcher.roadshow.agenda.violations import violations


def agenda_of(plan: AgendaPlan, talks=(), times=None) -> Agenda:
    """A timetable as it would be reported; tables as they come."""
    times = times or {}
    used: dict[str, int] = {}
    meetings = []
    for request, slot in sorted(times.items()):
        used[slot] = used.get(slot, 0) + 1
        meetings.append(Meeting(request, slot, str(used[slot])))
    placed = {one.talk for one in talks} | set(times)
    unmet = [Unmet("talk", one.id, "busy", "") for one in plan.talks if one.id not in placed]
    unmet += [Unmet("request", one.id, "busy", "") for one in plan.requests if one.id not in placed]
    return Agenda(
        talks=tuple(talks),
        meetings=tuple(meetings),
        unmet=tuple(unmet),
        idle={},
        missed={},
        solver="",
        seconds=0.0,
        fingerprint="",
    )


def all_meetings(plan: AgendaPlan, talks):
    """Every sound choice of times for the requests."""
    slots = [None, *(slot.id for slot in plan.meeting_slots)]
    for choice in product(slots, repeat=len(plan.requests)):
        times = {
            one.id: at for one, at in zip(plan.requests, choice, strict=True) if at is not None
        }
        if not violations(plan, agenda_of(plan, talks, times)):
            yield times


def all_talks(plan: AgendaPlan):
    """Every sound choice of slots and rooms for the talks."""
    places = [None, *product((s.id for s in plan.talk_slots), (r.id for r in plan.rooms))]
    for choice in product(places, repeat=len(plan.talks)):
        talks = [TalkPlace(talk.id, *at) for talk, at in zip(plan.talks, choice, strict=True) if at]
        if not violations(plan, agenda_of(plan, talks)):
            yield talks


def weight_of(plan: AgendaPlan, times) -> float:
    return sum(one.weight for one in plan.requests if one.id in times)


def cost_of(plan: AgendaPlan, talks, times) -> int:
    """Waiting slots, and slots in which meetings keep a party from a talk that it could hear."""

    def meet(one, other):
        return one.begins < other.ends and other.begins < one.ends

    talk_slot = {slot.id: slot for slot in plan.talk_slots}
    what = {talk.id: talk for talk in plan.talks}
    total = 0
    for party in plan.parties:
        own = [one.id for one in plan.requests if party.id in (one.host, one.guest)]
        line = []
        for slot in plan.meeting_slots:
            if any(meet(slot, pause) for pause in plan.breaks):
                continue
            here = not any(meet(slot, one) for one in party.away)
            on = [what[one.talk] for one in talks if meet(talk_slot[one.slot], slot)]
            speaks = sum(one.speaker == party.id for one in on)
            wants = sum(party.id in one.interested and party.id != one.speaker for one in on)
            meetings = sum(times.get(one) == slot.id for one in own)
            people = max(0, party.delegations - speaks) if here else 0
            total += max(0, meetings - max(0, people - wants))
            waits = here and not meetings and not speaks and not wants
            line.append("w" if waits else "x" if meetings or speaks else "-")
        total += "".join(line).strip("w-").count("w")
    return total


def missed_of(plan: AgendaPlan, talks) -> int:
    """Talks that parties want to hear while they speak or hear another."""
    what = {talk.id: talk for talk in plan.talks}
    total = 0
    for slot in plan.talk_slots:
        on = [what[one.talk] for one in talks if one.slot == slot.id]
        for party in plan.parties:
            if any(one.begins < slot.ends and slot.begins < one.ends for one in party.away):
                continue
            count = sum(party.id == one.speaker or party.id in one.interested for one in on)
            total += max(0, count - party.delegations)
    return total
