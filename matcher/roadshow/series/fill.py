"""Fills one stage: the best candidate next, then one exchanged for another while that helps."""

from collections.abc import Sequence

import numpy as np

from matcher.roadshow.series.cast import Cast, Flags
from matcher.roadshow.series.hall import Cell, Hall, Reals

LEAST_GAIN = 1e-9
"""Smaller differences are rounding, no reason to move anybody."""


def fill(hall: Hall, cells: Sequence[Cell], open_: Flags, price: Reals) -> Cast:
    """Choose greedily: who adds most after their price, ties by id.

    Args:
        hall: the event.
        cells: bounds to keep; those that cannot be reached are left in `Cast.lacking`.
        open_: bool[candidates]: who may be chosen at all.
        price: float64[candidates], taken from what each adds.
    """
    cast = Cast(hall, cells, hall.must)
    while len(cast.chosen) < hall.event.stage:
        left = hall.event.stage - len(cast.chosen)
        free = cast.free(left) & open_
        if not free.any():
            free = (cast.blocked == 0) & open_
            if not free.any():
                break
        cast.add(int(np.argmax(np.where(free, cast.gains() - price, -np.inf))))
    return cast


def exchange(cast: Cast, open_: Flags, price: Reals, *, sweeps: int = 3) -> Cast:
    """Exchange one of the chosen for another as long as the aim rises; bounds stay kept."""
    for _ in range(sweeps):
        before = cast
        for one in sorted(cast.chosen):
            if one not in cast.hall.must:
                cast = _exchanged(cast, one, open_, price)
        if cast is before:
            break
    return cast


def _exchanged(cast: Cast, one: int, open_: Flags, price: Reals) -> Cast:
    others = [other for other in cast.chosen if other != one]
    without = Cast(cast.hall, cast.cells, others)
    if len(without.lacking) > len(cast.lacking):
        free = without.free(1, together=not cast.lacking) & open_
    else:
        free = (without.blocked == 0) & open_
    gains = without.gains() - price
    free[one] = False
    if not free.any():
        return cast
    best = int(np.argmax(np.where(free, gains, -np.inf)))
    if gains[best] <= gains[one] + LEAST_GAIN:
        return cast
    without.add(best)
    return without if len(without.lacking) <= len(cast.lacking) else cast
