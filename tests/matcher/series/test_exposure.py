import pytest

from matcher.roadshow.pool import Pool
from matcher.roadshow.series.exposure import Spread, of_entrants, of_institutions
from tests.matcher.series.small_series import entrant


@pytest.mark.parametrize(
    ("counts", "gini", "most", "never"),
    [
        ([2, 2, 2], 0.0, 2, 0.0),
        ([0, 0, 4], 2 / 3, 4, 2 / 3),
        ([0, 1], 0.5, 1, 0.5),
        ([0, 0], 0.0, 0, 1.0),
        ([], 0.0, 0, 0.0),
    ],
)
def test_a_spread_says_how_even_counts_are(counts, gini, most, never) -> None:
    found = Spread.of(counts)
    assert (found.gini, found.most, found.never) == pytest.approx((gini, most, never))


def test_counts_are_told_before_and_after_with_the_most_shown_first() -> None:
    people = (entrant("a1", "甲校", shown=1), entrant("a2", "甲校"), entrant("b1", "乙所"))
    pool = Pool((*people, entrant("c1", "")), (), ())
    before, after = {"E0": ("a2",)}, {"E0": ("a2",), "E1": ("a2", "b1")}
    owners = of_institutions(pool, before, after).rows
    assert [(one.name, one.entrants, one.before, one.after) for one in owners] == [
        ("甲校", 2, 2, 3),
        ("乙所", 1, 0, 1),
    ]
    ids = [(one.name, one.before, one.after) for one in of_entrants(pool, before, after).rows]
    assert ids == [("a2", 1, 2), ("a1", 1, 1), ("b1", 0, 1), ("c1", 0, 0)]
