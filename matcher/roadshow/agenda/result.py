"""A timetable, how good it is, and what changed in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.roadshow.selection import Status

Aim = Literal[
    "talks_placed", "talks_moved", "talks_missed",
    "meetings_weight", "idle", "kept_weight", "moved", "new_weight",
]  # fmt: skip
"""What was sought, in this order; each with the results of those before it held."""
AIMS: Mapping[Aim, str] = {
    "talks_placed": "排上的路演数",
    "talks_moved": "因先后要求改了时间的路演数",
    "talks_missed": "听众因同时段而错过的路演数",
    "meetings_weight": "排上的洽谈总权重",
    "idle": "空等时段与因洽谈听不成路演的时段之和",
    "kept_weight": "保住的洽谈总权重",
    "moved": "改了时间的洽谈数",
    "new_weight": "候补洽谈总权重",
}
Reason = Literal["no_common_time", "most", "busy", "tables", "rooms", "order", "time_ran_out"]
"""Why something is not in the timetable.

`no_common_time`: no slot at which all are there; `most`: a party has all the meetings it wants;
`busy`: at each such slot one is elsewhere; `tables`: or all tables are taken; `rooms`: no free room
that is large enough; `order`: a talk that must come first does not; `time_ran_out`: there would be
a place, the solver was stopped before.
"""


@dataclass(frozen=True, slots=True)
class TalkPlace:
    """Where and when a talk is held: ids of talk, slot and room."""

    talk: str
    slot: str
    room: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and when two parties meet: id of the request, id of the slot, name of the table."""

    request: str
    slot: str
    table: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """A talk or a request that found no place.

    Attributes:
        id: of the talk or request.
        reason: as a word.
        text: for people, in Chinese.
    """

    kind: Literal["talk", "request"]
    id: str
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Proof:
    """How good the timetable is by one aim.

    Attributes:
        status: `optimal` if nothing better exists, the earlier aims held; else time ran out.
        value: reached.
        bound: nothing better than this is possible.
        gap: `gap_between` value and bound.
        seconds: wall time.
    """

    aim: Aim
    status: Status
    value: float
    bound: float
    gap: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """A timetable.

    Attributes:
        talks: by slot and room.
        meetings: by slot and table.
        unmet: talks, then requests, the weightiest first.
        proofs: one for each aim that was sought; none where there was nothing to place.
        idle: slots that a party waits between its first and last meeting or talk, by party; those
            with none are left out. Breaks and times when it is away are no waiting.
        missed: talks that a party wanted to hear and cannot, by party; those with none left out.
        solver: names and versions.
        seconds: wall time.
        fingerprint: of the plan.
        reproducible: the same fingerprint gives the same timetable again; not so where the clock
            stopped a search, which a busier machine would have stopped elsewhere.
    """

    talks: tuple[TalkPlace, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    proofs: tuple[Proof, ...] = ()
    idle: Mapping[str, int]
    missed: Mapping[str, int]
    solver: str
    seconds: float
    fingerprint: str
    reproducible: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one talk or request after a change of plan.

    Attributes:
        kind: `cancelled`: was placed, is not any more; `moved`: at another time; `reseated`: at the
            same time in another place; `added`: was not placed before.
        before, after: as they are in the two timetables; None if it is in one only.
    """

    kind: Literal["cancelled", "moved", "reseated", "added"]
    what: Literal["talk", "request"]
    id: str
    before: TalkPlace | Meeting | None
    after: TalkPlace | Meeting | None


@dataclass(frozen=True, slots=True)
class Replanned:
    """A timetable after a change of plan.

    Attributes:
        changes: by kind and id; what stayed is not among them.
        moved_share: moved meetings, of all that were placed before.
    """

    agenda: Agenda
    changes: tuple[Change, ...]
    moved_share: float
