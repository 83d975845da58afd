"""What a plan file may say of invitations and of the timetable."""

import datetime
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from service.roadshow.plan_shapes import Id, Ids, Section, Text

_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?:[:：]00)?")


def _clock(given: object) -> object:
    """A time of the day: `"09:30"`, or TOML's own 09:30:00."""
    if isinstance(given, datetime.time):
        return given
    found = _CLOCK.fullmatch(given.strip()) if isinstance(given, str) else None
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise PydanticCustomError("clock", '要写时刻，例如 "09:30"')
    return datetime.time(int(found[1]), int(found[2]))


Clock = Annotated[Any, BeforeValidator(_clock)]
Minutes = Annotated[int, Field(ge=1, le=480)]
Count = Annotated[int, Field(ge=1, le=1000)]


class InvitationsSection(Section):
    """How many are invited to whom."""

    least_per_talk: Annotated[int, Field(ge=0, le=1000)] = 3
    most_per_talk: Count = 10
    most_per_need: Count = 3
    most_per_guest: Count = 6
    least_score: Annotated[float, Field(ge=0, le=1)] = 0.3


class BrokerSection(Section):
    """Who calls the organisations that are invited."""

    name: Text
    most: Annotated[int, Field(ge=0, le=100_000)] | None = None
    only: Ids | None = None
    knows: Ids = Field(default_factory=list)


class AgendaSection(Section):
    """When talks and meetings are held."""

    place: Annotated[str, Field(max_length=200)] = ""
    talks_from: Clock = datetime.time(9, 0)
    talk_minutes: Minutes = 15
    talks_to: Clock = None
    meetings_from: Clock = datetime.time(13, 30)
    meetings_to: Clock = datetime.time(16, 30)
    meeting_minutes: Minutes = 20
    tables: Annotated[int, Field(ge=0, le=500)] = 10
    most_meetings: Count | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] = 20.0


class RoomSection(Section):
    """Where talks are held."""

    name: Text
    seats: Annotated[int, Field(ge=1, le=100_000)] = 100


class BreakSection(Section):
    """When nothing is held."""

    title: Text = "休息"
    begins: Clock
    ends: Clock


class AbsentSection(Section):
    """When somebody is away; the whole day unless a time is given."""

    party: Id
    begins: Clock = None
    ends: Clock = None


TABLES: dict[str, type[Section]] = {"invitations": InvitationsSection, "agenda": AgendaSection}
LISTS: dict[str, type[Section]] = {
    "broker": BrokerSection,
    "room": RoomSection,
    "break": BreakSection,
    "absent": AbsentSection,
}
