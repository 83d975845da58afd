from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import RoadshowError
from matcher.roadshow.plan import Quota, Worth
from matcher.roadshow.pool import Pool
from matcher.roadshow.series.plan import SeriesPlan
from matcher.roadshow.series.solve import plan_series
from matcher.roadshow.theme import Theme
from tests.matcher.series.small_series import (
    PLAIN,
    best_by_hand,
    crowd,
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


def test_candidates_of_unknown_institutions_are_shown_too() -> None:
    pool = random_pool(3)
    unknown = tuple(replace(one, groups={**one.groups, "institution": ()}) for one in pool.entrants)
    found = plan_series(replace(pool, entrants=unknown), series(event(0), event(1), **CAPS))
    assert all(one.chosen for one in found.staged)
    assert found.institutions.rows == ()
    assert found.forgotten == ()


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
            event(0, places=0, must=("zz",), quotas=wrong, barred=(("a1", "nn"), ("xx", "n1"))),
            event(0, must=("a1",), must_not=("a1",), quotas=odd, conflicts=(("a1", "a1"),)),
        ),
        held={"E9": ("yy",)},
        most_times=0,
        most_share=2.0,
        promised_quality=-1.0,
        worth=Worth(strong=-1.0, repeats=(0.1, 0.5)),
        rounds=-1,
        seconds=0.0,
    )
    with pytest.raises(RoadshowError) as problem:
        plan_series(pool, plan)
    told = str(problem.value)
    for part in (
        "编号“E0”出现了 2 次", "上限为 0", "占比 2", "质量 -1", "“E9”不在系列之中", "“yy”不在候选",
        "名额为 0", "“zz”不在候选", "既要求又排除", "必选 1 项，多于名额 0", "类别未知",
        "至少 2，至多 1", "共 4 次，超过上限", "场次“E0”：利益冲突 a1 × nn 中的 nn 不在听众需求里",
        "中的 xx 不在候选成果里", "同一项成果", "“强相关”的分值为 -1", "应当不升", "改进轮数为 -1",
        "求解时限为 0 秒",
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
