"""Invitations and a timetable for people (Chinese lines) and for programs (JSON)."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from matcher.roadshow.agenda.result import AIMS, Agenda, Change, Meeting, TalkPlace
from matcher.roadshow.invite import Invitations
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.meetings import Invited
from service.roadshow.present import STATUSES
from service.roadshow.timetable import party_name

KINDS = {"cancelled": "取消", "moved": "改时间", "reseated": "换地点", "added": "新增"}
_SHOWN = 40
_INVITATIONS = TypeAdapter(Invitations)
_AGENDA = TypeAdapter(Agenda)
_CHANGE = TypeAdapter(Change)


def invitations_as_json(invited: Invited) -> dict[str, Any]:
    """Shape invitations for programs, with who calls whom."""
    found = _INVITATIONS.dump_python(invited.invitations, mode="json")
    shares = invited.shares
    callers = {"broker": dict(shares.broker), "left": list(shares.left)} if shares else None
    return {**found, "callers": callers}


def agenda_as_json(kept: KeptAgenda) -> dict[str, Any]:
    """Shape a timetable for programs: ids, and the hours of each slot."""
    slots = {one.id: one for one in (*kept.plan.talk_slots, *kept.plan.meeting_slots)}
    hours = {
        id_: {"begins": one.begins.isoformat(), "ends": one.ends.isoformat()}
        for id_, one in slots.items()
    }
    requests = {
        one.id: {"host": one.host, "guest": one.guest, "subjects": [list(s) for s in one.subjects]}
        for one in kept.plan.requests
    }
    found = _AGENDA.dump_python(kept.agenda, mode="json")
    return {**found, "sequence": kept.sequence, "slots": hours, "requests": requests}


def change_as_json(change: Change) -> dict[str, Any]:
    """Shape a change for programs."""
    found: dict[str, Any] = _CHANGE.dump_python(change, mode="json")
    return found


def invitations_as_text(invited: Invited) -> Iterator[str]:
    """Lines for a person: who is invited to hear whom."""
    short, found = invited.short, invited.invitations
    yield f"邀请 {len(found.items)} 份，期望价值合计 {found.value:.2f}（已证明最优）"
    for id_ in short.selection.chosen:
        own = sorted((one for one in found.items if one.entrant == id_), key=lambda one: -one.value)
        names = "、".join(party_name(short, one.organisation) for one in own)
        lack = found.missing.get(id_)
        note = f"（离下限还差 {lack} 家：合适的听众不够）" if lack else ""
        title = clip(name_of(short.built.achievements[id_]), 30)
        yield f"  {shown_id(id_)} {title} ← {names or '没有'}{note}"
    if invited.shares and invited.shares.left:
        yield f"提醒：没有人联系的单位：{'、'.join(invited.shares.left)}"


def agenda_as_text(kept: KeptAgenda) -> Iterator[str]:
    """Lines for a person: talks, meetings, what found no place, the proofs."""
    agenda, plan = kept.agenda, kept.plan
    slots = {one.id: one for one in (*plan.talk_slots, *plan.meeting_slots)}
    yield f"路演 {len(agenda.talks)} 场"
    for talk in agenda.talks[:_SHOWN]:
        yield f"  {slots[talk.slot].begins:%H:%M}  {_what(kept, talk)}"
    yield f"洽谈 {len(agenda.meetings)} 场"
    for meeting in agenda.meetings[:_SHOWN]:
        yield f"  {slots[meeting.slot].begins:%H:%M}  {_what(kept, meeting)}"
    if len(agenda.meetings) > _SHOWN:
        yield f"  ……共 {len(agenda.meetings)} 场，全部见 --out 的 agenda.xlsx"
    for unmet in agenda.unmet:
        yield f"提醒：没有排上 {_name(kept, unmet.id)}：{unmet.text}"
    if agenda.idle:
        yield f"空等：{len(agenda.idle)} 家单位共 {sum(agenda.idle.values())} 个时段"
    for proof in agenda.proofs:
        yield (
            f"{AIMS[proof.aim]}：{proof.value:g}，{STATUSES[proof.status]}"
            f"（界 {proof.bound:g}，差距 {proof.gap:.2%}，{proof.seconds:.1f} 秒）"
        )


def change_lines(
    before: KeptAgenda, after: KeptAgenda, changes: tuple[Change, ...]
) -> Iterator[str]:
    """What became of each talk and meeting that did not stay."""
    for one in changes:
        kept = before if one.after is None else after
        place = one.after or one.before
        slots = {s.id: s for s in (*kept.plan.talk_slots, *kept.plan.meeting_slots)}
        when = f"{slots[place.slot].begins:%H:%M}  {_what(kept, place)}" if place else ""
        yield f"  {KINDS[one.kind]}：{when}"


def _what(kept: KeptAgenda, place: TalkPlace | Meeting) -> str:
    if isinstance(place, TalkPlace):
        talk = next(one for one in kept.plan.talks if one.id == place.talk)
        return f"{place.room}  {_name(kept, talk.id)}（{_party(kept, talk.speaker)}）"
    return f"桌位 {place.table}  {_name(kept, place.request)}"


def _name(kept: KeptAgenda, id_: str) -> str:
    """What a talk or a request is called."""
    asked = next((one for one in kept.plan.requests if one.id == id_), None)
    if asked is None:
        return kept.titles.get(id_, id_)
    return f"{_party(kept, asked.host)} × {_party(kept, asked.guest)}"


def _party(kept: KeptAgenda, id_: str) -> str:
    return next((one.name for one in kept.plan.parties if one.id == id_), "") or id_
