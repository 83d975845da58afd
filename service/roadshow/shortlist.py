"""The shortlist of a plan: pool, selection with proof, reasons."""

from dataclasses import dataclass
from functools import cached_property

from matcher.roadshow.choose import select
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import Entrant, PairFit, Pool
from matcher.roadshow.reasons import Reasons, why
from matcher.roadshow.selection import Selection
from matcher.types import Achievement, Need
from service.roadshow.fits import Progress, no_progress
from service.roadshow.fitting_in import fitted
from service.roadshow.gone import veiled
from service.roadshow.plan_file import PlanFile
from service.roadshow.plan_parts import selection_plan
from service.roadshow.pools import Built, build_pool, own_pairs
from service.roadshow.scope import Scope


@dataclass(frozen=True)
class Shortlist:
    """What goes on stage by a plan, and everything that proves and explains it.

    Attributes:
        written: the plan as it was written.
        plan: as the solver took it.
        built: the pool and its records.
        notes: in Chinese: rules of the plan that had nothing to say.
    """

    written: PlanFile
    plan: Plan
    built: Built
    selection: Selection
    notes: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[Achievement, ...]:
        """The records on stage, in the order of the selection."""
        return tuple(self.built.achievements[id_] for id_ in self.selection.chosen)

    @cached_property
    def reasons(self) -> Reasons:
        """Why the chosen were chosen, and the others were not."""
        found = why(self.judged, self.plan, self.selection)
        return veiled(found, self.gone) if self.gone else found

    @cached_property
    def _entrants(self) -> dict[str, Entrant]:
        return {one.id: one for one in self.built.pool.entrants}

    def entrant(self, id_: str) -> Entrant:
        """A candidate as the solver saw it."""
        return self._entrants[id_]

    def need(self, id_: str) -> Need:
        """A need of the audience."""
        return self.built.needs[id_]

    @property
    def gone(self) -> frozenset[str]:
        """Ids of candidates that may not be shown any more."""
        return self.built.gone.achievements if self.built.gone else frozenset()

    @property
    def judged(self) -> Pool:
        """The pool as it was when the list was chosen: to count in, not to show."""
        return self.built.gone.pool if self.built.gone else self.built.pool

    def fits_of(self, entrant: str) -> tuple[PairFit, ...]:
        """An entrant's fits that count, best first."""
        barred = set(self.plan.barred)
        found = [
            one
            for one in self.built.pool.fits
            if one.entrant == entrant and (one.entrant, one.guest) not in barred
        ]
        return tuple(sorted(found, key=lambda one: (-one.score, one.guest)))


def make_shortlist(scope: Scope, written: PlanFile, progress: Progress = no_progress) -> Shortlist:
    """Choose who goes on stage.

    Args:
        scope: whose records, and what matches them.
        written: the plan.
        progress: told of the fits.

    Raises:
        PlanFileError: the plan does not suit the records.
        RoadshowError: nor the pool; all mistakes at once.
        InfeasibleError: its rules cannot be kept together.
    """
    built = build_pool(scope, written, progress)
    plan, notes = fitted(written, selection_plan(written, own_pairs(built)), built.pool)
    return Shortlist(written, plan, built, select(built.pool, plan), notes)
