"""A plan's clock, rooms and tables as the timetable's solver takes them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from matcher.roadshow.agenda.types import AgendaPlan, Party, Request, Room, Slot, Span, Talk
from matcher.roadshow.invite import Invitation
from service.access.ids import shown_id
from service.roadshow.errors import PlanFileError
from service.roadshow.groups import institution_of
from service.roadshow.meeting_shapes import AgendaSection
from service.roadshow.shortlist import Shortlist

ROOM = "主会场"
SEATS = 300
_MOST_SLOTS = 200
_SPARE = 4
"""Slots more than talks, so that who comes late can still be heard."""


def agenda_plan(short: Shortlist, invited: Sequence[Invitation]) -> AgendaPlan:
    """Make the timetable's plan: a talk a chosen achievement, a meeting a pair of organisations.

    Args:
        short: who is on stage.
        invited: who is to meet whom.

    Raises:
        PlanFileError: there is no date, talks do not fit, or somebody unknown is absent.
    """
    written = short.written
    if written.event.date is None:
        problem = "没有写；排日程要有活动的日期，例如 date = 2026-12-05。"
        raise PlanFileError(written.toml.name, [written.mistake(("event", "date"), problem)])
    asked, day = written.agenda or AgendaSection(), written.event.date
    parties = _parties(short, invited)
    rooms = tuple(Room(one.name, one.seats, one.name) for one in written.room)
    rooms = rooms or (Room(ROOM, SEATS, ROOM),)
    breaks = tuple(
        Span(_at(day, one.begins), _at(day, one.ends), one.title) for one in written.breaks
    )
    talks = tuple(_talks(short, invited))
    needed = -(-len(talks) // len(rooms)) + (_SPARE if written.absent else 0)
    return AgendaPlan(
        title=short.plan.title,
        place=asked.place,
        parties=tuple(_present(short, day, parties, asked.most_meetings)),
        rooms=rooms,
        talk_slots=_talk_slots(asked, day, breaks, needed),
        talks=talks,
        tables=tuple(str(number) for number in range(1, asked.tables + 1)),
        meeting_slots=_meeting_slots(asked, day, breaks),
        requests=tuple(_requests(short, invited)) if asked.tables else (),
        breaks=breaks,
        seconds=asked.seconds,
    )


def host_of(short: Shortlist, entrant: str) -> str:
    """Who presents an achievement; the achievement itself where nobody is named."""
    return institution_of(short.built.achievements[entrant].owner) or entrant


def party_name(short: Shortlist, party: str) -> str:
    """What a party is called; one without an organisation by its record."""
    if party in short.built.achievements:
        return f"成果 {shown_id(party)}"
    return f"需求 {shown_id(party)}" if party in short.built.needs else party


def parties_of(short: Shortlist) -> set[str]:
    """Ids of all parties that a timetable of a list could have, by its records as they are seen."""
    hosts = {host_of(short, id_) for id_ in short.selection.chosen}
    guests = {one.organisation or one.id for one in short.built.pool.guests}
    return hosts | guests | set(short.built.achievements) | set(short.built.needs)


def _parties(short: Shortlist, invited: Sequence[Invitation]) -> list[str]:
    hosts = [host_of(short, id_) for id_ in short.selection.chosen]
    return list(dict.fromkeys([*hosts, *(one.organisation for one in invited)]))


def _present(
    short: Shortlist, day: date, names: Sequence[str], most: int | None
) -> Iterator[Party]:
    written = short.written
    away: dict[str, list[Span]] = {}
    mistakes = []
    for number, one in enumerate(written.absent):
        if one.party not in names:
            near = get_close_matches(one.party, names, n=1, cutoff=0.3)
            hint = f"是不是“{near[0]}”？" if near else ""
            problem = f"“{one.party}”不参加这场活动。{hint}参加的有：{'、'.join(names[:8])}等。"
            mistakes.append(written.mistake(("absent", number, "party"), problem))
        begins, ends = one.begins or time.min, one.ends or time(23, 59)
        away.setdefault(one.party, []).append(Span(_at(day, begins), _at(day, ends)))
    if mistakes:
        raise PlanFileError(written.toml.name, mistakes)
    for name in names:
        title = party_name(short, name)
        yield Party(id=name, name=title, away=tuple(away.get(name, ())), most=most)


def _talks(short: Shortlist, invited: Sequence[Invitation]) -> Iterator[Talk]:
    for id_ in short.selection.chosen:
        host = host_of(short, id_)
        interested = {one.organisation for one in invited if one.entrant == id_}
        yield Talk(
            id=id_,
            title=short.entrant(id_).title,
            speaker=host,
            interested=tuple(sorted(interested - {host})),
        )


def _requests(short: Shortlist, invited: Sequence[Invitation]) -> Iterator[Request]:
    """One for each two organisations; all their subjects are talked about at one table."""
    together: dict[tuple[str, str], list[Invitation]] = {}
    for one in invited:
        host, guest = host_of(short, one.entrant), one.organisation
        if host != guest:
            together.setdefault((min(host, guest), max(host, guest)), []).append(one)
    for number, (_, about) in enumerate(sorted(together.items()), start=1):
        subjects = {(one.entrant, invitee) for one in about for invitee in (one.invitee, *one.also)}
        yield Request(
            id=f"M{number:03}",
            host=host_of(short, about[0].entrant),
            guest=about[0].organisation,
            weight=max(one.value for one in about),
            subjects=tuple(sorted(subjects)),
        )


def _talk_slots(
    asked: AgendaSection, day: date, breaks: Sequence[Span], needed: int
) -> tuple[Slot, ...]:
    ends = _at(day, asked.talks_to) if asked.talks_to else _at(day, time(23, 59))
    slots = _slots("T", _at(day, asked.talks_from), ends, asked.talk_minutes, breaks)
    return tuple(slots) if asked.talks_to else tuple(slots)[:needed]


def _meeting_slots(asked: AgendaSection, day: date, breaks: Sequence[Span]) -> tuple[Slot, ...]:
    begins = _at(day, asked.meetings_from)
    ends = _at(day, asked.meetings_to)
    return tuple(_slots("S", begins, ends, asked.meeting_minutes, breaks))


def _slots(
    letter: str, begins: datetime, ends: datetime, minutes: int, breaks: Iterable[Span]
) -> Iterator[Slot]:
    """Slots one after the other; a break moves the next one to its end."""
    length, number = timedelta(minutes=minutes), 0
    pauses = sorted(breaks, key=lambda one: one.begins)
    while begins + length <= ends and number < _MOST_SLOTS:
        pause = next((p for p in pauses if p.begins < begins + length and begins < p.ends), None)
        if pause is not None:
            begins = pause.ends
            continue
        number += 1
        yield Slot(f"{letter}{number:03}", begins, begins + length)
        begins += length


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)
