"""What is counted on a finished timetable: waiting, and talks that cannot be heard."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from matcher.roadshow.agenda.grid import grid, overlap, present, waiting
from matcher.roadshow.agenda.result import Meeting, TalkPlace
from matcher.roadshow.agenda.types import AgendaPlan


def idle_slots(
    plan: AgendaPlan, talks: Iterable[TalkPlace], meetings: Iterable[Meeting]
) -> dict[str, int]:
    """Slots that each party waits; those that never wait are left out."""
    layout = grid(plan, talks, plan.meeting_slots)
    requests = {one.id: one for one in plan.requests}
    column = {slot.id: place for place, slot in enumerate(layout.slots)}
    busy = np.zeros(layout.free.shape, bool)
    for meeting in meetings:
        request = requests[meeting.request]
        for party in (request.host, request.guest):
            busy[layout.party[party], column[meeting.slot]] = True
    waits = {party: waiting(layout, row, busy[row]) for party, row in layout.party.items()}
    return {party: count for party, count in waits.items() if count}


def missed_talks(
    plan: AgendaPlan, talks: Iterable[TalkPlace], meetings: Iterable[Meeting]
) -> dict[str, int]:
    """Talks that each party wanted to hear and cannot; those that miss none are left out.

    Whoever is not there at all misses nothing that the timetable could mend.
    """
    requests = {one.id: one for one in plan.requests}
    meeting_slots = {slot.id: slot for slot in plan.meeting_slots}
    busy: Counter[tuple[str, str]] = Counter()
    for meeting in meetings:
        request = requests[meeting.request]
        busy.update((party, meeting.slot) for party in (request.host, request.guest))
    what = {talk.id: talk for talk in plan.talks}
    held: dict[str, list[str]] = {}
    for place in talks:
        held.setdefault(place.slot, []).append(place.talk)
    missed: Counter[str] = Counter()
    for slot in plan.talk_slots:
        here = [what[talk] for talk in held.get(slot.id, ())]
        beside = [one.id for one in meeting_slots.values() if overlap(one, slot)]
        for party in plan.parties:
            wanted = sum(party.id in one.interested and party.id != one.speaker for one in here)
            if not wanted or not present(party, slot):
                continue
            elsewhere = sum(one.speaker == party.id for one in here)
            elsewhere += max((busy[party.id, one] for one in beside), default=0)
            missed[party.id] += max(0, wanted - max(0, party.delegations - elsewhere))
    return {party: count for party, count in missed.items() if count}
