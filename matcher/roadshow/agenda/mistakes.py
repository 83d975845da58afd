"""Plans that make no sense: every mistake at once, each with the part and the id it is in."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matcher.errors import RoadshowError
from matcher.roadshow.agenda.grid import overlap, usable
from matcher.roadshow.agenda.types import AgendaPlan, Slot, Span, Talk

LARGEST = 1e6
"""Of a weight."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong.

    Attributes:
        part: name of the field of `AgendaPlan`.
        id: of the item in it; empty if it is the part as a whole.
        text: in Chinese: what is wrong, and what to do.
    """

    part: str
    id: str
    text: str


def refuse_mistakes(plan: AgendaPlan) -> None:
    """Raise a RoadshowError that names every mistake, if there is one."""
    found = mistakes(plan)
    if found:
        lines = [f"{number}. {one.text}" for number, one in enumerate(found, 1)]
        raise RoadshowError(f"日程计划有 {len(found)} 处错误：\n" + "\n".join(lines))


def mistakes(plan: AgendaPlan) -> list[Mistake]:
    """Everything that is wrong with a plan; nothing if it can be solved."""
    return [
        *_whole(plan),
        *_twice(plan),
        *_times(plan),
        *_parties(plan),
        *_rooms(plan),
        *_talks(plan),
        *_order(plan),
        *_requests(plan),
    ]


def _whole(plan: AgendaPlan) -> Iterator[Mistake]:
    if not (math.isfinite(plan.seconds) and plan.seconds > 0):
        yield Mistake("seconds", "", f"求解时间 {plan.seconds} 秒无效，请写大于 0 的数。")
    if not plan.talks and not plan.requests:
        yield Mistake("talks", "", "既没有路演也没有洽谈请求，请至少写一项。")
    if plan.talks and not plan.rooms:
        yield Mistake("rooms", "", "有路演却没有会场，请写明会场。")
    if plan.requests and not plan.tables:
        yield Mistake("tables", "", "有洽谈请求却没有桌位，请写明桌位。")
    wants: tuple[tuple[str, str, Sequence[object], Sequence[Slot]], ...] = (
        ("talk_slots", "路演", plan.talks, plan.talk_slots),
        ("meeting_slots", "洽谈", plan.requests, plan.meeting_slots),
    )
    for part, name, wanted, slots in wants:
        # Times with and without a zone cannot be compared; that one has a zone is said elsewhere.
        comparable = not any(map(_zoned, slots)) and not any(map(_zoned, plan.breaks))
        if wanted and comparable and not usable(slots, plan):
            yield Mistake(part, "", f"没有可用的{name}时段（或都与休息时间重叠），请增加时段。")


def _twice(plan: AgendaPlan) -> Iterator[Mistake]:
    parts: dict[str, tuple[str, Iterable[str]]] = {
        "parties": ("单位", (one.id for one in plan.parties)),
        "rooms": ("会场", (one.id for one in plan.rooms)),
        "talk_slots": ("路演时段", (one.id for one in plan.talk_slots)),
        "meeting_slots": ("洽谈时段", (one.id for one in plan.meeting_slots)),
        "talks": ("路演", (one.id for one in plan.talks)),
        "tables": ("桌位", plan.tables),
        "requests": ("洽谈请求", (one.id for one in plan.requests)),
    }
    for part, (name, ids) in parts.items():
        for one, count in Counter(ids).items():
            if not one.strip():
                yield Mistake(part, one, f"有一个{name}没有编号，请补上。")
            if count > 1:
                yield Mistake(part, one, f"{name}“{one}”写了 {count} 次，请去掉重复的。")
    talk_slots = {slot.id: slot for slot in plan.talk_slots}
    for slot in plan.meeting_slots:
        if talk_slots.get(slot.id, slot) != slot:
            text = f"时段“{slot.id}”在路演与洽谈中的时间不同，请改用不同的编号。"
            yield Mistake("meeting_slots", slot.id, text)


def _times(plan: AgendaPlan) -> Iterator[Mistake]:
    for part, name in (("talk_slots", "路演时段"), ("meeting_slots", "洽谈时段")):
        slots: tuple[Slot, ...] = getattr(plan, part)
        for slot in slots:
            yield from _span(part, slot.id, f"{name}“{slot.id}”", slot)
        for one, other in pairwise(slot for slot in slots if not _zoned(slot)):
            if one.id != other.id and overlap(one, other):
                text = f"{name}“{one.id}”与“{other.id}”重叠，请错开。"
                yield Mistake(part, other.id, text)
    for pause in plan.breaks:
        yield from _span("breaks", pause.title, f"休息“{pause.title}”", pause)


def _zoned(span: Slot | Span) -> bool:
    return span.begins.tzinfo is not None or span.ends.tzinfo is not None


def _span(part: str, name: str, said: str, span: Slot | Span) -> Iterator[Mistake]:
    if _zoned(span):
        yield Mistake(part, name, f"{said}带有时区，请只写北京时间。")
    elif span.begins >= span.ends:
        yield Mistake(part, name, f"{said}的结束时间不晚于开始时间，请改正。")


def _parties(plan: AgendaPlan) -> Iterator[Mistake]:
    for one in plan.parties:
        if one.delegations < 1:
            text = f"单位“{one.id}”的代表团数是 {one.delegations}，请写 1 或更大的整数。"
            yield Mistake("parties", one.id, text)
        if one.most is not None and one.most < 0:
            text = f"单位“{one.id}”的洽谈上限是 {one.most}，请写 0 或更大的整数。"
            yield Mistake("parties", one.id, text)
        for away in one.away:
            yield from _span("parties", one.id, f"单位“{one.id}”的缺席时间", away)


def _rooms(plan: AgendaPlan) -> Iterator[Mistake]:
    for room in plan.rooms:
        if room.seats < 0:
            text = f"会场“{room.id}”的座位数是 {room.seats}，请写 0 或更大的整数。"
            yield Mistake("rooms", room.id, text)


def _talks(plan: AgendaPlan) -> Iterator[Mistake]:
    parties, talks = ({one.id for one in part} for part in (plan.parties, plan.talks))
    for talk in plan.talks:
        for text in (*_people(talk, parties, talks), *_place(plan, talk)):
            yield Mistake("talks", talk.id, f"路演“{talk.id}”{text}")
    fixed = Counter((talk.slot, talk.room) for talk in plan.talks if talk.slot and talk.room)
    for (slot, room), count in sorted(fixed.items()):
        if count > 1:
            text = f"有 {count} 场路演都指定在时段“{slot}”、会场“{room}”，请只留一场。"
            yield Mistake("talks", "", text)


def _people(talk: Talk, parties: set[str], talks: set[str]) -> Iterator[str]:
    if talk.speaker not in parties:
        yield f"的主讲单位“{talk.speaker}”不在单位名单里，请加入或改正。"
    for one in sorted(set(talk.interested) - parties):
        yield f"的听众“{one}”不在单位名单里，请加入或改正。"
    for one in sorted(set(talk.after) - talks):
        yield f"要排在“{one}”之后，但没有这场路演，请改正。"


def _place(plan: AgendaPlan, talk: Talk) -> Iterator[str]:
    rooms = {one.id: one for one in plan.rooms}
    if talk.slot is not None and talk.slot not in {one.id for one in plan.talk_slots}:
        yield f"指定的时段“{talk.slot}”不存在，请改正。"
    if talk.room is not None and talk.room not in rooms:
        yield f"指定的会场“{talk.room}”不存在，请改正。"
    elif talk.room is not None and rooms[talk.room].seats < talk.attendance:
        yield f"需要 {talk.attendance} 座，指定的会场“{talk.room}”坐不下，请换会场。"
    if talk.attendance < 0:
        yield f"的人数是 {talk.attendance}，请写 0 或更大的整数。"


def _order(plan: AgendaPlan) -> Iterator[Mistake]:
    """Talks that would have to come after themselves: what is left when those that can go went."""
    talks = {one.id for one in plan.talks}
    waiting = {one.id: set(one.after) & talks for one in plan.talks}
    while ready := [talk for talk, before in waiting.items() if not before]:
        for talk in ready:
            del waiting[talk]
        for before in waiting.values():
            before.difference_update(ready)
    if waiting:
        names = "、".join(f"“{talk}”" for talk in sorted(waiting))
        yield Mistake("talks", "", f"路演 {names} 的先后要求互相矛盾，请去掉其中一条。")


def _requests(plan: AgendaPlan) -> Iterator[Mistake]:
    parties = {one.id for one in plan.parties}
    first: dict[frozenset[str], str] = {}
    for one in plan.requests:
        for party in sorted({one.host, one.guest} - parties):
            text = f"洽谈请求“{one.id}”里的“{party}”不在单位名单里，请加入或改正。"
            yield Mistake("requests", one.id, text)
        if one.host == one.guest:
            text = f"洽谈请求“{one.id}”的双方是同一个单位“{one.host}”，请改正。"
            yield Mistake("requests", one.id, text)
        if not (math.isfinite(one.weight) and 0.001 <= one.weight <= LARGEST):
            text = f"洽谈请求“{one.id}”的权重是 {one.weight}，请写 0.001 到 1000000 之间的数。"
            yield Mistake("requests", one.id, text)
        pair = frozenset((one.host, one.guest))
        if first.setdefault(pair, one.id) != one.id:
            text = f"洽谈请求“{one.id}”与“{first[pair]}”的双方相同，请合并成一个。"
            yield Mistake("requests", one.id, text)
