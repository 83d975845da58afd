"""What an organiser wants of an event's selection; files of plans are read in `service`."""

from dataclasses import dataclass, field
from datetime import date

from matcher.roadshow.pool import Dimension
from matcher.types import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Bounds on how many of the chosen share a value.

    Attributes:
        dimension: what is counted.
        value: the counted value; `*` stands for every value, each with the same bounds.
        least: at the least.
        most: at the most; None for no bound.
    """

    dimension: Dimension
    value: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What the parts of the aim are worth.

    Attributes:
        strong, fairly_strong, weak: value of a need covered by a pair of that level; a pair counts
            with its expected value over the calibrated probabilities.
        repeats: the share that the best, second best, … chosen entrant of a need counts; not
            rising, so that a second answer to one need is worth less than a first to another.
        quality, freshness: of an entrant with quality 1, or published on the event's day, beside
            a strong cover worth `strong`.
        diversity: of each industry that is on stage at all.
        fairness: taken away for each time that an entrant was shown before.
    """

    strong: float = 7.0
    fairly_strong: float = 3.0
    weak: float = 0.5
    repeats: tuple[float, ...] = (1.0, 0.4, 0.1)
    quality: float = 0.5
    freshness: float = 0.3
    diversity: float = 0.5
    fairness: float = 0.5

    def of(self, level: Level) -> float:
        """The value of one level."""
        return (0.0, self.weak, self.fairly_strong, self.strong)[level - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be chosen, and by which rules.

    Attributes:
        title: of the event.
        size: how many go on stage.
        held_on: the event's day, for freshness.
        worth: what is wanted.
        quotas: bounds that must be kept.
        most_shown: who was on stage this often, or more, stays off; None for no cap.
        must, must_not: ids of entrants.
        conflicts: pairs of entrants of which at most one is chosen.
        barred: pairs (entrant, guest) that do not count and are never brought together: conflicts
            of interest.
        seconds: for the solver, all in all; also for saying why a plan cannot be kept.
    """

    title: str = "路演"
    size: int
    held_on: date | None = None
    worth: Worth = field(default_factory=Worth)
    quotas: tuple[Quota, ...] = ()
    most_shown: int | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    barred: tuple[tuple[str, str], ...] = ()
    seconds: float = 30.0
