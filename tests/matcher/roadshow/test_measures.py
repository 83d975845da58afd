import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.roadshow import measures
from matcher.roadshow.plan import Plan, Quota
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.types import Level

STRONG, NOTHING = (0.0, 0.0, 0.0, 1.0), (1.0, 0.0, 0.0, 0.0)


def pool_of(answers, guests="xyz", groups=None):
    """answers: entrant -> guests that it answers."""
    entrants = tuple(
        Entrant(id=one, title="", groups=(groups or {}).get(one, {})) for one in answers
    )
    fits = tuple(
        PairFit(entrant=one, guest=guest, probabilities=STRONG, level=Level.STRONG)
        for one, named in answers.items()
        for guest in named
    )
    audience = tuple(Guest(id=one, title="", weight=2.0 if one == "x" else 1.0) for one in guests)
    return Pool(entrants, audience, fits)


def test_coverage_counts_needs_by_weight_and_each_once():
    pool = pool_of({"a": "x", "b": "xy", "c": ""})
    levels = measures.levels_of(pool)
    assert measures.need_coverage(pool, ["a"], levels) == 2 / 4
    assert measures.need_coverage(pool, ["a", "b"], levels) == 3 / 4
    assert measures.need_coverage(pool, ["c"], levels) == 0
    assert math.isnan(measures.need_coverage(pool_of({"a": ""}, ""), ["a"], {}))


def test_judged_levels_take_the_place_of_shown_ones():
    pool = pool_of({"a": "x"})
    assert measures.need_coverage(pool, ["a"], {("a", "x"): Level.WEAK}) == 0
    found = measures.measure(pool, Plan(size=1), ["a"], {("a", "y"): Level.FAIRLY_STRONG})
    assert found.coverage == 1 / 4


def test_alpha_ndcg_as_counted_by_hand():
    pool = pool_of({"a": "x", "b": "x", "c": "y"})
    levels = measures.levels_of(pool)
    repeated = 2.0 + 0.5 * 2.0 / math.log2(3)
    ideal = 2.0 + 1.0 / math.log2(3)
    # after a, b and c both add 1; the ideal list takes either
    assert measures.alpha_ndcg(pool, ["a", "b"], levels) == pytest.approx(repeated / ideal)
    late = (1.0 + 2.0 / math.log2(3)) / ideal
    assert measures.alpha_ndcg(pool, ["c", "a"], levels) == pytest.approx(late)
    assert measures.alpha_ndcg(pool, ["a", "c"], levels) == pytest.approx(1.0)
    # with every repeat worthless, only new needs count
    alone = 2.0 / (2.0 + 1.0 / math.log2(3))
    assert measures.alpha_ndcg(pool, ["a", "b"], levels, alpha=1.0) == pytest.approx(alone)
    assert measures.alpha_ndcg(pool_of({"a": ""}), ["a"], {}) == 0.0


def test_distance_is_one_for_strangers_and_nothing_for_twins():
    groups = {
        "a": {"industry": ("新材料",), "region": ("甲市",)},
        "b": {"industry": ("新材料",), "region": ("甲市",)},
        "c": {"industry": ("农业",), "region": ("乙市",)},
        "d": {"industry": ("新材料",), "region": ("乙市",)},
    }
    pool = pool_of(dict.fromkeys("abcd", ""), groups=groups)
    assert measures.intra_list_distance(pool, ["a", "b"]) == 0
    assert measures.intra_list_distance(pool, ["a", "c"]) == 1
    assert measures.intra_list_distance(pool, ["a", "d"]) == pytest.approx(2 / 3)
    assert measures.intra_list_distance(pool, ["a", "b", "c"]) == pytest.approx(2 / 3)
    assert measures.intra_list_distance(pool, ["a"]) == 0


def test_gini_of_known_shares():
    assert measures.gini([1, 1, 1, 1]) == 0
    assert measures.gini([0, 0, 0, 1]) == pytest.approx(3 / 4)
    assert measures.gini([1, 3]) == pytest.approx(1 / 4)
    assert measures.gini([]) == measures.gini([0, 0]) == 0


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_gini_is_the_mean_difference_over_twice_the_mean(shares):
    count, total = len(shares), sum(shares)
    if total:
        mean = sum(abs(a - b) for a in shares for b in shares) / count**2
        assert measures.gini(shares) == pytest.approx(mean / (2 * total / count))
    assert measures.gini(shares) == pytest.approx(measures.gini(shares[::-1]))


def test_exposure_counts_institutions_with_and_without_the_past():
    entrants = (
        Entrant(id="a", title="", groups={"institution": ("甲大学",)}, shown=2),
        Entrant(id="b", title="", groups={"institution": ("甲大学",)}),
        Entrant(id="c", title="", groups={"institution": ("乙研究所",)}),
        Entrant(id="d", title="", shown=9),
    )
    pool = Pool(entrants, (), ())
    assert sorted(measures.exposure(pool, ["b", "d"])) == [0, 3]
    assert sorted(measures.exposure(pool, ["b", "c"], past=False)) == [1, 1]


def test_violations_add_up_over_both_sides():
    groups = {"a": {"industry": ("新材料",)}, "b": {"industry": ("新材料",)}}
    groups["c"] = {"industry": ("农业",)}
    pool = pool_of(dict.fromkeys("abc", ""), groups=groups)
    quotas = (
        Quota(dimension="industry", value="*", most=1),
        Quota(dimension="industry", value="农业", least=1),
    )
    plan = Plan(size=2, quotas=quotas)
    assert measures.violations(pool, plan, ["a", "c"]) == 0
    assert measures.violations(pool, plan, ["a", "b"]) == 2
