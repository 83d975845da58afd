"""Who is on one stage so far, and what each other candidate would add."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.roadshow.series.hall import Cell, Hall, Numbers, Reals

Flags = NDArray[np.bool_]


class Cast:
    """The chosen of one event, one after another.

    Coverage is kept as the best answers of each need, best first: float64[audience, repeats].
    """

    def __init__(self, hall: Hall, cells: Sequence[Cell], chosen: Iterable[int] = ()) -> None:
        self.hall = hall
        self.cells = cells
        self.chosen: list[int] = []
        self.best = np.zeros((hall.audience, len(hall.repeats)))
        self.blocked = np.zeros(hall.size, dtype=np.int64)
        self.helps = np.zeros(hall.size, dtype=np.int64)
        self.counts = [0] * len(cells)
        self.lacking = {at for at, cell in enumerate(cells) if cell.least > 0}
        self.shown = np.zeros(hall.names, dtype=bool)
        self._cells_of: dict[int, list[int]] = {}
        for at, cell in enumerate(cells):
            if cell.least > 0:
                self.helps[cell.members] += 1
            if cell.most == 0:
                self.blocked[cell.members] += 1
            for member in cell.members.tolist():
                self._cells_of.setdefault(member, []).append(at)
        for one in chosen:
            self.add(one)

    @property
    def deficit(self) -> int:
        """How many more the lower bounds ask for, each bound by itself."""
        return sum(self.cells[at].least - self.counts[at] for at in self.lacking)

    def add(self, one: int) -> None:
        """Put a candidate on stage."""
        hall = self.hall
        self.chosen.append(one)
        self.blocked[one] += 1
        part = slice(hall.starts[one], hall.starts[one + 1])
        self.best[hall.guests[part]] = _inserted(self.best[hall.guests[part]], hall.values[part])
        self.shown[hall.industries[hall.industry_of == one]] = True
        for rival in hall.rivals.get(one, ()):
            self.blocked[rival] += 1
        for at in self._cells_of.get(one, ()):
            cell = self.cells[at]
            self.counts[at] += 1
            if cell.most is not None and self.counts[at] == cell.most:
                self.blocked[cell.members] += 1
            if self.counts[at] == cell.least:
                self.helps[cell.members] -= 1
                self.lacking.discard(at)

    def free(self, places: int, *, together: bool = False) -> Flags:
        """Who may still be added, with so many places left.

        Where the lower bounds need all of them, only who helps; `together`: who helps all.
        """
        free: Flags = self.blocked == 0
        if self.lacking and places <= self.deficit:
            free &= self.helps >= (len(self.lacking) if together else 1)
        return free

    def gains(self) -> Reals:
        """What each candidate would add to coverage, quality, freshness and diversity."""
        hall = self.hall
        before = self.best[hall.guests]
        more = (_inserted(before, hall.values) - before) @ hall.repeats
        found = hall.alone + np.bincount(hall.of, weights=more, minlength=hall.size)
        if hall.diversity:
            new = ~self.shown[hall.industries]
            found += hall.diversity * np.bincount(hall.industry_of[new], minlength=hall.size)
        return found

    @property
    def coverage(self) -> float:
        """What the best answers are worth."""
        return float((self.best @ self.hall.repeats).sum())

    @property
    def variety(self) -> float:
        """What the industries on stage are worth."""
        return self.hall.diversity * int(self.shown.sum())

    @property
    def value(self) -> float:
        """Coverage, quality, freshness and diversity together."""
        return self.coverage + self.variety + float(self.hall.alone[self.chosen].sum())


def _inserted(best: Reals, values: Reals) -> Reals:
    """Put one more answer into each row of best answers: r-th = max(a_r, min(a_(r-1), v))."""
    above = np.concatenate([np.full((len(best), 1), np.inf), best[:, :-1]], axis=1)
    found: Reals = np.maximum(best, np.minimum(above, values[:, None]))
    return found


def local_cells(hall: Hall, extra: Iterable[tuple[Numbers, int, int | None]]) -> list[Cell]:
    """The event's quotas, and more bounds of the series."""
    return [*hall.cells, *(Cell(members, least, most) for members, least, most in extra)]
