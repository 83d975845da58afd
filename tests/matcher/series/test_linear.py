import numpy as np
import pytest

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow import linear
from matcher.roadshow.linear import Programme
from matcher.roadshow.series import bound
from matcher.roadshow.series.solve import plan_series
from tests.matcher.series.small_series import best_by_hand, event, random_pool, series


def test_a_small_knapsack_is_solved() -> None:
    programme = Programme()
    columns = [programme.column(worth) for worth in (3.0, 2.0, 2.0)]
    programme.row(zip(columns, (3.0, 2.0, 2.0), strict=True), high=4)
    solved = programme.solve(9.0)
    assert (solved.status, solved.value, solved.bound, solved.gap) == ("optimal", 4.0, 4.0, 0.0)
    assert solved.taken(columns) == [1, 2]


def test_nothing_to_choose_from_is_worth_nothing() -> None:
    assert Programme().solve(9.0).value == 0
    programme = Programme()
    programme.row([], low=1)
    with pytest.raises(InfeasibleError):
        programme.solve(9.0)


def test_rows_that_clash_are_told() -> None:
    programme = Programme()
    one = programme.column(1.0)
    programme.row([(one, 1.0)], low=1)
    programme.row([(one, 1.0)], high=0)
    with pytest.raises(InfeasibleError, match="不能同时满足"):
        programme.solve(9.0)


def answered(monkeypatch, **said):
    values = {"status": 1, "x": np.array([1.0, 0.0]), "mip_dual_bound": None, **said}
    monkeypatch.setattr(linear, "milp", lambda *args, **more: type("Found", (), values))
    programme = Programme()
    for worth in (2.0, 3.0):
        programme.column(worth)
    return programme


def test_out_of_time_the_bound_is_what_is_known(monkeypatch) -> None:
    solved = answered(monkeypatch, mip_dual_bound=-4.0).solve(9.0)
    assert (solved.status, solved.value, solved.bound, solved.gap) == ("feasible", 2.0, 4.0, 0.5)
    # Nothing known: all that is worth anything.
    assert answered(monkeypatch).solve(9.0).bound == 5.0


def test_no_answer_in_time_is_an_error(monkeypatch) -> None:
    with pytest.raises(RoadshowError, match="时限内没有求得"):
        answered(monkeypatch, x=None).solve(2.0)


def test_an_event_without_an_answer_is_bounded_by_its_best_alone(monkeypatch) -> None:
    def silent(*args, **more):
        raise RoadshowError("没有求得")

    pool, plan = random_pool(3), series(event(0), event(1), most_times=2, promised_quality=0.3)
    close = plan_series(pool, plan).bound
    monkeypatch.setattr(bound, "relaxed", silent)
    loose = plan_series(pool, plan).bound
    assert loose >= close >= best_by_hand(pool, plan) - 1e-6
