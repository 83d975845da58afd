from dataclasses import replace

import pytest

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow.choose import select
from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.roadshow.reasons import force, why, without
from matcher.types import Level
from tests.matcher.roadshow.small_plans import optimum, random_plan, random_pool, value_of

PLAIN = Worth(strong=10, fairly_strong=4, weak=1, quality=0, freshness=0, diversity=0, fairness=0)


def small(answers, groups=None, shown=None, guests="xyz"):
    """answers: entrant -> {guest: level}."""
    entrants = tuple(
        Entrant(
            id=one, title="", groups=(groups or {}).get(one, {}), shown=(shown or {}).get(one, 0)
        )
        for one in answers
    )
    fits = tuple(
        PairFit(
            entrant=one,
            guest=guest,
            probabilities=tuple(float(number == level) for number in range(1, 5)),
            level=Level(level),
            proof=f"{one}满足{guest}。",
        )
        for one, levels in answers.items()
        for guest, level in levels.items()
    )
    return Pool(entrants, tuple(Guest(id=one, title="") for one in guests), fits)


def rejected(pool, plan, id_):
    found = why(pool, plan, select(pool, plan))
    return next(one for one in found.rejected if one.id == id_)


def solved_plans(count):
    seed = 0
    while count:
        pool = random_pool(seed, entrants=7)
        plan = random_plan(seed, pool)
        seed += 1
        if optimum(pool, plan) is not None:
            count -= 1
            yield pool, plan, select(pool, plan)


def test_answers_add_up_to_the_coverage_and_drops_are_exact():
    for pool, plan, selection in solved_plans(20):
        found = why(pool, plan, selection)
        assert tuple(one.id for one in found.chosen) == selection.chosen
        answers = [answer for one in found.chosen for answer in one.answers]
        assert sum(one.value for one in answers) == pytest.approx(selection.terms["coverage"])
        for guest in {one.guest for one in answers}:
            shares = [one.share for one in answers if one.guest == guest]
            assert sum(shares) == pytest.approx(1)
        for one in found.chosen:
            rest = [id_ for id_ in selection.chosen if id_ != one.id]
            lost = selection.value - value_of(pool, plan, rest)
            assert one.drop == pytest.approx(lost)
            assert one.must == (one.id in plan.must)


def test_forcing_in_and_keeping_out_lose_what_trying_every_set_says():
    for pool, plan, selection in solved_plans(15):
        for one in why(pool, plan, selection).rejected[:3]:
            forced = force(pool, plan, selection, one.id)
            with_it = replace(lifted(pool, plan, one.id), must=tuple({*plan.must, one.id}))
            best = optimum(pool, with_it)
            if best is None:
                assert forced is None
                assert one.at_most is None or one.cause in ("must_not", "shown")
                continue
            assert one.id in forced.chosen
            assert forced.proved
            assert forced.loss == pytest.approx(selection.value - best, abs=1e-5)
            if one.at_most is not None and one.cause not in ("must_not", "shown"):
                assert forced.loss <= one.at_most + 1e-6
        left_out = selection.chosen[0]
        changed = without(pool, plan, selection, left_out)
        others = replace(
            plan,
            must=tuple(one for one in plan.must if one != left_out),
            must_not=(*plan.must_not, left_out),
        )
        best = optimum(pool, others)
        if best is None:
            assert changed is None
        else:
            assert changed.loss == pytest.approx(selection.value - best, abs=1e-5)
            assert left_out not in changed.chosen


def lifted(pool, plan, id_):
    """The plan without what bars this one alone."""
    entrants = {one.id: one for one in pool.entrants}
    barred = {
        other
        for other in entrants
        if plan.most_shown is not None and entrants[other].shown >= plan.most_shown and other != id_
    }
    return replace(
        plan,
        must_not=tuple({one for one in plan.must_not if one != id_} | barred),
        most_shown=None,
    )


def test_a_full_quota_names_itself_and_whom_it_would_replace():
    groups = {one: {"industry": ("新材料",)} for one in "abc"} | {"d": {"industry": ("农业",)}}
    pool = small({"a": {"x": 4}, "b": {"y": 4}, "c": {"z": 4}, "d": {"z": 2}}, groups)
    quota = Quota(dimension="industry", value="新材料", most=2)
    plan = Plan(size=3, worth=PLAIN, quotas=(quota,))
    one = rejected(pool, plan, "c")
    assert (one.cause, one.swap) == ("quota", "d")
    assert one.gain == pytest.approx(9)
    assert "行业“新材料”至多 2 项" in one.rules[0]
    assert "d" in one.text
    freed = select(pool, replace(plan, quotas=()))
    assert freed.value == pytest.approx(select(pool, plan).value + one.gain)
    assert "c" in freed.chosen


def test_a_conflict_names_who_is_on_stage():
    pool = small({"a": {"x": 4}, "b": {"y": 4}, "c": {"z": 2}})
    plan = Plan(size=2, worth=replace(PLAIN, strong=10), conflicts=(("a", "b"),))
    found = why(pool, plan, select(pool, plan))
    one = next(one for one in found.rejected if one.id in "ab")
    assert one.cause == "conflict"
    assert one.by == ("b" if one.id == "a" else "a",)
    assert one.gain == pytest.approx(9)


def test_wishes_and_the_cap_are_named_with_what_lifting_them_brings():
    pool = small({"a": {"x": 4}, "b": {"y": 4}, "c": {"z": 3}}, shown={"b": 3})
    plan = Plan(size=1, worth=PLAIN, must_not=("a",), most_shown=2)
    first, second = rejected(pool, plan, "a"), rejected(pool, plan, "b")
    assert (first.cause, second.cause) == ("must_not", "shown")
    assert first.gain == second.gain == pytest.approx(6)
    assert "c" in first.text
    assert "登台上限" in second.text
    assert second.at_most is None


def test_a_barred_one_that_nobody_could_make_room_for_says_so():
    pool = small({"a": {"x": 4}, "b": {"y": 4}, "c": {"z": 4}})
    plan = Plan(size=1, worth=PLAIN, must=("b",), must_not=("a",))
    one = rejected(pool, plan, "a")
    assert (one.swap, one.at_most) == ("", None)
    assert "其他规则" in one.text


def test_dominated_ones_name_those_who_answer_better():
    pool = small({"a": {"x": 4}, "b": {"y": 4}, "c": {"x": 3, "y": 2}, "d": {"z": 2}})
    plan = Plan(size=2, worth=PLAIN)
    dominated, less = rejected(pool, plan, "c"), rejected(pool, plan, "d")
    assert (dominated.cause, dominated.by) == ("dominated", ("a", "b"))
    assert less.cause == "less"
    assert less.at_most == pytest.approx(9)
    assert "9" in less.text


def test_equals_are_told_that_nothing_but_order_decided():
    pool = small({"a": {"x": 4}, "b": {"x": 4}})
    one = rejected(pool, Plan(size=1, worth=replace(PLAIN, repeats=(1.0,))), "b")
    assert "贡献相同" in one.text
    assert one.at_most == pytest.approx(0)


def test_proofs_and_ranks_come_with_the_answers():
    pool = small({"a": {"x": 4}, "b": {"x": 3}}, guests="x")
    found = why(pool, Plan(size=2, worth=PLAIN), select(pool, Plan(size=2, worth=PLAIN)))
    ranks = {one.id: one.answers[0] for one in found.chosen}
    assert (ranks["a"].rank, ranks["b"].rank) == (1, 2)
    assert ranks["b"].value == pytest.approx(0.4 * 4)
    assert ranks["a"].fit.proof == "a满足x。"


def test_someone_unknown_cannot_be_forced_in():
    pool = small({"a": {"x": 4}})
    plan = Plan(size=1)
    with pytest.raises(RoadshowError, match="zz"):
        force(pool, plan, select(pool, plan), "zz")


def test_nobody_takes_the_place_of_those_who_must_be_there():
    pool = small({"a": {"x": 2}, "b": {"y": 4}, "c": {"z": 3}})
    plan = Plan(size=1, worth=PLAIN, must=("a",))
    one = rejected(pool, plan, "b")
    assert one.at_most is None
    assert force(pool, plan, select(pool, plan), "b") is None
    with pytest.raises(InfeasibleError):
        select(pool, replace(plan, must=("a", "b")))
