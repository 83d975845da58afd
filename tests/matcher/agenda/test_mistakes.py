"""Every mistake of a plan is named, all at once."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from matcher.errors import RoadshowError
from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.mistakes import mistakes
from matcher.roadshow.agenda.types import AgendaPlan, Party, Request, Room, Slot, Span, Talk
from tests.matcher.agenda.plans import NINE, meetings_plan, slot

HOUR = timedelta(hours=1)
STAGE = AgendaPlan(
    parties=(Party(id="甲"), Party(id="乙")),
    rooms=(Room("大厅", 50),),
    talk_slots=(slot(0, "t"), slot(1, "t")),
    talks=(Talk(id="成果一", speaker="甲"),),
)
TABLE = meetings_plan(["ab"])


def wrong(plan: AgendaPlan, **more: object) -> list[str]:
    return [f"{one.part}: {one.text}" for one in mistakes(replace(plan, **more))]


def talk(**more: object) -> dict[str, object]:
    return {"talks": (replace(STAGE.talks[0], **more),)}


def request(**more: object) -> dict[str, object]:
    return {"requests": (replace(TABLE.requests[0], **more),)}


@pytest.mark.parametrize(
    ("plan", "more", "said"),
    [
        (TABLE, {"seconds": 0.0}, "seconds: 求解时间 0.0 秒无效"),
        (TABLE, {"seconds": float("nan")}, "seconds: 求解时间 nan 秒无效"),
        (TABLE, {"requests": ()}, "talks: 既没有路演也没有洽谈请求"),
        (STAGE, {"rooms": ()}, "rooms: 有路演却没有会场"),
        (TABLE, {"tables": ()}, "tables: 有洽谈请求却没有桌位"),
        (TABLE, {"meeting_slots": ()}, "meeting_slots: 没有可用的洽谈时段"),
        (STAGE, {"breaks": (Span(NINE, NINE + HOUR, "茶歇"),)}, "talk_slots: 没有可用的路演时段"),
        (TABLE, {"tables": ("1", "1")}, "tables: 桌位“1”写了 2 次"),
        (TABLE, {"tables": ("1", " ")}, "tables: 有一个桌位没有编号"),
        (STAGE, {"rooms": (Room("大厅", 50), Room("大厅", 9))}, "rooms: 会场“大厅”写了 2 次"),
        (STAGE, {"meeting_slots": (slot(1, "t"), Slot("t0", NINE, NINE + HOUR))}, "时间不同"),
        (TABLE, {"meeting_slots": (slot(0), Slot("x", NINE, NINE + HOUR))}, "“m0”与“x”重叠"),
        (TABLE, {"meeting_slots": (Slot("x", NINE, NINE),)}, "结束时间不晚于开始时间"),
        (
            TABLE,
            {"meeting_slots": (Slot("x", NINE.replace(tzinfo=UTC), NINE + HOUR),)},
            "“x”带有时区",
        ),
        (TABLE, {"breaks": (Span(NINE + HOUR, NINE, "茶歇"),)}, "breaks: 休息“茶歇”的结束时间"),
        (STAGE, {"parties": (Party(id="甲", delegations=0),)}, "“甲”的代表团数是 0"),
        (STAGE, {"parties": (Party(id="甲", most=-1),)}, "“甲”的洽谈上限是 -1"),
        (STAGE, {"parties": (Party(id="甲", away=(Span(NINE, NINE),)),)}, "“甲”的缺席时间的结束"),
        (STAGE, {"rooms": (Room("大厅", -1),)}, "“大厅”的座位数是 -1"),
        (STAGE, talk(speaker="丙"), "talks: 路演“成果一”的主讲单位“丙”不在单位名单里"),
        (STAGE, talk(interested=("丙",)), "听众“丙”不在单位名单里"),
        (STAGE, talk(after=("成果二",)), "要排在“成果二”之后，但没有这场路演"),
        (STAGE, talk(after=("成果一",)), "先后要求互相矛盾"),
        (STAGE, talk(slot="t9"), "指定的时段“t9”不存在"),
        (STAGE, talk(room="小厅"), "指定的会场“小厅”不存在"),
        (STAGE, talk(room="大厅", attendance=51), "需要 51 座，指定的会场“大厅”坐不下"),
        (STAGE, talk(attendance=-1), "人数是 -1"),
        (TABLE, request(guest="z"), "requests: 洽谈请求“ab”里的“z”不在单位名单里"),
        (TABLE, request(guest="a"), "双方是同一个单位“a”"),
        (TABLE, request(weight=0.0), "权重是 0.0"),
        (TABLE, request(weight=float("inf")), "权重是 inf"),
        (
            TABLE,
            {"requests": (*TABLE.requests, Request(id="ba", host="b", guest="a"))},
            "“ba”与“ab”的双方相同",
        ),
    ],
)
def test_a_mistake_is_named(plan: AgendaPlan, more: dict[str, object], said: str) -> None:
    assert any(said in line for line in wrong(plan, **more))


ZONED = NINE.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"breaks": (Span(ZONED, ZONED + HOUR, "茶歇"),)}, ["breaks: 休息“茶歇”带有时区"]),
        ({"breaks": (Span(NINE, ZONED + HOUR, "茶歇"),)}, ["breaks: 休息“茶歇”带有时区"]),
        (
            {"meeting_slots": (slot(0), Slot("x", ZONED, ZONED + HOUR))},
            ["meeting_slots: 洽谈时段“x”带有时区"],
        ),
        (
            {"parties": (Party(id="a", away=(Span(ZONED, ZONED + HOUR),)), Party(id="b"))},
            ["parties: 单位“a”的缺席时间带有时区"],
        ),
    ],
)
def test_times_with_a_zone_are_named_and_compared_with_nothing(more, said) -> None:
    told = [f"{one}，请只写北京时间。" for one in said]
    assert wrong(TABLE, **more) == told


def test_two_talks_cannot_be_fixed_to_one_place() -> None:
    fixed = replace(STAGE.talks[0], slot="t0", room="大厅")
    found = wrong(STAGE, talks=(fixed, replace(fixed, id="成果二")))
    assert found == ["talks: 有 2 场路演都指定在时段“t0”、会场“大厅”，请只留一场。"]


def test_a_ring_of_talks_is_named_without_those_outside() -> None:
    talks = tuple(
        Talk(id=name, speaker="甲", after=after)
        for name, after in (("1", ("3",)), ("2", ("1",)), ("3", ("2",)), ("0", ()))
    )
    assert wrong(STAGE, talks=talks) == [
        "talks: 路演 “1”、“2”、“3” 的先后要求互相矛盾，请去掉其中一条。"
    ]


def test_sound_plans_have_no_mistakes_and_others_are_refused_with_all_of_them() -> None:
    assert mistakes(STAGE) == mistakes(TABLE) == []
    with pytest.raises(RoadshowError, match=r"有 2 处错误：\n1\. .*桌位.*\n2\. .*权重"):
        arrange(replace(TABLE, tables=(), **request(weight=-1.0)))
