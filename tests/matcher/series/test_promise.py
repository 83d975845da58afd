from dataclasses import replace

import pytest

from matcher.roadshow.plan import Quota
from matcher.roadshow.pool import Pool
from matcher.roadshow.series.solve import plan_series
from matcher.roadshow.theme import Theme
from tests.matcher.series.small_series import (
    PLAIN,
    crowd,
    entrant,
    event,
    fit,
    guest,
    random_pool,
    series,
)


def test_no_institution_is_forgotten_where_there_is_room() -> None:
    plan = series(event(0), event(1), worth=PLAIN, promised_quality=None, most_times=1)
    without = plan_series(crowd(), plan)
    assert {one.institution for one in without.forgotten} == {"乙0所", "乙1所", "乙2所"}
    assert "未承诺" in without.forgotten[0].reason
    found = plan_series(crowd(), replace(plan, promised_quality=0.5))
    assert found.forgotten == ()
    assert found.value < without.value
    assert found.institutions.after.gini < without.institutions.after.gini
    assert found.institutions.after.never == 0


def test_whom_no_place_is_left_for_is_listed_with_the_reason() -> None:
    found = plan_series(crowd(), series(event(0, places=3), promised_quality=0.5))
    (left_out,) = found.forgotten
    assert left_out.promised
    assert "名额已全部留给" in left_out.reason


def test_each_reason_for_being_forgotten_is_told() -> None:
    pool = Pool(
        (
            entrant("a1", "甲校"),
            entrant("b1", "乙所", quality=0.2, industry="农业"),
            entrant("c1", "丙院", industry="农业"),
            entrant("d1", "丁所", shown=1),
            entrant("e1", "戊院"),
        ),
        (guest("n1"),),
        (fit("a1", "n1"),),
    )
    theme = Theme(industries=("纺织业",))
    rules = {"conflicts": (("a1", "e1"),), "must": ("a1",), "theme": theme}
    plan = series(event(0, places=3, **rules), most_times=1, promised_quality=0.5)
    reasons = {one.institution: one.reason for one in plan_series(pool, plan).forgotten}
    assert set(reasons) == {"乙所", "丙院", "丁所", "戊院"}
    assert "描述质量最高 0.20" in reasons["乙所"]
    assert "主题" in reasons["丙院"]
    assert "上限 1 次" in reasons["丁所"]
    assert "互斥" in reasons["戊院"]


def test_a_promise_that_a_quota_blocks_is_kept_elsewhere() -> None:
    pool = Pool(
        (entrant("a1", "甲校"), entrant("b1", "乙所"), entrant("b2", "丙所")),
        (guest("n1"),),
        (fit("a1", "n1"), fit("b1", "n1"), fit("b2", "n1", 3)),
    )
    only = Quota(dimension="institution", value="乙所", most=0)
    plan = series(event(0, places=1, quotas=(only,)), event(1), most_times=1)
    found = plan_series(pool, plan)
    assert found.forgotten == ()
    assert "b1" in found.chosen["E1"]


@pytest.mark.parametrize("asked", [0, 1])
def test_who_is_required_in_one_event_takes_no_promised_place_in_another(asked) -> None:
    pool = Pool(
        (entrant("a1", "甲校"), entrant("a2", "甲校"), entrant("b1", "乙所")),
        (guest("n1"),),
        (fit("a1", "n1"), fit("a2", "n1"), fit("b1", "n1", 2)),
    )
    events = [event(n, places=1, must=("a1",) if n == asked else ()) for n in range(2)]
    found = plan_series(pool, series(*events, most_times=1))
    assert found.chosen[f"E{1 - asked}"] == ("b1",)
    assert found.forgotten == ()


@pytest.mark.parametrize("seed", range(6))
def test_a_promise_that_can_be_kept_is_kept_through_improvement_and_trade(seed) -> None:
    pool = random_pool(seed, entrants=12, guests=6, institutions=6)
    plan = series(*map(event, range(4)), most_times=2, promised_quality=0.6)
    assert [one for one in plan_series(pool, plan).forgotten if one.promised] == []
