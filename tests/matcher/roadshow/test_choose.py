from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow.choose import fingerprint, select
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import Entrant, Pool
from tests.matcher.roadshow.small_plans import (
    keeps_rules,
    optimum,
    random_fit,
    random_plan,
    random_pool,
    value_of,
)


@pytest.mark.parametrize("block", range(12))
def test_no_set_of_a_small_pool_is_better(block):
    """240 random plans against trying every set."""
    for seed in range(block * 20, block * 20 + 20):
        pool = random_pool(seed, entrants=5 + seed % 5)
        plan = random_plan(seed, pool)
        best = optimum(pool, plan)
        if best is None:
            with pytest.raises(InfeasibleError):
                select(pool, plan)
            continue
        found = select(pool, plan)
        assert found.status == "optimal"
        assert found.value == pytest.approx(best, abs=1e-6)
        assert found.value == pytest.approx(value_of(pool, plan, found.chosen), abs=1e-9)
        assert (found.bound, found.gap) == (found.value, 0.0)
        assert keeps_rules(pool, plan, found.chosen)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_larger_selections_keep_all_rules_whatever_the_order_of_input(seed, random):
    pool = random_pool(seed, entrants=25, guests=12, density=0.3)
    plan = replace(random_plan(seed, pool), size=6, seconds=60.0)
    try:
        found = select(pool, plan)
    except InfeasibleError:
        return
    assert keeps_rules(pool, plan, found.chosen)
    assert found.value == pytest.approx(value_of(pool, plan, found.chosen))
    assert sum(found.terms.values()) == pytest.approx(found.value)
    assert found.bound >= found.value
    assert all(one.kept for one in found.quotas)

    def shuffled(rows):
        return tuple(random.sample(rows, len(rows)))

    other = Pool(shuffled(pool.entrants), shuffled(pool.guests), shuffled(pool.fits))
    turned = replace(
        plan,
        quotas=shuffled(plan.quotas),
        conflicts=tuple((b, a) for a, b in shuffled(plan.conflicts)),
        barred=shuffled(plan.barred),
    )
    again = select(other, turned)
    assert again.chosen == found.chosen
    assert again.fingerprint == found.fingerprint
    assert again.quotas == found.quotas


def twins(count):
    """Entrants of whom each has an equal."""
    rng = np.random.default_rng(4)
    pool = random_pool(4, entrants=count, guests=6)
    entrants, fits = [], []
    for one in pool.entrants:
        for suffix in "pq":
            entrants.append(replace(one, id=one.id + suffix))
        for guest in pool.guests:
            if rng.random() < 0.5:
                fit = random_fit(rng, one.id, guest.id)
                fits += [replace(fit, entrant=one.id + suffix) for suffix in "pq"]
    return Pool(tuple(entrants), pool.guests, tuple(fits))


def test_of_equals_the_first_id_is_chosen():
    pool = twins(6)
    for size in range(1, 7):
        chosen = select(pool, Plan(size=size)).chosen
        assert all(one[:-1] + "p" in chosen for one in chosen)


def test_the_chosen_stand_in_the_order_of_what_each_adds_alone():
    pool = random_pool(11, entrants=9)
    plan = Plan(size=4)
    alone = {one.id: value_of(pool, plan, [one.id]) for one in pool.entrants}
    chosen = select(pool, plan).chosen
    assert [alone[one] for one in chosen] == sorted((alone[one] for one in chosen), reverse=True)


def test_without_time_the_greedy_set_comes_with_an_honest_bound():
    pool = random_pool(21, entrants=60, guests=30, density=0.3)
    plan = Plan(size=10, seconds=1e-9, quotas=(Quota(dimension="institution", value="*", most=3),))
    hurried, proved = select(pool, plan), select(pool, replace(plan, seconds=60.0))
    assert hurried.status == "feasible"
    assert proved.status == "optimal"
    assert keeps_rules(pool, plan, hurried.chosen)
    assert hurried.value <= proved.value <= hurried.bound + 1e-9
    assert hurried.gap == pytest.approx((hurried.bound - hurried.value) / hurried.bound)
    assert hurried.gap > 0
    assert hurried.fingerprint == proved.fingerprint


@pytest.mark.parametrize("seconds", [0.02, 0.05, 0.1, 0.2])
def test_a_bound_of_any_moment_holds(seconds):
    pool = random_pool(5, entrants=80, guests=40, density=0.4)
    best = select(pool, Plan(size=12, seconds=120.0))
    found = select(pool, Plan(size=12, seconds=seconds))
    assert found.value <= best.value + 1e-6 <= found.bound + 2e-6
    assert best.status == "optimal"


def test_a_fingerprint_changes_with_whatever_decides_and_nothing_else():
    pool = random_pool(1)
    plan = Plan(size=3)
    own = fingerprint(pool, plan)
    assert fingerprint(pool, replace(plan, title="别的名字", seconds=5.0)) == own
    assert fingerprint(pool, replace(plan, size=2)) != own
    assert fingerprint(pool, replace(plan, must=("a1",))) != own
    entrants = (replace(pool.entrants[0], shown=9), *pool.entrants[1:])
    assert fingerprint(Pool(entrants, pool.guests, pool.fits), plan) != own
    assert fingerprint(Pool(pool.entrants, pool.guests, pool.fits[1:]), plan) != own


def test_without_needs_quality_decides():
    entrants = tuple(Entrant(id=f"a{number}", title="", quality=number / 9) for number in range(9))
    found = select(Pool(entrants, (), ()), Plan(size=2))
    assert found.chosen == ("a8", "a7")
    assert found.terms["coverage"] == 0


def test_a_plan_with_mistakes_is_refused_before_anything_is_solved():
    with pytest.raises(RoadshowError, match="超过候选成果"):
        select(random_pool(1), Plan(size=99))


def test_values_of_any_scale_are_proved_alike():
    pool = random_pool(8, entrants=20, guests=10)
    plan = Plan(size=5)
    usual = select(pool, plan)
    for factor in (1e-6, 1e6):
        worth = plan.worth
        scaled = replace(
            worth,
            strong=worth.strong * factor,
            fairly_strong=worth.fairly_strong * factor,
            weak=worth.weak * factor,
            quality=worth.quality * factor,
            freshness=worth.freshness * factor,
            diversity=worth.diversity * factor,
            fairness=worth.fairness * factor,
        )
        found = select(pool, replace(plan, worth=scaled))
        assert {*found.chosen} == {*usual.chosen}
        assert found.value == pytest.approx(usual.value * factor, rel=1e-6)


def test_whoever_may_not_be_chosen_does_not_blur_the_proof():
    pool = random_pool(8, entrants=20, guests=10)
    plan = Plan(size=5)
    usual = select(pool, plan)
    giant = Entrant(id="zz", title="")
    fits = (*pool.fits, replace(pool.fits[0], entrant="zz", guest="gg"))
    guests = (*pool.guests, replace(pool.guests[0], id="gg", weight=1e12))
    found = select(Pool((*pool.entrants, giant), guests, fits), replace(plan, must_not=("zz",)))
    assert found.status == "optimal"
    assert found.chosen == usual.chosen
