from dataclasses import replace

import numpy as np
import pytest

from matcher.errors import RoadshowError
from matcher.roadshow.board import Board
from matcher.roadshow.choose import select
from matcher.roadshow.draws import _Worlds, sensitivity
from matcher.roadshow.plan import Plan, Worth
from matcher.roadshow.pool import Entrant, Guest, PairFit, Pool
from matcher.types import Level
from tests.matcher.roadshow.small_plans import random_pool

PLAIN = Worth(strong=10, fairly_strong=4, weak=1, quality=0, freshness=0, diversity=0, fairness=0)


def one_need(odds):
    """One need, one entrant for each tuple of odds."""
    entrants = tuple(Entrant(id=f"a{number}", title="") for number in range(len(odds)))
    fits = tuple(
        PairFit(entrant=f"a{number}", guest="x", probabilities=given, level=Level.WEAK)
        for number, given in enumerate(odds)
    )
    return Pool(entrants, (Guest(id="x", title=""),), fits)


def test_fits_that_are_sure_change_nothing():
    pool = one_need([(0, 0, 0, 1.0), (0, 0, 1.0, 0), (1.0, 0, 0, 0)])
    plan = Plan(size=1, worth=PLAIN)
    found = sensitivity(pool, plan, select(pool, plan), draws=10)
    assert found.stays == {"a0": 1.0}
    assert found.enters == {}
    assert found.regret == pytest.approx(0)
    assert found.draws == found.proved == 10


def test_shares_and_regret_come_to_what_the_odds_say():
    # a0 is worth 10 or 0 with even odds, a1 is worth 4: in half of the worlds a1 is better by 4
    pool = one_need([(0.5, 0, 0, 0.5), (0, 0, 1.0, 0)])
    plan = Plan(size=1, worth=PLAIN)
    selection = select(pool, plan)
    found = sensitivity(pool, plan, selection, draws=150)
    assert selection.chosen == ("a0",)
    assert found.stays["a0"] == pytest.approx(0.5, abs=0.12)
    assert found.enters["a1"] == pytest.approx(1 - found.stays["a0"])
    assert found.regret == pytest.approx(4 * found.enters["a1"])
    assert found.share == pytest.approx(found.regret / (found.regret + 10 * found.stays["a0"]))


def test_the_same_seed_draws_the_same_worlds():
    pool = random_pool(3)
    plan = Plan(size=3)
    selection = select(pool, plan)
    first, again = (sensitivity(pool, plan, selection, draws=5, seed=7) for _ in range(2))
    assert first == again
    assert sensitivity(pool, plan, selection, draws=5, seed=8) != first
    assert sum(first.stays.values()) + sum(first.enters.values()) == pytest.approx(3)


def test_barred_pairs_count_in_no_world():
    pool = one_need([(0.5, 0, 0, 0.5), (0, 0, 1.0, 0)])
    plan = Plan(size=1, worth=PLAIN, barred=(("a0", "x"),))
    selection = select(pool, plan)
    assert selection.chosen == ("a1",)
    assert sensitivity(pool, plan, selection, draws=20).stays == {"a1": 1.0}


def test_when_time_is_up_fewer_worlds_are_told():
    pool = random_pool(3)
    plan = Plan(size=3)
    found = sensitivity(pool, plan, select(pool, plan), draws=50, seconds=0)
    assert found.draws == 1


def test_nonsense_is_refused():
    pool = random_pool(1)
    plan = Plan(size=2)
    selection = select(pool, plan)
    with pytest.raises(RoadshowError, match="至少要 1 次"):
        sensitivity(pool, plan, selection, draws=0)
    with pytest.raises(RoadshowError, match="zz"):
        sensitivity(pool, plan, replace(selection, chosen=("zz",)))


def test_levels_are_drawn_as_often_as_their_odds():
    odds = (0.4, 0.3, 0.2, 0.1)
    pool = one_need([odds])
    plan = Plan(size=1, worth=PLAIN)
    worlds = _Worlds(pool, plan, Board.of(pool, plan), 0)
    drawn = np.array([worlds.draw()[0, 0] for _ in range(4000)])
    for worth, chance in zip((0, 1, 4, 10), odds, strict=True):
        assert (drawn == worth).mean() == pytest.approx(chance, abs=0.03)
