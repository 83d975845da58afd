"""Timetables against trying everything, and what holds for every one of them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from matcher.roadshow.agenda import compact
from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.types import AgendaPlan, Party, Room, Span, Talk
from matcher.roadshow.agenda.violations import violations
from tests.matcher.agenda.oracle import (
    all_meetings,
    all_talks,
    cost_of,
    missed_of,
    weight_of,
)
from tests.matcher.agenda.plans import away, meetings_plan, plans, slot

FEW = settings(max_examples=25, deadline=None, derandomize=True)


def times(agenda):
    return {one.request: one.slot for one in agenda.meetings}


def value(agenda, aim):
    return next(one.value for one in agenda.proofs if one.aim == aim)


@FEW
@given(plans())
def test_nothing_is_better_by_trying_everything(plan: AgendaPlan) -> None:
    agenda = arrange(plan)
    assert violations(plan, agenda) == []
    assert {one.status for one in agenda.proofs} <= {"optimal"}
    if plan.talks:
        stages = list(all_talks(plan))
        most = max(len(one) for one in stages)
        assert len(agenda.talks) == most == value(agenda, "talks_placed")
        least = min(missed_of(plan, one) for one in stages if len(one) == most)
        assert missed_of(plan, agenda.talks) == least == value(agenda, "talks_missed")
    if plan.requests:
        ways = list(all_meetings(plan, agenda.talks))
        most = max(weight_of(plan, one) for one in ways)
        assert weight_of(plan, times(agenda)) == most == value(agenda, "meetings_weight")
        least = min(
            cost_of(plan, agenda.talks, one) for one in ways if weight_of(plan, one) == most
        )
        assert cost_of(plan, agenda.talks, times(agenda)) == least
        if agenda.meetings:
            assert value(agenda, "idle") == least


@FEW
@given(plans(talks=False))
def test_waiting_is_counted_as_it_is_sought(plan: AgendaPlan) -> None:
    agenda = arrange(plan)
    assert sum(agenda.idle.values()) == cost_of(plan, (), times(agenda))
    assert agenda.missed == {}


@FEW
@given(plans())
def test_the_order_of_the_plan_makes_no_difference(plan: AgendaPlan) -> None:
    turned = AgendaPlan(
        **{
            name: tuple(reversed(part)) if isinstance(part, tuple) else part
            for name in AgendaPlan.__slots__
            for part in [getattr(plan, name)]
        }
    )
    one, other = arrange(plan), arrange(turned)
    assert one.fingerprint == other.fingerprint
    assert (one.talks, one.meetings, one.unmet) == (other.talks, other.meetings, other.unmet)


def test_a_larger_plan_is_arranged_twice_alike_and_without_a_clash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compact, "PACE", 0.0005)
    pairs = [a + b for number, a in enumerate("abcdefgh") for b in "stuvwxyz"[number % 3 :: 2]]
    plan = meetings_plan(pairs, slots=6, tables=5, weights=[1 + n % 4 for n in range(len(pairs))])
    plan = replace(plan, seconds=60.0)
    first, second = arrange(plan), arrange(plan)
    assert violations(plan, first) == []
    assert first.proofs[0].status == "optimal"
    assert first.reproducible
    assert (first.meetings, first.unmet) == (second.meetings, second.unmet)


def test_waiting_that_can_be_avoided_is_avoided() -> None:
    agenda = arrange(meetings_plan(["ab", "ac"], slots=5))
    assert agenda.idle == {}
    here = meetings_plan(["ab", "ac"], parties=[Party(id="b", away=away(1, 2))], tables=1)
    assert arrange(here).idle == {}
    must = meetings_plan(
        ["ab", "ac"],
        parties=[Party(id="b", away=away(1, 2)), Party(id="c", away=away(0, 1))],
    )
    assert arrange(must).idle == {"a": 1}


def test_a_break_or_being_away_is_no_waiting() -> None:
    parties = [Party(id="b", away=away(1, 2)), Party(id="c", away=away(0, 1))]
    pause = (Span(slot(1).begins, slot(1).ends, "茶歇"),)
    assert arrange(meetings_plan(["ab", "ac"], parties=parties, breaks=pause)).idle == {}
    parties.append(Party(id="a", away=away(1)))
    assert arrange(meetings_plan(["ab", "ac"], parties=parties)).idle == {}


def test_parties_keep_their_table_where_they_can() -> None:
    agenda = arrange(meetings_plan(["ax", "ay", "az", "bx", "by", "bz"], tables=2))
    assert len(agenda.meetings) == 6
    tables = {
        host: {one.table for one in agenda.meetings if one.request[0] == host} for host in "ab"
    }
    assert tables in ({"a": {"1"}, "b": {"2"}}, {"a": {"2"}, "b": {"1"}})


def test_tables_are_numbered_as_people_count() -> None:
    plan = meetings_plan(["ab"], tables=12)
    assert plan.tables[1] == "2"
    assert plan.tables[-1] == "12"
    assert arrange(plan).meetings[0].table == "1"


def unmet(plan):
    return {one.id: (one.reason, one.text) for one in arrange(plan).unmet}


def test_reasons_say_what_stood_in_the_way() -> None:
    never = meetings_plan(
        ["ab"], parties=[Party(id="a", away=away(0, 1)), Party(id="b", away=away(2))]
    )
    assert unmet(never)["ab"][0] == "no_common_time"
    most = meetings_plan(["ab", "ac"], weights=[2, 1], parties=[Party(id="a", name="甲所", most=1)])
    assert unmet(most)["ac"][0] == "most"
    assert "“甲所”的洽谈已达到其上限" in unmet(most)["ac"][1]
    tables = meetings_plan(["ab", "cd"], slots=1, tables=1, weights=[2, 1])
    assert unmet(tables)["cd"] == (
        "tables",
        "双方共同空闲的 1 个时段中，桌位已满 1 个；可增加桌位或时段。",
    )
    busy = meetings_plan(["ab", "ac"], slots=1, weights=[2, 1])
    assert unmet(busy)["ac"] == (
        "busy",
        "双方共同空闲的 1 个时段中，“a”已有安排 1 个；可增加时段，或提高此项洽谈的权重。",
    )


def test_talks_without_a_place_say_why() -> None:
    def talk(name, **more):
        return Talk(id=name, speaker="a", **more)

    plan = meetings_plan(["ab"], parties=[Party(id="c", away=away(0, 1, 2))])
    plan = replace(
        plan,
        rooms=(Room("大厅", 50),),
        talk_slots=tuple(slot(number, "t") for number in range(3)),
        talks=(
            talk("t1", attendance=60),
            talk("t2", after=("t1",)),
            Talk(id="t3", speaker="c"),
            talk("t4", slot="t0"),
            talk("t5", slot="t0"),
        ),
    )
    reasons = {one.id: one.reason for one in arrange(plan).unmet if one.kind == "talk"}
    assert {name: reasons.get(name) for name in ("t1", "t2", "t3")} == {
        "t1": "rooms",
        "t2": "order",
        "t3": "no_common_time",
    }
    assert len({"t4", "t5"} & set(reasons)) == 1


def test_nobody_meets_while_speaking_and_listeners_hear_what_they_can() -> None:
    plan = meetings_plan(["ab"], slots=2)
    plan = replace(
        plan,
        rooms=(Room("大厅", 50), Room("小厅", 10)),
        talk_slots=(slot(0, "t"), slot(1, "t")),
        talks=(
            Talk(id="t1", speaker="a", slot="t0"),
            Talk(id="t2", speaker="c", attendance=20, interested=("b",), slot="t1"),
        ),
        parties=(*plan.parties, Party(id="c")),
    )
    agenda = arrange(plan)
    assert times(agenda) == {"ab": "m1"}
    assert agenda.missed == {"b": 1}
    assert {one.talk: one.room for one in agenda.talks}["t2"] == "大厅"
    free = replace(plan, talks=plan.talks[1:])
    assert times(arrange(free)) == {"ab": "m0"}
    assert arrange(free).missed == {}


def test_talks_that_share_listeners_are_not_at_the_same_time() -> None:
    plan = AgendaPlan(
        parties=tuple(Party(id=name) for name in "abcdxy"),
        rooms=(Room("1", 9), Room("2", 9)),
        talk_slots=(slot(0, "t"), slot(1, "t")),
        talks=tuple(
            Talk(id=f"t{name}", speaker=name, interested=("x",) if name in "ab" else ("y",))
            for name in "abcd"
        ),
    )
    agenda = arrange(plan)
    at = {one.talk: one.slot for one in agenda.talks}
    assert at["ta"] != at["tb"]
    assert at["tc"] != at["td"]
    assert agenda.missed == {}


@pytest.mark.parametrize("seconds", [1e-6, 0.2])
def test_without_time_there_is_still_a_sound_timetable(seconds: float) -> None:
    pairs = [a + b for a in "abcdefg" for b in "stuvwxyz"]
    plan = replace(meetings_plan(pairs, slots=5, tables=4), seconds=seconds)
    agenda = arrange(plan)
    assert violations(plan, agenda) == []
    assert len(agenda.meetings) >= 18
    for one in agenda.proofs:
        assert one.gap >= 0
        assert one.bound >= one.value or one.aim == "idle"


def test_two_delegations_are_in_two_places() -> None:
    two = [Party(id="a", delegations=2)]
    agenda = arrange(meetings_plan(["ab", "ac"], slots=1, parties=two))
    assert len(agenda.meetings) == 2
