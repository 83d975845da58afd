"""What a programme booklet tells of each achievement on stage; writers are in `service.exports`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from matcher.types import Achievement
from service.access.ids import shown_id
from service.present import clip, name_of
from service.roadshow.present import LEAST_SCORE
from service.roadshow.shortlist import Shortlist

_SUMMARY = 420
_NEEDS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One achievement.

    Attributes:
        number: on stage, from 1.
        when: time and room, or empty.
        facts: label and value.
        needs: title, organisation, level and the proving sentence of the needs that it answers.
    """

    number: int
    id: str
    title: str
    owner: str
    when: str
    facts: tuple[tuple[str, str], ...]
    summary: str
    needs: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """A programme.

    Attributes:
        about: label and value, for the head.
        made: when, for the file's properties.
    """

    title: str
    about: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    made: datetime


def booklet_of(short: Shortlist, made: datetime, when: dict[str, str] | None = None) -> Booklet:
    """Make the booklet of a shortlist.

    Args:
        short: who is on stage.
        made: when it is made.
        when: time and room of each achievement's talk, once there is a timetable.
    """
    plan = short.plan
    place = short.written.agenda.place if short.written.agenda else ""
    about = (
        ("日期", plan.held_on.isoformat() if plan.held_on else ""),
        ("地点", place),
        ("登台成果", f"{len(short.selection.chosen)} 项"),
        ("听众需求", f"{len(short.built.pool.guests)} 条"),
    )
    order = sorted(
        enumerate(short.chosen), key=lambda one: ((when or {}).get(one[1].id, ""), one[0])
    )
    entries = tuple(
        _entry(short, number, record, (when or {}).get(record.id, ""))
        for number, (_, record) in enumerate(order, start=1)
    )
    return Booklet(plan.title, tuple(one for one in about if one[1]), entries, made)


def _entry(short: Shortlist, number: int, record: Achievement, when: str) -> Entry:
    text = " ".join(record.text.split())
    return Entry(
        number=number,
        id=shown_id(record.id),
        title=record.title or clip(record.text, 40),
        owner=record.owner,
        when=when,
        facts=tuple((label, value) for label, value in _facts(short, record) if value),
        summary=text if len(text) <= _SUMMARY else text[: _SUMMARY - 1] + "…",
        needs=tuple(_needs(short, record)),
    )


def _facts(short: Shortlist, record: Achievement) -> Iterator[tuple[str, str]]:
    groups = short.entrant(record.id).groups
    yield "单位", record.owner
    yield "地区", record.region or "".join(groups.get("region", ()))
    yield "行业", record.industry or "".join(groups.get("industry", ()))
    yield "成熟度", f"TRL {record.trl}" if record.trl else ""
    yield "转化方式", "、".join(record.transfer_modes)
    yield "知识产权", clip(record.ip, 80)
    yield "价格", f"{record.price_wan:g} 万元" if record.price_wan else ""


def _needs(short: Shortlist, record: Achievement) -> Iterator[tuple[str, str, str, str]]:
    fits = [one for one in short.fits_of(record.id) if one.score >= LEAST_SCORE]
    for fit in fits[:_NEEDS]:
        need = short.need(fit.guest)
        yield name_of(need), need.organisation, fit.level.label, clip(fit.proof, 80)
