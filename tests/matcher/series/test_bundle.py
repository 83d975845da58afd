from dataclasses import replace
from itertools import combinations

import pytest

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow import bundle as bundles
from matcher.roadshow.alike import compare
from matcher.roadshow.board import Board
from matcher.roadshow.bundle import BundlePlan, bundle
from matcher.roadshow.plan import Plan, Quota, Worth
from matcher.roadshow.pool import Pool
from matcher.roadshow.possible import Most
from matcher.roadshow.theme import Theme
from tests.matcher.series.small_series import PLAIN, entrant, fit, guest, random_pool


def doubles():
    """Two that answer the same two needs, and one that answers a third a little."""
    fits = [fit(a, n) for a in ("a1", "a2") for n in ("n1", "n2")]
    return Pool(
        (entrant("a1"), entrant("a2"), entrant("a3")),
        (guest("n1"), guest("n2"), guest("n3")),
        (*fits, fit("a3", "n3", 2)),
    )


def test_who_says_the_same_is_not_in_twice() -> None:
    plan = BundlePlan(size=2, worth=PLAIN)
    found = bundle(doubles(), plan)
    assert set(found.selection.chosen) == {"a1", "a3"}
    assert [(one.left, one.right, one.overlap) for one in found.kept_apart] == [("a1", "a2", 1.0)]
    assert found.redundancy == ()
    loose = bundle(doubles(), BundlePlan(size=3, worth=PLAIN, most_alike=1.0))
    assert len(loose.selection.chosen) == 2


def test_a_given_likeness_counts_beside_the_shared_needs() -> None:
    plan = BundlePlan(size=2, worth=PLAIN)
    found = bundle(doubles(), plan, {("a3", "a1"): 0.9, ("a2", "zz"): 1.0})
    assert set(found.selection.chosen) == {"a2", "a3"}
    assert {(one.left, one.right) for one in found.kept_apart} == {("a1", "a2"), ("a1", "a3")}


def test_the_overlap_is_the_weighted_jaccard_index() -> None:
    pool = Pool(
        (entrant("a1"), entrant("a2")),
        (guest("n1", weight=2.0), guest("n2")),
        (fit("a1", "n1", 4), fit("a2", "n1", 3), fit("a2", "n2", 4)),
    )
    (one,) = compare(pool, Worth(), {})
    # a1: 14 on n1; a2: 6 on n1, 7 on n2; least 6, most 14 + 7
    assert one.overlap == pytest.approx(6 / 21)
    assert one.most == one.overlap


@pytest.mark.parametrize("seed", range(8))
def test_no_other_package_within_the_rules_is_worth_more(seed) -> None:
    pool = random_pool(seed, entrants=6)
    plan = BundlePlan(size=3, most_alike=0.6)
    found = bundle(pool, plan)
    apart = {(one.left, one.right) for one in found.kept_apart}
    assert all(one.most < 0.6 for one in found.redundancy)
    size = len(found.selection.chosen)
    board = Board.of(pool, Plan(size=size))
    ids = [one.id for one in pool.entrants]
    best = max(
        sum(v for name, v in board.terms(some).items() if name != "fairness")
        for some in combinations(range(len(ids)), size)
        if not any((ids[a], ids[b]) in apart for a, b in combinations(some, 2))
    )
    assert found.selection.value == pytest.approx(best)


def alike(*pairs):
    """Achievements that share no need, and are said to be alike."""
    return {tuple(pair.split("-")): 1.0 for pair in pairs}


def strangers(count, institution="甲校"):
    entrants = tuple(entrant(f"a{n}", institution) for n in range(count))
    return Pool(entrants, (guest("n1"),), (fit("a0", "n1", 3),))


def test_a_package_is_as_large_as_the_rules_allow() -> None:
    # A ring of six, in which the first two by id stand opposite each other.
    ring = alike("a0-a2", "a2-a3", "a3-a1", "a1-a4", "a4-a5", "a5-a0")
    found = bundle(strangers(6), BundlePlan(size=6, worth=PLAIN), ring)
    assert len(found.selection.chosen) == 3
    assert found.selection.status == "optimal"


def test_who_has_to_be_in_decides_how_many_can() -> None:
    star = alike("a0-a1", "a0-a2", "a0-a3")
    plan = BundlePlan(size=3, worth=PLAIN)
    assert len(bundle(strangers(4), plan, star).selection.chosen) == 3
    assert bundle(strangers(4), replace(plan, must=("a0",)), star).selection.chosen == ("a0",)


def test_quotas_decide_how_many_can_be_in() -> None:
    one_each = (Quota(dimension="institution", value="*", most=1),)
    found = bundle(strangers(4), BundlePlan(size=3, worth=PLAIN, quotas=one_each))
    assert found.selection.chosen == ("a0",)


def test_rules_that_no_package_keeps_are_told() -> None:
    with pytest.raises(InfeasibleError, match="内容相近，不同时入选") as caught:
        bundle(strangers(3), BundlePlan(size=3, must=("a0", "a1")), alike("a0-a1"))
    assert set(caught.value.clash) == {
        "必须入选：a0",
        "必须入选：a1",
        "a0 与 a1 内容相近，不同时入选",
    }


def test_a_package_that_might_be_larger_is_not_called_the_best(monkeypatch) -> None:
    plan = BundlePlan(size=3, worth=PLAIN, most_alike=1.0)
    sure = bundle(strangers(4), plan).selection
    monkeypatch.setattr(bundles, "most_together", lambda *_: Most(2, proved=False))
    found = bundle(strangers(4), plan).selection
    assert len(found.chosen) == 2
    assert found.status == "feasible"
    assert found.bound >= sure.value
    assert found.gap == pytest.approx((found.bound - found.value) / found.bound)


def test_floors_and_field_leave_out_with_the_reason() -> None:
    pool = Pool(
        (
            entrant("a1", readiness=("8",)),
            entrant("a2", quality=0.1, readiness=("8",)),
            entrant("a3", readiness=("4-6级",)),
            entrant("a4"),
            entrant("a5", industry="农业", readiness=("8",)),
            entrant("a6", region=("江苏省",), readiness=("8",)),
        ),
        (guest("n1", region="浙江省绍兴市"), guest("n2", region="江苏省")),
        (fit("a1", "n1"), fit("a1", "n2")),
    )
    theme = Theme(
        industries=("纺织业",), least_quality=0.5, least_readiness=7, audience_regions=("浙江省",)
    )
    found = bundle(pool, BundlePlan(size=1, theme=theme))
    assert found.selection.chosen == ("a1",)
    assert [one.guest for one in found.answered] == ["n1"]
    assert found.left_out == {
        "a2": "描述质量 0.10 低于 0.50",
        "a3": "成熟度 4 级，低于 7 级",
        "a4": "成熟度未知，要求不低于 7 级",
        "a5": "不属于主题“纺织业”",
    }
    origin = Theme(origins=("江苏",), entrants=frozenset({"a1", "a6"}))
    assert bundle(pool, BundlePlan(size=1, theme=origin)).selection.chosen == ("a6",)
    assert "不来自“江苏”" in origin.against(pool.entrants[0])
    assert "指定的候选" in origin.against(pool.entrants[1])


def test_a_keyword_opens_a_theme_and_the_audience_has_a_field_too() -> None:
    theme = Theme(industries=("农业",), keywords=("成果A",), audience_industries=("制造业",))
    assert theme.against(entrant("a1")) == ""
    assert theme.invites(guest("n1", industry="纺织业"))
    assert not theme.invites(guest("n1", industry="农业"))
    assert not Theme(guests=frozenset({"n2"})).invites(guest("n1"))


def test_needs_are_told_as_answered_or_not() -> None:
    found = bundle(doubles(), BundlePlan(size=1, worth=PLAIN))
    assert [(one.guest, one.best.entrant, one.others) for one in found.answered] == [
        ("n1", "a1", ()),
        ("n2", "a1", ()),
    ]
    assert found.unanswered == ("n3",)


def test_nobody_left_is_said() -> None:
    with pytest.raises(RoadshowError, match="没有符合范围的候选"):
        bundle(doubles(), BundlePlan(size=1, theme=Theme(industries=("农业",))))


def test_an_empty_package_is_refused() -> None:
    with pytest.raises(RoadshowError, match="项数 0"):
        bundle(doubles(), BundlePlan(size=0))


@pytest.mark.parametrize("limit", [0.0, 1.1])
def test_a_limit_that_makes_no_sense_is_refused(limit) -> None:
    with pytest.raises(RoadshowError, match="相似上限"):
        bundle(doubles(), BundlePlan(size=1, most_alike=limit))
