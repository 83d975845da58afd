"""Meetings into times as a 0/1 programme: which requests are placed, so that nothing is worth more.

One variable for each request and slot at which both parties are free. Tables are alike, so that a
cap on each slot stands for them. The linear relaxation is close to integral: what it decides is
held, the rest solved exactly, and where that reaches the relaxation's bound, it is proved. Other
ways are compared by Bofill et al. (Journal of Artificial Intelligence Research, article 12670).
"""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array, vstack

from matcher.roadshow.agenda.grid import Grid
from matcher.roadshow.agenda.types import AgendaPlan

Values = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
UNIT = 1000
"""Weights are counted in thousandths."""


@dataclass(frozen=True, slots=True)
class Options:
    """Every way to place a request.

    Attributes:
        request, slot: of each option, as positions in plan and grid.
        rows: bounds × options, 0/1.
        most: of each bound.
        bounds: what each bounds: (`request`, its position, 0), (`party`, row, slot),
            (`most`, row, 0) or (`tables`, slot, 0).
        worth: of each option, in thousandths.
    """

    request: Whole
    slot: Whole
    rows: csc_array
    most: Whole
    bounds: tuple[tuple[str, int, int], ...]
    worth: Whole


@dataclass(frozen=True, slots=True)
class Aimed:
    """The best choice of options that was found; `bound` is as `value`, in whole units."""

    chosen: npt.NDArray[np.bool_]
    value: int
    bound: int
    stopped: bool

    @property
    def proved(self) -> bool:
        """Whether nothing is better."""
        return self.bound <= self.value


@dataclass(frozen=True, slots=True)
class Floor:
    """What must hold besides the options' own bounds: coefficients · choice >= least."""

    coefficients: Whole
    least: int


def options(plan: AgendaPlan, layout: Grid) -> Options:
    """List the options of all requests."""
    request: list[int] = []
    slot: list[int] = []
    worth: list[int] = []
    bounds: dict[tuple[str, int, int], int] = {}
    entries: list[tuple[int, int]] = []
    most: list[int] = []
    caps = [one.most for one in plan.parties]

    def count(kind: str, one: int, other: int, cap: int) -> None:
        row = bounds.setdefault((kind, one, other), len(bounds))
        if row == len(most):
            most.append(cap)
        entries.append((row, len(request)))

    for position, wish in enumerate(plan.requests):
        rows = {"host": layout.party[wish.host], "guest": layout.party[wish.guest]}
        for column in range(len(layout.slots)):
            if not all(layout.free[row, column] for row in rows.values()):
                continue
            count("request", position, 0, 1)
            count("tables", column, 0, len(plan.tables))
            for row in rows.values():
                count("party", row, column, int(layout.free[row, column]))
                cap = caps[row]
                if cap is not None:
                    count("most", row, 0, cap)
            request.append(position)
            slot.append(column)
            worth.append(round(wish.weight * UNIT))
    at = np.array(entries, np.int64).reshape(-1, 2)
    rows_of = csc_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(bounds), len(request)))
    whole = [np.array(one, np.int64) for one in (request, slot, most, worth)]
    return Options(
        request=whole[0],
        slot=whole[1],
        rows=rows_of,
        most=whole[2],
        bounds=tuple(bounds),
        worth=whole[3],
    )


def tight(every: Options, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Which bounds leave no room for one more."""
    return np.asarray(every.rows @ chosen.astype(float) > every.most - 0.5)


def bounds_of(every: Options, option: int | np.int64) -> Whole:
    """The bounds that one option counts against."""
    start, stop = every.rows.indptr[option : option + 2]
    return np.asarray(every.rows.indices[start:stop], np.int64)


def top_up(every: Options, chosen: npt.NDArray[np.bool_], worth: Whole) -> npt.NDArray[np.bool_]:
    """Add whatever still has a place, what is worth most first."""
    full = chosen.copy()
    left = every.most - np.rint(every.rows @ chosen.astype(float)).astype(np.int64)
    for option in np.argsort(-worth, kind="stable"):
        rows = bounds_of(every, option)
        if worth[option] > 0 and (left[rows] > 0).all():
            full[option] = True
            left[rows] -= 1
    return full


def best(
    every: Options,
    worth: Whole,
    seconds: float,
    start: npt.NDArray[np.bool_],
    floors: Sequence[Floor] = (),
) -> Aimed:
    """Choose options of greatest worth.

    Args:
        every: what can be chosen.
        worth: of each option.
        seconds: for all steps together.
        start: a choice that keeps all bounds and floors.
        floors: what must hold besides.
    """
    until = time.monotonic() + seconds
    kept = _constraints(every, floors)
    nothing = np.zeros(len(worth))
    value = int(worth[start].sum())
    if not len(worth):
        return Aimed(start, 0, 0, stopped=False)
    relaxed, bound = _solve(kept, worth, nothing, until, whole=False)
    if relaxed is None or bound is None:
        return Aimed(start, value, _simple(every, worth), stopped=True)
    found, ceiling = start, _down(bound)
    held = (relaxed > 1 - 1e-6).astype(float)
    for lower in (held, nothing):
        if value >= ceiling:
            break
        choice, dual = _solve(kept, worth, lower, until, whole=True)
        if choice is not None and int(worth[choice > 0.5].sum()) > value:
            found = choice > 0.5
            value = int(worth[found].sum())
        if lower is nothing and dual is not None:
            ceiling = max(min(ceiling, _down(dual)), value)
    return Aimed(found, value, ceiling, stopped=value < ceiling)


def _simple(every: Options, worth: Whole) -> int:
    """The bound that needs no solver: every request at its best."""
    each = np.zeros(int(every.request.max()) + 1, np.int64)
    np.maximum.at(each, every.request, worth)
    return int(each.sum())


def _down(bound: float) -> int:
    return math.floor(bound + 1e-6 * math.sqrt(max(1.0, abs(bound))))


def _constraints(every: Options, floors: Sequence[Floor]) -> LinearConstraint:
    rows = [csr_array(every.rows)]
    rows += [csr_array(floor.coefficients.astype(float)[None, :]) for floor in floors]
    lower = np.concatenate([np.full(len(every.most), -np.inf), [floor.least for floor in floors]])
    upper = np.concatenate([every.most, np.full(len(floors), np.inf)])
    return LinearConstraint(vstack(rows, format="csc"), lower, upper)


def _solve(
    kept: LinearConstraint, worth: Whole, lower: Values, until: float, *, whole: bool
) -> tuple[Values | None, float | None]:
    """The best choice and an upper bound; None where the clock, or `lower`, left none."""
    left = until - time.monotonic()
    if left <= 0:
        return None, None
    solved = milp(
        -worth.astype(float),
        constraints=kept,
        bounds=Bounds(lower, 1.0),
        integrality=np.full(len(worth), int(whole)),
        options={"time_limit": left, "mip_rel_gap": 0.0},
    )
    dual = solved.mip_dual_bound if whole else (solved.fun if solved.status == 0 else None)
    return solved.x, None if dual is None else -float(dual)
