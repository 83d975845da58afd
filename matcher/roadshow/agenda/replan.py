"""A timetable after something changed, with as little else changed as possible."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from matcher.roadshow.agenda.arrange import proof, report, times_of
from matcher.roadshow.agenda.changes import changes
from matcher.roadshow.agenda.grid import Flags, grid, present, usable
from matcher.roadshow.agenda.mistakes import refuse_mistakes
from matcher.roadshow.agenda.program import UNIT, Floor, Options, best, options, top_up
from matcher.roadshow.agenda.result import Agenda, Meeting, Proof, Replanned, TalkPlace
from matcher.roadshow.agenda.tables import in_order, seat
from matcher.roadshow.agenda.talks import place_talks
from matcher.roadshow.agenda.types import AgendaPlan, Slot, Span, Talk
from matcher.roadshow.agenda.unmet import unmet_requests


def absent(
    plan: AgendaPlan, party: str, begins: datetime, ends: datetime | None = None
) -> AgendaPlan:
    """The plan without a party from `begins` on; until `ends`, or to the end of the event."""
    gone = Span(begins, ends or datetime.max, "缺席")
    parties = (
        replace(one, away=(*one.away, gone)) if one.id == party else one for one in plan.parties
    )
    return replace(plan, parties=tuple(parties))


def replan(
    agenda: Agenda, plan: AgendaPlan, since: datetime | None = None, most_moved: float = 0.05
) -> Replanned:
    """Change a timetable as little as a changed plan allows.

    Talks stay where they are if they can. Of the meetings that were placed, as much weight as
    possible is kept, without moving more than `most_moved` of them that could have stayed; then as
    few as possible are moved; then requests that were waiting get what has become free.

    Args:
        agenda: as it was.
        plan: as it is now; see `absent`.
        since: what began before stays as it was; None if nothing has begun.
        most_moved: share of the placed meetings.

    Raises:
        RoadshowError: the changed plan makes no sense.
    """
    refuse_mistakes(plan)
    clock = time.monotonic()
    kept, loose = _kept_talks(agenda, plan, since)
    stage = place_talks(plan, plan.seconds * 0.3, kept, since, loose)
    past = _past(agenda, plan, since)
    rest = _without(plan, past)
    layout = grid(rest, stage.places, usable(plan.meeting_slots, plan, since))
    every = options(rest, layout)
    before = {one.request: one for one in agenda.meetings}
    cap = int(most_moved * len(before) + 1e-9)
    left = plan.seconds - (time.monotonic() - clock)
    steps = _least_change(every, _prior(rest, layout.slots, every, before), cap, left)
    times = times_of(rest, layout, every, steps.chosen)
    tables = {name: one.table for name, one in before.items() if times.get(name) == one.slot}
    after = report(
        plan,
        stage.places,
        in_order(plan, [*past, *seat(rest, times, tables)]),
        [*stage.unmet, *unmet_requests(rest, layout, every, steps.chosen)],
        [*stage.proofs, *steps.proofs],
        seconds=time.monotonic() - clock,
        reproducible=not (stage.stopped or steps.stopped),
    )
    found = changes(agenda, after)
    moved = sum(one.what == "request" and one.kind == "moved" for one in found)
    return Replanned(after, found, moved / max(1, len(before)))


def _kept_talks(
    agenda: Agenda, plan: AgendaPlan, since: datetime | None
) -> tuple[dict[str, TalkPlace], dict[str, str]]:
    """The talks that have begun or can be held where they were, and the slots of the loosened.

    Loosened are those that follow a talk which can not: they stay if it still comes before them.
    """
    talks = {talk.id: talk for talk in plan.talks}
    slots = {slot.id: slot for slot in plan.talk_slots}
    open_slots = {slot.id for slot in usable(plan.talk_slots, plan)}
    parties = {one.id: one for one in plan.parties}
    rooms = {room.id: room.seats for room in plan.rooms}
    at_once: Counter[tuple[str, str]] = Counter()
    kept = {}
    for place in agenda.talks:
        if place.talk not in talks or place.slot not in slots or place.room not in rooms:
            continue
        talk, slot = talks[place.talk], slots[place.slot]
        speaker = parties[talk.speaker]
        stays = (
            slot.id in open_slots
            and present(speaker, slot)
            and rooms[place.room] >= talk.attendance
            and talk.slot in (None, slot.id)
            and talk.room in (None, place.room)
            and at_once[speaker.id, slot.id] < speaker.delegations
        )
        if stays or (since is not None and slot.begins < since):
            kept[talk.id] = place
            at_once[speaker.id, slot.id] += 1
    begun = {slot.id for slot in plan.talk_slots if since is not None and slot.begins < since}
    loose: dict[str, str] = {}
    while (out := _out_of_order(kept, talks, slots, begun)) is not None:
        loose[out] = kept.pop(out).slot
    return kept, loose


def _out_of_order(
    kept: Mapping[str, TalkPlace],
    talks: Mapping[str, Talk],
    slots: Mapping[str, Slot],
    begun: set[str],
) -> str | None:
    """A talk, not yet begun, of which one that must come first is not held before it."""
    for id_, place in kept.items():
        earlier = [kept[one].slot for one in talks[id_].after if one in kept]
        sound = len(earlier) == len(talks[id_].after) and all(
            slots[one].begins < slots[place.slot].begins for one in earlier
        )
        if not sound and place.slot not in begun:
            return id_
    return None


def _past(agenda: Agenda, plan: AgendaPlan, since: datetime | None) -> list[Meeting]:
    """The meetings that have begun."""
    requests = {one.id for one in plan.requests}
    begun = {slot.id for slot in plan.meeting_slots if since is not None and slot.begins < since}
    return [one for one in agenda.meetings if one.slot in begun and one.request in requests]


def _without(plan: AgendaPlan, past: list[Meeting]) -> AgendaPlan:
    """The plan of what is still to come: fewer requests, and fewer meetings wanted."""
    over = {one.request for one in past}
    had: Counter[str] = Counter()
    for one in plan.requests:
        if one.id in over:
            had.update((one.host, one.guest))
    parties = (
        one if one.most is None else replace(one, most=max(0, one.most - had[one.id]))
        for one in plan.parties
    )
    rest = tuple(one for one in plan.requests if one.id not in over)
    return replace(plan, requests=rest, parties=tuple(parties))


@dataclass(frozen=True, slots=True)
class _Prior:
    """Of each option: whether its request was placed, was placed just there, or could have been."""

    placed: Flags
    same: Flags
    steady: Flags


def _prior(
    rest: AgendaPlan, slots: tuple[Slot, ...], every: Options, before: Mapping[str, Meeting]
) -> _Prior:
    names = [rest.requests[request].id for request in every.request]
    placed = np.array([name in before for name in names], bool)
    same = np.array(
        [
            name in before and before[name].slot == slots[slot].id
            for name, slot in zip(names, every.slot, strict=True)
        ],
        bool,
    )
    return _Prior(placed, same, np.isin(every.request, every.request[same]))


@dataclass(frozen=True, slots=True)
class _Steps:
    chosen: Flags
    proofs: tuple[Proof, ...]
    stopped: bool


def _least_change(every: Options, prior: _Prior, cap: int, seconds: float) -> _Steps:
    """Keep the most weight, then move the fewest, then add the most weight."""
    kept = np.where(prior.placed, every.worth, 0)
    added = every.worth - kept
    moved = (prior.steady & ~prior.same).astype(np.int64)
    began = time.monotonic()
    nothing = np.zeros(len(every.worth), bool)
    start = top_up(every, nothing, np.where(prior.same, every.worth, 0))
    first = best(every, kept, seconds * 0.4, start, [Floor(-moved, -cap)])
    proofs = [proof("kept_weight", first.value / UNIT, first.bound / UNIT, began)]
    floors = [Floor(kept, first.value)]
    began = time.monotonic()
    second = best(every, -moved, seconds * 0.3, first.chosen, floors)
    proofs.append(proof("moved", float(-second.value), float(-second.bound), began))
    floors.append(Floor(-moved, second.value))
    began = time.monotonic()
    third = best(every, added, seconds * 0.3, second.chosen, floors)
    proofs.append(proof("new_weight", third.value / UNIT, third.bound / UNIT, began))
    stopped = any(one.stopped for one in (first, second, third))
    return _Steps(third.chosen, tuple(proofs), stopped)
