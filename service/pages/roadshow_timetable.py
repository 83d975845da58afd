"""A timetable as tables: slots by rooms, times by desks, and each party's own day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from matcher.roadshow.agenda.result import AIMS, Agenda, Meeting, Proof, TalkPlace
from matcher.roadshow.agenda.types import Slot
from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.opening import Agendas
from service.roadshow.present_agenda import change_lines


@dataclass(frozen=True, slots=True)
class Cell:
    """What is on at one place and time; `lines` are quieter than the title."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Times downwards, places across; a cell is None where nothing is on."""

    places: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a party's day."""

    clock: str
    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Timetable:
    """Everything that pages show of a timetable.

    Attributes:
        days: each party's own, by its name.
        parties: name by id, by name.
        moments: when somebody may be missing from: the words for each beginning of a slot.
        unmet: what found no place, and why.
        proofs: what was sought, in words, with its proof.
        changed: lines on what the last change did; empty without one.
    """

    agenda: Agenda
    place: str
    sequence: int
    talks: Table
    meetings: Table
    days: Mapping[str, tuple[Entry, ...]]
    parties: Mapping[str, str]
    moments: Mapping[str, datetime]
    unmet: tuple[tuple[str, str], ...]
    idle: tuple[tuple[str, int], ...]
    proofs: tuple[tuple[str, Proof], ...]
    breaks: tuple[str, ...]
    changed: tuple[str, ...]
    moved_share: float


def timetable(agendas: Agendas) -> Timetable:
    """Lay a timetable out."""
    return _Layout(agendas.now).timetable(agendas)


class _Layout:
    def __init__(self, kept: KeptAgenda) -> None:
        plan = kept.plan
        self.kept = kept
        self.names = {one.id: one.name or one.id for one in plan.parties}
        self.slots = {one.id: one for one in (*plan.talk_slots, *plan.meeting_slots)}
        self.rooms = {one.id: one.name or one.id for one in plan.rooms}
        self.talks = {one.id: one for one in plan.talks}
        self.requests = {one.id: one for one in plan.requests}

    def timetable(self, agendas: Agendas) -> Timetable:
        kept = self.kept
        plan, agenda = kept.plan, kept.agenda
        lines: tuple[str, ...] = ()
        if agendas.before:
            lines = tuple(
                line.strip() for line in change_lines(agendas.before, kept, agendas.changes)
            )
        parties = dict(sorted(self.names.items(), key=lambda one: one[1]))
        return Timetable(
            agenda=agenda,
            place=plan.place,
            sequence=kept.sequence,
            talks=_table(
                self.rooms.items(),
                plan.talk_slots,
                {(one.slot, one.room): self.talk(one) for one in agenda.talks},
            ),
            meetings=_table(
                [(name, f"{name} 号桌") for name in plan.tables],
                plan.meeting_slots,
                {(one.slot, one.table): self.meeting(one) for one in agenda.meetings},
            ),
            days=self.days(),
            parties=parties,
            moments=self.moments(),
            unmet=tuple((self.called(one.id), one.text) for one in agenda.unmet),
            idle=tuple((self.names[party], count) for party, count in sorted(agenda.idle.items())),
            proofs=tuple((AIMS[one.aim], one) for one in agenda.proofs),
            breaks=tuple(
                f"{one.begins:%H:%M}–{one.ends:%H:%M} {one.title or '休息'}" for one in plan.breaks
            ),
            changed=lines,
            moved_share=agendas.moved_share,
        )

    def title(self, talk: str) -> str:
        return self.talks[talk].title or talk

    def talk(self, one: TalkPlace) -> Cell:
        talk = self.talks[one.talk]
        guests = f"{len(talk.interested)} 家受邀" if talk.interested else ""
        return Cell(self.title(one.talk), _filled(self.names[talk.speaker], guests))

    def meeting(self, one: Meeting) -> Cell:
        asked = self.requests[one.request]
        about = dict.fromkeys(
            self.kept.titles.get(entrant, entrant) for entrant, _ in asked.subjects
        )
        return Cell(f"{self.names[asked.host]} × {self.names[asked.guest]}", tuple(about))

    def called(self, id_: str) -> str:
        if id_ in self.requests:
            asked = self.requests[id_]
            return f"{self.names[asked.host]} × {self.names[asked.guest]}"
        return self.title(id_)

    def days(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, list[tuple[Slot, Entry]]] = {party: [] for party in self.names}
        for talk_at in self.kept.agenda.talks:
            talk, slot = self.talks[talk_at.talk], self.slots[talk_at.slot]
            for party in dict.fromkeys((talk.speaker, *talk.interested)):
                verb = "登台" if party == talk.speaker else "听"
                what = f"{verb}：{self.title(talk.id)}"
                found[party].append((slot, Entry(clock(slot), self.rooms[talk_at.room], what)))
        for one in self.kept.agenda.meetings:
            asked, slot = self.requests[one.request], self.slots[one.slot]
            for party, other in ((asked.host, asked.guest), (asked.guest, asked.host)):
                entry = Entry(clock(slot), f"{one.table} 号桌", f"洽谈：{self.names[other]}")
                found[party].append((slot, entry))
        return {
            party: tuple(entry for _, entry in sorted(day, key=lambda one: one[0].begins))
            for party, day in found.items()
        }

    def moments(self) -> dict[str, datetime]:
        begins = sorted({slot.begins for slot in self.slots.values()})
        return {f"{one:%H:%M}": one for one in begins}


def clock(slot: Slot) -> str:
    """The hours of a slot."""
    return f"{slot.begins:%H:%M}–{slot.ends:%H:%M}"


def _table(
    places: Iterable[tuple[str, str]],
    slots: Iterable[Slot],
    cells: Mapping[tuple[str, str], Cell],
) -> Table:
    used = [(id_, name) for id_, name in places if any(place == id_ for _, place in cells)]
    rows = [
        (clock(slot), tuple(cells.get((slot.id, id_)) for id_, _ in used))
        for slot in slots
        if any(one == slot.id for one, _ in cells)
    ]
    return Table(tuple(name for _, name in used), tuple(rows))


def _filled(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)
