"""A timetable as a workbook: talks, meetings by time and table, each party's day, the proof."""

from collections.abc import Iterator
from datetime import datetime

from matcher.roadshow.agenda.result import AIMS
from matcher.roadshow.agenda.types import Slot
from service.exports.sheets import Cell, Sheet, as_workbook
from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.present import STATUSES

_TALKS = (("时间", 14), ("会场", 16), ("成果", 40), ("主讲单位", 26), ("邀请的听众", 50))
_MEETINGS = (("时间", 14), ("桌位", 8), ("一方", 26), ("另一方", 26), ("洽谈内容", 60))
_DAYS = (("单位", 28), ("时间", 14), ("地点", 16), ("事项", 60))
_UNMET = (("编号", 12), ("事项", 50), ("为什么没有排上", 60))
_PROOFS = (("目标（按先后）", 36), ("结论", 18), ("值", 12), ("界", 12), ("差距", 10), ("秒", 8))


def agenda_as_xlsx(kept: KeptAgenda, made: datetime) -> bytes:
    """Write the timetable; texts are stored as texts."""
    agenda = kept.agenda
    about = (
        f"地点：{kept.plan.place or '未写'}　第 {kept.sequence + 1} 版",
        f"求解：{agenda.solver}，{agenda.seconds:.1f} 秒，指纹 {agenda.fingerprint}",
    )
    sheets = [
        Sheet("路演", _TALKS, _talks(kept), about),
        Sheet("洽谈", _MEETINGS, _meetings(kept)),
        Sheet("各单位", _DAYS, _days(kept)),
        Sheet("没有排上", _UNMET, _unmet(kept)),
        Sheet("证明", _PROOFS, _proofs(kept)),
    ]
    return as_workbook(kept.plan.title, sheets, made)


def clock(slot: Slot) -> str:
    """The hours of a slot."""
    return f"{slot.begins:%H:%M}–{slot.ends:%H:%M}"


def _names(kept: KeptAgenda) -> dict[str, str]:
    return {one.id: one.name or one.id for one in kept.plan.parties}


def _slots(kept: KeptAgenda) -> dict[str, Slot]:
    return {one.id: one for one in (*kept.plan.talk_slots, *kept.plan.meeting_slots)}


def _talks(kept: KeptAgenda) -> Iterator[tuple[Cell, ...]]:
    names, slots = _names(kept), _slots(kept)
    talks = {one.id: one for one in kept.plan.talks}
    rooms = {one.id: one.name or one.id for one in kept.plan.rooms}
    for place in kept.agenda.talks:
        talk = talks[place.talk]
        guests = "、".join(names[one] for one in talk.interested)
        title = kept.titles.get(talk.id, talk.title)
        yield clock(slots[place.slot]), rooms[place.room], title, names[talk.speaker], guests


def _meetings(kept: KeptAgenda) -> Iterator[tuple[Cell, ...]]:
    names, slots = _names(kept), _slots(kept)
    requests = {one.id: one for one in kept.plan.requests}
    for place in kept.agenda.meetings:
        asked = requests[place.request]
        both = names[asked.host], names[asked.guest]
        yield clock(slots[place.slot]), place.table, *both, subjects(kept, asked.subjects)


def subjects(kept: KeptAgenda, pairs: tuple[tuple[str, str], ...]) -> str:
    """What a meeting is about, a line a pair."""
    return "\n".join(" × ".join(kept.titles.get(one, one) for one in pair) for pair in pairs)


def _days(kept: KeptAgenda) -> Iterator[tuple[Cell, ...]]:
    """What each party does when: its talks, those it was invited to, its meetings."""
    names, slots = _names(kept), _slots(kept)
    talks = {one.id: one for one in kept.plan.talks}
    requests = {one.id: one for one in kept.plan.requests}
    rooms = {one.id: one.name or one.id for one in kept.plan.rooms}
    found: list[tuple[str, datetime, str, str, str]] = []
    for talk_at in kept.agenda.talks:
        talk, slot = talks[talk_at.talk], slots[talk_at.slot]
        title = kept.titles.get(talk.id, talk.title)
        for party, verb in ((talk.speaker, "路演"), *((one, "听路演") for one in talk.interested)):
            where = rooms[talk_at.room]
            found.append((names[party], slot.begins, clock(slot), where, f"{verb}：{title}"))
    for meeting in kept.agenda.meetings:
        asked, slot = requests[meeting.request], slots[meeting.slot]
        for party, other in ((asked.host, asked.guest), (asked.guest, asked.host)):
            what = f"与 {names[other]} 洽谈：{subjects(kept, asked.subjects)}"
            found.append((names[party], slot.begins, clock(slot), f"桌位 {meeting.table}", what))
    yield from ((party, when, where, what) for party, _, when, where, what in sorted(found))


def _unmet(kept: KeptAgenda) -> Iterator[tuple[Cell, ...]]:
    names = _names(kept)
    requests = {one.id: one for one in kept.plan.requests}
    for one in kept.agenda.unmet:
        if one.kind == "request":
            asked = requests[one.id]
            what = f"{names[asked.host]} × {names[asked.guest]}"
        else:
            what = kept.titles.get(one.id, one.id)
        yield one.id, what, one.text


def _proofs(kept: KeptAgenda) -> Iterator[tuple[Cell, ...]]:
    for one in kept.agenda.proofs:
        told = AIMS[one.aim], STATUSES[one.status], round(one.value, 3), round(one.bound, 3)
        yield *told, f"{one.gap:.2%}", round(one.seconds, 2)
