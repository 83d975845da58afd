from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import RoadshowError
from matcher.roadshow.plan import Quota
from matcher.roadshow.pool import Pool
from matcher.roadshow.series.plan import SeriesPlan
from matcher.roadshow.series.solve import plan_series
from matcher.roadshow.theme import Theme
from tests.matcher.series.small_series import (
    PLAIN,
    best_by_hand,
    entrant,
    event,
    fit,
    guest,
    random_pool,
    series,
    worth_of,
)

CAPS = {"most_times": 2, "most_share": 0.75, "promised_quality": 0.3}


@pytest.mark.parametrize("seed", range(10))
def test_the_bound_holds_and_the_series_is_near_the_best(seed) -> None:
    pool = random_pool(seed)
    plan = series(event(0), event(1), **CAPS)
    best = best_by_hand(pool, plan)
    found = plan_series(pool, plan)
    assert best is not None
    assert found.value <= best + 1e-6
    assert found.bound >= best - 1e-6
    assert found.value >= 0.9 * best
    assert found.gap == pytest.approx((found.bound - found.value) / found.bound)


def test_most_small_series_are_the_best_there_is() -> None:
    hits = 0
    for seed in range(5):
        pool = random_pool(seed + 500)
        plan = series(event(0), event(1), **CAPS)
        hits += plan_series(pool, plan).value >= best_by_hand(pool, plan) - 1e-6
    assert hits >= 4


@pytest.mark.parametrize("seed", range(10))
def test_the_worth_is_the_sum_of_what_each_event_is_worth(seed) -> None:
    pool = random_pool(seed, entrants=9, guests=6)
    plan = series(*map(event, range(4)), **CAPS)
    found = plan_series(pool, plan)
    assert found.value == pytest.approx(worth_of(pool, plan, found.chosen))
    for one in found.staged:
        assert one.value == pytest.approx(sum(one.terms.values()))


@given(st.integers(0, 10_000), st.integers(1, 3), st.sampled_from([None, 0.25, 0.5]))
@settings(max_examples=8, deadline=None)
def test_caps_are_kept_and_earlier_appearances_count(seed, times, share) -> None:
    pool = random_pool(seed, entrants=8, institutions=5)
    plan = series(*map(event, range(3)), most_times=times, most_share=share)
    found = plan_series(pool, plan)
    for one in found.entrants.rows:
        assert one.after <= max(times, one.before)
    if share is not None:
        owners = {one.id: one.institution for one in pool.entrants}
        shown = [owners[id_] for chosen in found.chosen.values() for id_ in chosen]
        assert max(map(shown.count, shown), default=0) <= max(1, int(share * 6 + 1e-9))
    for chosen in found.chosen.values():
        assert len(set(chosen)) == len(chosen) <= 2


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=2, deadline=None)
def test_the_order_of_input_moves_nothing(seed, random) -> None:
    pool = random_pool(seed, entrants=7)
    plan = series(*map(event, range(3)), **CAPS)
    found = plan_series(pool, plan)
    parts = [list(part) for part in (pool.entrants, pool.guests, pool.fits, plan.events)]
    for part in parts:
        random.shuffle(part)
    again = plan_series(Pool(*map(tuple, parts[:3])), replace(plan, events=tuple(parts[3])))
    assert replace(again, seconds=0.0) == replace(found, seconds=0.0)


def crowd():
    """One strong institution with four answers to the need, and three weak ones."""
    strong = [entrant(f"a{n}", "甲校") for n in range(4)]
    weak = [entrant(f"b{n}", f"乙{n}所") for n in range(3)]
    fits = [fit(one.id, "n1", 4) for one in strong] + [fit(one.id, "n1", 2) for one in weak]
    return Pool(tuple(strong + weak), (guest("n1"),), tuple(fits))


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


def test_scarce_entrants_go_where_they_are_worth_most() -> None:
    pool = Pool(
        (entrant("a1"), entrant("a2"), entrant("a3")),
        (guest("n1"), guest("n2")),
        (fit("a1", "n1"), fit("a1", "n2"), fit("a2", "n1", 3), fit("a3", "n2", 2)),
    )
    halls = [event(n, places=1, theme=Theme(guests=frozenset({f"n{n + 1}"}))) for n in range(2)]
    found = plan_series(pool, series(*halls, worth=PLAIN, most_times=1))
    assert found.chosen == {"E0": ("a2",), "E1": ("a1",)}
    assert found.value == pytest.approx(10)


def test_what_is_held_stays_counts_and_the_rest_is_planned_anew() -> None:
    pool = crowd()
    plan = series(*map(event, range(3)), most_times=1, held={"E0": ("a0", "a1")})
    found = plan_series(pool, plan)
    assert found.chosen["E0"] == ("a0", "a1")
    assert found.staged[0].held
    later = {id_ for one in found.staged[1:] for id_ in one.chosen}
    assert later.isdisjoint({"a0", "a1"})
    assert {"b0", "b1", "b2"} <= later
    assert found.value == pytest.approx(sum(one.value for one in found.staged[1:]))
    assert found.institutions.before.never == pytest.approx(0.75)
    assert found.institutions.after.never == 0


def test_planning_on_from_a_plan_changes_nothing_that_was_held() -> None:
    pool = random_pool(7, entrants=8)
    plan = series(*map(event, range(4)), **CAPS)
    first = plan_series(pool, plan)
    held = {id_: first.chosen[id_] for id_ in ("E0", "E1")}
    again = plan_series(pool, replace(plan, held=held))
    assert {id_: again.chosen[id_] for id_ in held} == held
    assert not [one for one in again.forgotten if one.promised]


def test_quotas_of_an_event_are_kept_and_counted() -> None:
    pool = random_pool(3, entrants=8)
    rules = (Quota(dimension="industry", value="农业", least=1, most=1),)
    found = plan_series(pool, series(*(event(n, quotas=rules) for n in range(3))))
    for one in found.staged:
        (count,) = one.quotas
        assert count.kept
        assert count.count == 1


def test_musts_are_on_and_must_nots_and_rivals_are_off() -> None:
    pool = random_pool(5, entrants=6)
    rules = {"must": ("a1",), "must_not": ("a2",), "conflicts": (("a1", "a3"),)}
    found = plan_series(pool, series(event(0, places=4, **rules), event(1), most_times=3))
    assert "a1" in found.chosen["E0"]
    assert {"a2", "a3"}.isdisjoint(found.chosen["E0"])


def test_a_barred_pair_counts_nothing() -> None:
    pool = Pool(
        (entrant("a1"), entrant("a2")), (guest("n1"),), (fit("a1", "n1"), fit("a2", "n1", 3))
    )
    plan = series(event(0, places=1, barred=(("a1", "n1"),)), worth=PLAIN)
    assert plan_series(pool, plan).chosen == {"E0": ("a2",)}


def test_too_few_candidates_leave_places_empty_and_say_so() -> None:
    pool = Pool((entrant("a1"),), (guest("n1"),), ())
    rules = (Quota(dimension="institution", value="甲校", least=2),)
    (one,) = plan_series(pool, series(event(0, places=3, quotas=rules))).staged
    assert one.chosen == ("a1",)
    assert "只安排 1 项" in one.notes[0]
    assert "应至少 2 项" in one.notes[1]


def test_where_value_and_bound_meet_the_series_is_proved() -> None:
    found = plan_series(crowd(), series(event(0, places=1), worth=PLAIN, promised_quality=None))
    assert found.status == "optimal"
    assert found.gap <= 1e-6


def test_a_second_showing_costs_fairness() -> None:
    pool = Pool((entrant("a1"), entrant("a2")), (guest("n1"),), (fit("a1", "n1"), fit("a2", "n1")))
    fair = replace(PLAIN, fairness=0.5)
    found = plan_series(pool, series(event(0, places=1), event(1, places=1), worth=fair))
    assert {one for chosen in found.chosen.values() for one in chosen} == {"a1", "a2"}
    assert found.value == pytest.approx(14)


def test_all_mistakes_of_a_plan_are_told_at_once() -> None:
    pool = Pool((entrant("a1", shown=3),), (guest("n1"),), ())
    wrong = (Quota(dimension="industry", value="农业", least=2, most=1),)
    odd = (Quota(dimension="colour", value="红"),)  # type: ignore[arg-type]
    plan = SeriesPlan(
        events=(
            event(0, places=0, must=("zz",), quotas=wrong),
            event(0, must=("a1",), must_not=("a1",), quotas=odd),
        ),
        held={"E9": ("yy",)},
        most_times=0,
        most_share=2.0,
        promised_quality=-1.0,
    )
    with pytest.raises(RoadshowError) as problem:
        plan_series(pool, plan)
    told = str(problem.value)
    for part in (
        "编号“E0”出现了 2 次", "上限为 0", "占比 2", "质量 -1", "“E9”不在系列之中", "“yy”不在候选",
        "名额为 0", "“zz”不在候选", "既要求又排除", "必选 1 项，多于名额 0", "类别未知",
        "至少 2，至多 1", "共 4 次，超过上限",
    ):  # fmt: skip
        assert part in told


def test_an_empty_series_is_refused() -> None:
    with pytest.raises(RoadshowError, match="没有任何场次"):
        plan_series(random_pool(0), series())


def test_a_series_that_is_over_is_told_as_it_was() -> None:
    pool = random_pool(1)
    found = plan_series(pool, series(event(0), held={"E0": ("a0", "a1")}))
    assert found.value == found.bound == 0
    assert found.chosen == {"E0": ("a0", "a1")}


def test_results_stand_by_day_and_the_undated_last() -> None:
    plan = series(event(2), event(0), event(3, held_on=None), most_times=None)
    days = [one.event.held_on for one in plan_series(random_pool(2), plan).staged]
    assert days[-1] is None
    assert all(one <= other for one, other in pairwise(days[:-1]))


def test_more_fits_for_the_audience_never_lower_the_bound() -> None:
    pool = random_pool(4)
    plan = series(event(0), event(1), **CAPS)
    poorer = Pool(pool.entrants, pool.guests, pool.fits[::2])
    free = replace(plan, most_times=None, most_share=None, promised_quality=None)
    assert plan_series(poorer, free).bound <= plan_series(pool, free).bound + 1e-6
    assert np.isfinite(plan_series(pool, plan).bound)


@pytest.mark.parametrize("seed", range(6))
def test_a_promise_that_can_be_kept_is_kept_through_improvement_and_trade(seed) -> None:
    pool = random_pool(seed, entrants=12, guests=6, institutions=6)
    plan = series(*map(event, range(4)), most_times=2, promised_quality=0.6)
    assert [one for one in plan_series(pool, plan).forgotten if one.promised] == []
