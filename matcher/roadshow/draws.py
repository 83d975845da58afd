"""How sure a selection is: what would be best if the fits turned out as their odds say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import RoadshowError
from matcher.roadshow.board import Board, Reals
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Pool
from matcher.roadshow.program import prove
from matcher.roadshow.rules import frame, rules_of
from matcher.roadshow.selection import Selection
from matcher.types import Level

DRAWS = 50


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """A selection beside the best ones of drawn worlds.

    Attributes:
        draws: how many worlds were drawn; fewer than asked for if the time ran out.
        proved: in how many the best set was proved; in the others it is the best one found.
        stays: share of the draws in which each chosen entrant is in the best set too.
        enters: the same for those who were not chosen, if ever, the most frequent first.
        regret: how much more the best set is worth than the selection, mean over the draws: what
            knowing all levels beforehand would bring.
        share: regret by the mean worth of the best set.
    """

    draws: int
    proved: int
    stays: Mapping[str, float]
    enters: Mapping[str, float]
    regret: float
    share: float


def sensitivity(
    pool: Pool,
    plan: Plan,
    selection: Selection,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    seconds: float = 60.0,
) -> Sensitivity:
    """Draw the level of each pair from its probabilities, independently, and solve each world.

    The same seed gives the same worlds. At least one is solved.

    Raises:
        RoadshowError: `draws` is below 1, or the selection is not of this pool.
    """
    if draws < 1:
        raise RoadshowError(f"抽样次数为 {draws}，至少要 1 次。")
    place = {one.id: row for row, one in enumerate(pool.entrants)}
    if unknown := [one for one in selection.chosen if one not in place]:
        raise RoadshowError(f"入选名单中的 {'、'.join(unknown)} 不在候选成果里，请重新选择。")
    board, bounds = Board.of(pool, plan), frame(rules_of(pool, plan), len(pool.entrants))
    worlds = _Worlds(pool, plan, board, seed)
    picked = sorted(place[one] for one in selection.chosen)
    times = np.zeros(len(pool.entrants))
    best = regret = 0.0
    done = proved = 0
    deadline = Deadline(seconds)
    while done < draws and (not done or deadline.left > 0):
        world = replace(board, worth=worlds.draw())
        found = prove(world, bounds, picked, Deadline(min(deadline.left, plan.seconds)))
        times[list(found.chosen)] += 1
        value = world.value(found.chosen)
        best, regret = best + value, regret + value - world.value(picked)
        done, proved = done + 1, proved + (found.status == "optimal")
    shares = {one.id: float(count) / done for one, count in zip(pool.entrants, times, strict=True)}
    inside = {*selection.chosen}
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return Sensitivity(
        done,
        proved,
        {one: shares[one] for one in selection.chosen},
        {id_: share for id_, share in ranked if share and id_ not in inside},
        regret / done,
        regret / best if best > 0 else 0.0,
    )


class _Worlds:
    """Worths by drawn levels."""

    def __init__(self, pool: Pool, plan: Plan, board: Board, seed: int) -> None:
        entrants = {one.id: column for column, one in enumerate(pool.entrants)}
        guests = {one.id: row for row, one in enumerate(pool.guests)}
        barred = {*plan.barred}
        counted = [fit for fit in pool.fits if (fit.entrant, fit.guest) not in barred]
        self._rows = np.array([guests[fit.guest] for fit in counted], dtype=np.intp)
        self._columns = np.array([entrants[fit.entrant] for fit in counted], dtype=np.intp)
        odds = np.array([fit.probabilities for fit in counted]).reshape(-1, len(Level))
        self._reached = np.cumsum(odds, axis=1)[:, :-1]
        self._worths = np.array([plan.worth.of(level) for level in Level])
        self._weights = np.array([one.weight for one in pool.guests])
        self._shape = board.worth.shape
        self._random = np.random.default_rng(seed)

    def draw(self) -> Reals:
        """float64[guests, entrants] of one world."""
        drawn = (self._random.random(len(self._rows))[:, None] >= self._reached).sum(axis=1)
        worth = np.zeros(self._shape)
        worth[self._rows, self._columns] = self._weights[self._rows] * self._worths[drawn]
        return worth
