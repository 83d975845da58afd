"""Talks into slots and rooms: as many as possible, then as few as possible missed by listeners.

In between, where a timetable is changed: as few as possible moved.

One variable for each talk and slot. Rooms follow: talks that need no particular room can be seated
in those left free if, for every number of seats, no more talks need as many than rooms have them
(Hall's condition; the rooms that suit one talk are among those that suit a smaller one).
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ortools.sat.python import cp_model

from matcher.roadshow.agenda.compact import run, solver
from matcher.roadshow.agenda.grid import present, usable
from matcher.roadshow.agenda.result import Aim, Proof, TalkPlace, Unmet
from matcher.roadshow.agenda.types import AgendaPlan, Room, Slot, Talk
from matcher.roadshow.selection import Status, gap_between

Choice = dict[tuple[str, str], cp_model.IntVar]
"""For talk and slot."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Placed talks, those without a place, and how good that is."""

    places: tuple[TalkPlace, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    proofs: tuple[Proof, ...] = ()
    stopped: bool = False


def place_talks(
    plan: AgendaPlan,
    seconds: float,
    kept: Mapping[str, TalkPlace] | None = None,
    since: datetime | None = None,
    wished: Mapping[str, str] | None = None,
) -> Stage:
    """Place the talks.

    Args:
        plan: without mistakes.
        seconds: for all aims.
        kept: talks that stay where they are, by id; they may have begun already.
        since: no other talk begins earlier.
        wished: talk to slot, for others that stay there if no talk is lost by it.
    """
    if not plan.talks:
        return Stage()
    held = dict(kept or {})
    slots = usable(plan.talk_slots, plan, since)
    ways = {talk.id: _ways(plan, talk, slots, held.get(talk.id)) for talk in plan.talks}
    model = cp_model.CpModel()
    choice: Choice = {
        (talk, slot): model.new_bool_var("") for talk, at in ways.items() for slot in at
    }
    _rules(model, plan, choice, held)
    until = time.monotonic() + seconds
    aims: list[tuple[Aim, cp_model.LinearExprT, bool]] = [
        ("talks_placed", cp_model.LinearExpr.sum(list(choice.values())), True),
        ("talks_missed", _missed(model, plan, choice), False),
    ]
    stay = [choice[at] for at in (wished or {}).items() if at in choice]
    if stay:
        aims.insert(1, ("talks_moved", cp_model.LinearExpr.sum([1 - one for one in stay]), False))
    chosen, proofs, stopped = _in_turn(model, aims, choice, plan.seconds, until)
    done = {talk for talk, _ in chosen}
    complete = proofs[0].status == "optimal"
    unmet = tuple(
        _unmet(plan, talk, ways[talk.id], done, complete=complete)
        for talk in plan.talks
        if talk.id not in done
    )
    return Stage(_seat(plan, chosen, held), unmet, proofs, stopped)


def _in_turn(
    model: cp_model.CpModel,
    aims: Sequence[tuple[Aim, cp_model.LinearExprT, bool]],
    choice: Choice,
    effort: float,
    until: float,
) -> tuple[set[tuple[str, str]], tuple[Proof, ...], bool]:
    """Seek one aim after another, what was reached of those before it held."""
    chosen: set[tuple[str, str]] = set()
    proofs, stopped = [], False
    for aim, value, maximise in aims:
        found = _seek(
            model, aim, value, choice, effort, until, maximise=maximise, hint=chosen or None
        )
        proofs.append(found.proof)
        stopped = stopped or found.stopped
        if found.chosen is not None:
            chosen = found.chosen
            reached = round(found.proof.value)
            model.add(value >= reached if maximise else value <= reached)
    return chosen, tuple(proofs), stopped


def _ways(plan: AgendaPlan, talk: Talk, slots: Iterable[Slot], kept: TalkPlace | None) -> list[str]:
    """The slots in which one talk could be, whatever the others do."""
    if kept is not None:
        return [kept.slot]
    speaker = next(one for one in plan.parties if one.id == talk.speaker)
    if not any(room.seats >= talk.attendance for room in plan.rooms):
        return []
    return [slot.id for slot in slots if talk.slot in (None, slot.id) and present(speaker, slot)]


def _rules(
    model: cp_model.CpModel, plan: AgendaPlan, choice: Choice, held: Mapping[str, TalkPlace]
) -> None:
    talks = {talk.id: talk for talk in plan.talks}
    place = {slot.id: number for number, slot in enumerate(plan.talk_slots)}
    of_talk: dict[str, dict[str, cp_model.IntVar]] = {talk: {} for talk in talks}
    for (talk, slot), one in choice.items():
        of_talk[talk][slot] = one
    for talk, at in of_talk.items():
        model.add_at_most_one(at.values())
        if talk in held:
            model.add(sum(at.values()) == 1)
            continue
        for before in talks[talk].after:
            _sequence(model, of_talk[before], at, place)
    for slot in (one.id for one in plan.talk_slots):
        here = {talk: at[slot] for talk, at in of_talk.items() if slot in at}
        for party in plan.parties:
            own = [one for talk, one in here.items() if talks[talk].speaker == party.id]
            sure = sum(talks[talk].speaker == party.id for talk in here if talk in held)
            if len(own) > party.delegations:
                model.add(sum(own) <= max(party.delegations, sure))
        _rooms(model, plan.rooms, {talks[talk]: one for talk, one in here.items()}, held)


def _sequence(
    model: cp_model.CpModel,
    before: Mapping[str, cp_model.IntVar],
    after: Mapping[str, cp_model.IntVar],
    place: Mapping[str, int],
) -> None:
    """A talk is held at a slot only if what must come first is held earlier."""
    for slot, one in after.items():
        model.add_bool_or([~one, *(two for at, two in before.items() if place[at] < place[slot])])


def _rooms(
    model: cp_model.CpModel,
    rooms: tuple[Room, ...],
    here: Mapping[Talk, cp_model.IntVar],
    held: Mapping[str, TalkPlace],
) -> None:
    """The talks of one slot find rooms."""
    fixed = {talk: _room(talk, held) for talk in here}
    for room in rooms:
        model.add_at_most_one(one for talk, one in here.items() if fixed[talk] == room.id)
    anywhere = [talk for talk in here if fixed[talk] is None]
    for needed in sorted({talk.attendance for talk in anywhere}):
        large = {room.id for room in rooms if room.seats >= needed}
        taken = [one for talk, one in here.items() if fixed[talk] in large]
        taken += [here[talk] for talk in anywhere if talk.attendance >= needed]
        model.add(sum(taken) <= len(large))


def _room(talk: Talk, held: Mapping[str, TalkPlace]) -> str | None:
    return held[talk.id].room if talk.id in held else talk.room


def _missed(model: cp_model.CpModel, plan: AgendaPlan, choice: Choice) -> cp_model.LinearExprT:
    """Talks that parties want to hear while they speak or hear another."""
    terms: list[cp_model.IntVar] = []
    for party in plan.parties:
        for slot in plan.talk_slots:
            if not present(party, slot):
                continue
            wanted = [
                choice[talk.id, slot.id]
                for talk in plan.talks
                if (party.id in talk.interested or party.id == talk.speaker)
                and (talk.id, slot.id) in choice
            ]
            if len(wanted) > party.delegations:
                over = model.new_int_var(0, len(wanted) - party.delegations, "")
                model.add(over >= sum(wanted) - party.delegations)
                terms.append(over)
    return cp_model.LinearExpr.sum(terms)


@dataclass(frozen=True, slots=True)
class _Sought:
    chosen: set[tuple[str, str]] | None
    proof: Proof
    stopped: bool


def _seek(
    model: cp_model.CpModel,
    aim: Aim,
    value: cp_model.LinearExprT,
    choice: Choice,
    effort: float,
    until: float,
    *,
    maximise: bool = False,
    hint: set[tuple[str, str]] | None = None,
) -> _Sought:
    since = time.monotonic()
    model.clear_hints()  # type: ignore[no-untyped-call]
    for key, one in choice.items():
        model.add_hint(one, key in (hint or ()))
    (model.maximize if maximise else model.minimize)(value)
    made = solver(effort, until - since)
    found, proved, stopped = run(made, model)
    spent = time.monotonic() - since
    if not found:
        most = float(len({talk for talk, _ in choice})) if maximise else 0.0
        return _Sought(None, Proof(aim, "feasible", 0.0, most, 1.0, spent), stopped)
    chosen = {key for key, one in choice.items() if made.boolean_value(one)}
    reached, bound = made.objective_value, made.best_objective_bound
    gap = gap_between(reached, bound)
    status: Status = "optimal" if proved else "feasible"
    return _Sought(chosen, Proof(aim, status, reached, bound, gap, spent), stopped)


def _seat(
    plan: AgendaPlan, chosen: set[tuple[str, str]], held: Mapping[str, TalkPlace]
) -> tuple[TalkPlace, ...]:
    """Rooms for talks whose slots are known: the largest first, each in the smallest that fits."""
    talks = {talk.id: talk for talk in plan.talks}
    places = []
    for slot in plan.talk_slots:
        here = sorted(
            (talks[talk] for talk, at in chosen if at == slot.id),
            key=lambda talk: (_room(talk, held) is None, -talk.attendance, talk.id),
        )
        left = sorted(plan.rooms, key=lambda room: (room.seats, room.id))
        for talk in here:
            fixed = _room(talk, held)
            room = next(
                one
                for one in left
                if (one.seats >= talk.attendance if fixed is None else one.id == fixed)
            )
            left.remove(room)
            places.append(TalkPlace(talk.id, slot.id, room.id))
    return tuple(places)


def _unmet(
    plan: AgendaPlan, talk: Talk, ways: list[str], done: set[str], *, complete: bool
) -> Unmet:
    late = [before for before in talk.after if before not in done]
    if not any(room.seats >= talk.attendance for room in plan.rooms):
        text = f"没有能坐下 {talk.attendance} 人的会场；请换更大的会场，或减少人数。"
        return Unmet("talk", talk.id, "rooms", text)
    if not ways:
        text = "主讲单位在可选的时段都不在场；请增加时段，或请其调整到场时间。"
        return Unmet("talk", talk.id, "no_common_time", text)
    if late:
        names = "、".join(f"“{before}”" for before in late)
        text = f"应先举行的 {names} 没有排上；请去掉先后要求，或增加时段。"
        return Unmet("talk", talk.id, "order", text)
    if not complete:
        text = "求解时间已到，尚未找到位置；请增加求解时间后重排。"
        return Unmet("talk", talk.id, "time_ran_out", text)
    text = "可选时段的会场已满，或主讲单位已另有路演；请增加会场或时段，或放宽其指定的时段与先后。"
    return Unmet("talk", talk.id, "rooms", text)
