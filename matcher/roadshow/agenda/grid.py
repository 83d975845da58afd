"""Who can be where at each meeting slot, once the talks are placed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from matcher.roadshow.agenda.result import TalkPlace
from matcher.roadshow.agenda.types import AgendaPlan, Party, Slot, Span

Counts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def overlap(one: Slot | Span, other: Slot | Span) -> bool:
    """Whether two stretches of time have a moment in common."""
    return one.begins < other.ends and other.begins < one.ends


def present(party: Party, slot: Slot) -> bool:
    """Whether a party is there for the whole of a slot."""
    return not any(overlap(slot, away) for away in party.away)


def usable(slots: Iterable[Slot], plan: AgendaPlan, since: datetime | None = None) -> list[Slot]:
    """The slots that no break touches, and that have not begun before `since`."""
    return [
        slot
        for slot in slots
        if not any(overlap(slot, pause) for pause in plan.breaks)
        and (since is None or slot.begins >= since)
    ]


@dataclass(frozen=True, slots=True)
class Grid:
    """Parties × meeting slots; both in the plan's order, slots as `usable` gives them.

    Attributes:
        slots: of meetings.
        free: meetings that the party can have at the slot.
        stage: a talk of its own is on.
        waits: having no meeting there, between others, is waiting: it is present, there is no
            break, and no talk that it wants to hear is on.
        spare: of the meetings, how many leave it enough people to hear the talks that it can.
    """

    slots: tuple[Slot, ...]
    party: dict[str, int]
    free: Counts
    stage: Flags
    waits: Flags
    spare: Counts


def grid(plan: AgendaPlan, talks: Iterable[TalkPlace], slots: Iterable[Slot] | None = None) -> Grid:
    """Lay the grid; `slots` takes the place of the plan's usable meeting slots."""
    columns = usable(plan.meeting_slots, plan) if slots is None else list(slots)
    shape = (len(plan.parties), len(columns))
    speaking, wanted = (np.zeros(shape, np.int64) for _ in range(2))
    party = {one.id: row for row, one in enumerate(plan.parties)}
    when = {slot.id: slot for slot in plan.talk_slots}
    what = {talk.id: talk for talk in plan.talks}
    for place in talks:
        talk = what[place.talk]
        at = [overlap(when[place.slot], column) for column in columns]
        speaking[party[talk.speaker], at] += 1
        for listener in set(talk.interested) - {talk.speaker}:
            wanted[party[listener], at] += 1
    here = np.array(
        [
            [not any(overlap(slot, away) for away in one.away) for slot in columns]
            for one in plan.parties
        ],
        bool,
    ).reshape(shape)
    delegations = np.array([[one.delegations] for one in plan.parties], np.int64).reshape(-1, 1)
    free = np.where(here, np.maximum(delegations - speaking, 0), 0)
    stage = speaking > 0
    opened = {slot.id for slot in usable(columns, plan)}
    waits = here & ~stage & (wanted == 0) & np.array([one.id in opened for one in columns], bool)
    return Grid(tuple(columns), party, free, stage, waits, np.maximum(free - wanted, 0))


def waiting(layout: Grid, row: int, busy: Flags) -> int:
    """Slots that a party waits between the first and the last at which it meets or speaks."""
    on = np.flatnonzero(busy | layout.stage[row])
    if on.size == 0:
        return 0
    between = slice(on[0], on[-1] + 1)
    return int((layout.waits[row, between] & ~busy[between]).sum())
