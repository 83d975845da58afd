from dataclasses import replace

import pytest

from matcher.errors import UnsolvedError
from matcher.roadshow import tradeoff
from matcher.roadshow.choose import select
from matcher.roadshow.measures import exposure, gini
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.tradeoff import front, prices
from tests.matcher.roadshow.small_plans import optimum, random_plan, random_pool


def test_no_balance_is_beaten_by_another_in_both_respects():
    for seed in range(2):
        pool = random_pool(seed, entrants=8)
        found = front(pool, Plan(size=3, seconds=60), fairness=(0.0, 1.0, 4.0), caps=(None, 1))
        assert found
        for one in found:
            assert one.gini == pytest.approx(gini(exposure(pool, one.selection.chosen)))
            assert one.coverage == pytest.approx(one.selection.terms["coverage"])
            others = [other for other in found if other is not one]
            assert not any(o.coverage >= one.coverage and o.gini <= one.gini for o in others)
        assert [one.coverage for one in found] == sorted(
            (one.coverage for one in found), reverse=True
        )


def test_the_front_reaches_from_best_coverage_to_more_equal_exposure():
    pool = random_pool(5, entrants=9)
    plan = Plan(size=3, seconds=60)
    found = front(pool, plan)
    free = select(pool, replace(plan, worth=replace(plan.worth, fairness=0.0)))
    assert found[-1].gini <= gini(exposure(pool, free.chosen))
    assert len(found) > 1


def test_balances_that_no_institutions_allow_are_left_out():
    pool = random_pool(2, entrants=8)
    places = len({one.institution for one in pool.entrants}) + 1
    found = front(pool, Plan(size=places, seconds=60), caps=(None, 1))
    assert found
    assert all(one.cap is None for one in found)


def test_each_price_is_what_trying_every_set_says():
    for seed in range(6):
        pool = random_pool(seed, entrants=7)
        plan = random_plan(seed, pool)
        best = optimum(pool, plan)
        if best is None:
            continue
        for one in prices(pool, plan, select(pool, plan)):
            if one.quota is None:
                moved = replace(plan, size=one.least)
            else:
                changed = replace(one.quota, least=one.least, most=one.most)
                quotas = tuple(changed if q is one.quota else q for q in plan.quotas)
                moved = replace(plan, quotas=quotas)
            after = optimum(pool, moved)
            if after is None:
                assert one.change is None
            else:
                assert one.change == pytest.approx(after - best, abs=1e-5)
                assert one.proved


def test_bounds_move_by_one_in_both_directions_and_stay_in_order():
    pool = random_pool(0, entrants=6)
    quotas = (
        Quota(dimension="industry", value="*", most=2),
        Quota(dimension="region", value=pool.entrants[0].groups["region"][0], least=1, most=1),
    )
    texts = [
        one.text
        for one in prices(
            pool, Plan(size=2, quotas=quotas), select(pool, Plan(size=2, quotas=quotas))
        )
    ]
    region = f"地区“{quotas[1].value}”"
    assert texts == [
        "登台名额由 2 项改为 1 项",
        "登台名额由 2 项改为 3 项",
        "行业每一个的上限由 2 项改为 1 项",
        "行业每一个的上限由 2 项改为 3 项",
        f"{region}的下限由 1 项改为 0 项",
        f"{region}的上限由 1 项改为 2 项",
    ]


def test_what_has_no_answer_in_time_is_left_out_and_priced_by_nobody(monkeypatch):
    def unsolved(*args):
        raise UnsolvedError("没有求得")

    pool = random_pool(5, entrants=9)
    plan = Plan(size=3)
    selection = select(pool, plan)
    monkeypatch.setattr(tradeoff, "select", unsolved)
    assert front(pool, plan) == ()
    found = prices(pool, plan, selection)
    assert found
    assert all((one.change, one.proved) == (None, False) for one in found)
