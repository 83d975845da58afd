"""What an organiser wants of a timetable; all times are wall-clock times in Beijing."""

from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: a break of the event, or when a party is away. `ends` is not part of it.

    Attributes:
        title: 茶歇, 午餐; of a break.
    """

    begins: datetime
    ends: datetime
    title: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can hold talks, or meetings. `ends` is not part of it."""

    id: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """Where talks are held."""

    id: str
    seats: int
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A delegation that speaks, listens and meets: an institution, an enterprise or a fund.

    Attributes:
        delegations: in how many places it can be at once.
        away: when it is not there at all.
        most: meetings that it wants at the most; None for no bound.
    """

    id: str
    name: str = ""
    delegations: int = 1
    away: tuple[Span, ...] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """An entrant on stage.

    Attributes:
        speaker: id of the party.
        attendance: seats that its room must have.
        interested: ids of the parties that want to hear it.
        slot, room: where it must be; None for anywhere.
        after: ids of talks that must have been held in an earlier slot.
    """

    id: str
    title: str = ""
    speaker: str
    attendance: int = 0
    interested: tuple[str, ...] = ()
    slot: str | None = None
    room: str | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Two parties that should meet one-to-one; there is one request for a pair of parties.

    Attributes:
        host, guest: ids of the parties; who is which makes no difference to the timetable.
        weight: what the meeting is worth, above 0; counted to three decimals.
        subjects: pairs (entrant, need or mandate) to be talked about.
    """

    id: str
    host: str
    guest: str
    weight: float = 1.0
    subjects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaPlan:
    """Everything that a timetable is made of; each part in the order of its ids or times.

    Attributes:
        talk_slots, meeting_slots: the same slot may be in both. Slots of one kind do not overlap.
        tables: their names; at each time every table holds one meeting.
        breaks: slots that overlap one hold nothing.
        seconds: for the solver, all in all.
    """

    title: str = "路演"
    place: str = ""
    parties: tuple[Party, ...] = ()
    rooms: tuple[Room, ...] = ()
    talk_slots: tuple[Slot, ...] = ()
    talks: tuple[Talk, ...] = ()
    tables: tuple[str, ...] = ()
    meeting_slots: tuple[Slot, ...] = ()
    requests: tuple[Request, ...] = ()
    breaks: tuple[Span, ...] = ()
    seconds: float = 30.0

    def __post_init__(self) -> None:
        """Order the parts, so that plans do not differ by the order they were written in."""
        for part in fields(self):
            value = getattr(self, part.name)
            if part.name == "tables":
                # 2 before 10
                object.__setattr__(self, part.name, tuple(sorted(value, key=_natural)))
            elif isinstance(value, tuple):
                object.__setattr__(self, part.name, tuple(sorted(value, key=_position)))


def _natural(name: str) -> tuple[int, str]:
    return (len(name), name)


def _position(part: Party | Room | Slot | Talk | Request | Span) -> tuple[str, str]:
    when = part.begins.isoformat() if isinstance(part, Slot | Span) else ""
    return (when, part.title if isinstance(part, Span) else part.id)
