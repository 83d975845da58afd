from dataclasses import replace
from functools import cache
from itertools import chain, combinations

import pytest

from matcher.errors import InfeasibleError, UnsolvedError
from matcher.roadshow import linear
from matcher.roadshow.choose import select
from matcher.roadshow.clash import clash_of
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.loosen import PRICES
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import Entrant, Pool
from matcher.roadshow.rules import rules_of
from tests.matcher.roadshow.small_plans import every_set, loosened, random_plan, random_pool


def someone_keeps(rules, entrants):
    """By trying every set."""
    sets = chain.from_iterable(combinations(range(entrants), size) for size in range(entrants + 1))
    return any(
        all(one.least <= len({*one.members} & {*chosen}) <= one.most for one in rules)
        for chosen in sets
    )


def tightened(seed):
    """A plan that often cannot be kept."""
    pool = random_pool(seed, entrants=7, guests=2)
    plan = random_plan(seed, pool)
    ids = [one.id for one in pool.entrants]
    known = [one.groups["industry"][0] for one in pool.entrants]
    quotas = (*plan.quotas, Quota(dimension="industry", value=known[0], least=3))
    return pool, replace(
        plan, size=3, quotas=quotas, must=(*plan.must, ids[4]), most_shown=2 if seed % 2 else None
    )


def broken_plans(count):
    found = []
    seed = 0
    while len(found) < count:
        pool, plan = tightened(seed)
        seed += 1
        if not {*plan.must} & {*plan.must_not} and not any(every_set(pool, plan)):
            found.append((pool, plan))
    return found


BROKEN = broken_plans(24)


def explain(pool, plan):
    return clash_of(pool, plan, rules_of(pool, plan), Deadline(60.0))


@cache
def explained(number):
    return explain(*BROKEN[number])


@pytest.mark.parametrize("number", range(24))
def test_the_named_rules_clash_and_none_can_be_spared(number):
    clash = explained(number)
    assert not someone_keeps(clash.rules, 7)
    for one in clash.rules:
        assert someone_keeps([rule for rule in clash.rules if rule is not one], 7)


@pytest.mark.parametrize("number", range(24))
def test_the_cheapest_way_out_makes_the_plan_possible(number):
    pool, plan = BROKEN[number]
    changes = explained(number).changes
    assert changes
    assert any(every_set(pool, loosened(pool, plan, changes)))
    for one in changes:
        fewer = [change for change in changes if change is not one]
        assert not any(every_set(pool, loosened(pool, plan, fewer)))


def test_no_single_cheap_change_was_overlooked():
    for number, (pool, plan) in enumerate(BROKEN):
        changes = explained(number).changes
        price = sum(price_of(plan, one) for one in changes)
        if price > PRICES["must"]:
            for id_ in plan.must:
                milder = replace(plan, must=tuple(one for one in plan.must if one != id_))
                assert not any(every_set(pool, milder))


def price_of(plan, change):
    if change.rule.kind in ("must", "must_not", "conflict"):
        return PRICES[change.rule.kind]
    before = {
        "least": change.rule.least,
        "most": change.rule.most,
        "size": plan.size,
        "shown": plan.most_shown,
    }[change.rule.kind]
    return PRICES[change.rule.kind] * abs(change.bound - before)


def test_the_error_tells_people_the_rules_and_the_way_out():
    entrants = tuple(
        Entrant(id=f"a{number}", title="", groups={"industry": ("新材料",)}, shown=number)
        for number in range(4)
    )
    plan = Plan(
        title="秋季路演",
        size=2,
        must=("a0", "a1"),
        quotas=(Quota(dimension="industry", value="*", most=1),),
    )
    with pytest.raises(InfeasibleError) as caught:
        select(Pool(entrants, (), ()), plan)
    error = caught.value
    assert "秋季路演" in str(error)
    assert len(error.clash) == 2  # size 2 and at most 1 of the only industry
    assert error.changes == ("行业“新材料”的上限由 1 项提高到 2 项",)
    assert all(text in str(error) for text in (*error.clash, *error.changes))


def test_a_cap_on_appearances_is_raised_no_further_than_needed():
    entrants = tuple(Entrant(id=f"a{often}", title="", shown=often) for often in (0, 2, 5))
    pool = Pool(entrants, (), ())
    plan = Plan(size=2, most_shown=1)
    (change,) = explain(pool, plan).changes
    assert change.bound == 3
    assert "3 次" in change.text
    assert set(select(pool, loosened(pool, plan, [change])).chosen) == {"a0", "a2"}


def test_an_empty_stage_is_no_way_out():
    pool = Pool((Entrant(id="a", title="", shown=9),), (), ())
    (change,) = explain(pool, Plan(size=1, most_shown=1)).changes
    assert (change.rule.kind, change.bound) == ("shown", 10)


def test_explaining_keeps_within_the_seconds_of_the_plan(monkeypatch):
    limits = []

    def milp(*args, options, **more):
        limits.append(options["time_limit"])
        return solve(*args, options=options, **more)

    solve = linear.milp
    monkeypatch.setattr(linear, "milp", milp)
    pool, plan = BROKEN[0]
    with pytest.raises(InfeasibleError):
        select(pool, replace(plan, seconds=4.0))
    assert len(limits) > 2
    assert max(limits) <= 4.0
    assert limits == sorted(limits, reverse=True)


def test_without_time_all_rules_are_told_and_that_they_may_be_too_many():
    pool, plan = BROKEN[0]
    rules = rules_of(pool, plan)
    clash = clash_of(pool, plan, rules, Deadline(-1.0))
    assert (clash.rules, clash.changes, clash.fewest, clash.proved) == (rules, (), False, False)
    assert "未能缩到最少" in str(clash.as_error("秋季路演"))
    (change, *_) = explain(pool, plan).changes
    told = str(replace(clash, changes=(change,)).as_error("秋季路演"))
    assert "未证明最少" in told


def test_without_time_nobody_says_that_a_plan_cannot_be_kept():
    pool, plan = BROKEN[0]
    with pytest.raises(UnsolvedError, match="求解时限内"):
        select(pool, replace(plan, seconds=1e-9))
