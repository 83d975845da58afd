"""Calendars, read back by the library."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from matcher.errors import RoadshowError
from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.ics import calendar
from matcher.roadshow.agenda.replan import absent, replan
from matcher.roadshow.agenda.types import Party, Room, Span, Talk
from tests.matcher.agenda.plans import NINE, meetings_plan, slot

STAMP = datetime(2026, 11, 20, 8)
PLAN = meetings_plan(
    ["ab", "cb"],
    slots=2,
    parties=[Party(id="a", name="甲研究所"), Party(id="b", name="乙公司")],
    title="秋季路演",
    place="会展中心",
    rooms=(Room("r1", 50, "大厅"),),
    talk_slots=(slot(0, "t"),),
    talks=(Talk(id="t1", title="低温电池", speaker="c", interested=("a",)),),
    breaks=(Span(NINE + timedelta(hours=1), NINE + timedelta(hours=2), "午餐"),),
)
PLAN = replace(
    PLAN,
    requests=tuple(replace(one, subjects=((f"A-{one.id}", "N-1"),)) for one in PLAN.requests),
)
AGENDA = arrange(PLAN)


def events(party=None, **more):
    read = Calendar.from_ical(calendar(PLAN, AGENDA, party, stamp=STAMP, **more))
    return {str(one["uid"]): one for one in read.walk("VEVENT")}


def titles(party=None):
    return sorted(str(one["summary"]) for one in events(party).values())


def test_everything_is_in_the_calendar_for_all() -> None:
    assert titles() == ["午餐", "洽谈：c × 乙公司", "洽谈：甲研究所 × 乙公司", "路演：低温电池"]
    talk = next(one for one in events().values() if "路演" in one["summary"])
    assert str(talk["location"]) == "会展中心 大厅"
    assert str(talk["description"]) == "主讲：c"


def test_a_party_sees_what_concerns_it() -> None:
    assert titles("a") == ["洽谈：甲研究所 × 乙公司", "路演：低温电池"]
    assert titles("c") == ["洽谈：c × 乙公司", "路演：低温电池"]
    assert titles("b") == ["洽谈：c × 乙公司", "洽谈：甲研究所 × 乙公司"]
    with pytest.raises(RoadshowError, match="“丁”不在单位名单里"):
        titles("丁")


def test_times_are_beijing_times_and_the_zone_is_in_the_file() -> None:
    written = calendar(PLAN, AGENDA, stamp=STAMP)
    assert b"BEGIN:VTIMEZONE" in written
    assert b"DTSTART;TZID=Asia/Shanghai:20261201T090000" in written
    talk = next(one for one in events().values() if "路演" in one["summary"])
    assert talk["dtstart"].dt.utcoffset() == timedelta(hours=8)
    assert talk["dtend"].dt - talk["dtstart"].dt == timedelta(minutes=20)
    assert f"{talk['dtstamp'].dt:%H:%M %Z}" == "00:00 UTC"


def test_the_same_call_writes_the_same_bytes() -> None:
    assert calendar(PLAN, AGENDA, stamp=STAMP) == calendar(PLAN, AGENDA, stamp=STAMP)


def test_subjects_are_named_by_their_titles_only() -> None:
    named = events(titles={"A-ab": "耐寒电池", "N-1": "低温储能"}).values()
    said = {str(one["summary"]): str(one.get("description", "")) for one in named}
    assert said["洽谈：甲研究所 × 乙公司"] == "耐寒电池 × 低温储能"
    assert said["洽谈：c × 乙公司"] == "低温储能"
    assert all("A-ab" not in str(one.get("description", "")) for one in events().values())


def test_a_change_keeps_the_uid_and_takes_back_what_is_cancelled() -> None:
    gone = absent(PLAN, "a", NINE)
    changed = replan(AGENDA, gone)
    read = Calendar.from_ical(
        calendar(gone, changed.agenda, stamp=STAMP, sequence=1, cancelled=changed.changes)
    )
    after = {str(one["uid"]): one for one in read.walk("VEVENT")}
    assert set(after) == set(events())
    status = {str(one["summary"]): str(one.get("status", "")) for one in after.values()}
    assert status["洽谈：甲研究所 × 乙公司"] == "CANCELLED"
    assert status["路演：低温电池"] == "CONFIRMED"
    assert {int(one["sequence"]) for one in after.values()} == {1}
