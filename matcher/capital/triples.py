"""Need, achievement and mandate brought to one table: the best triples of an event."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.capital.types import MandateFit
from matcher.errors import RoadshowError
from matcher.roadshow.linear import Programme
from matcher.roadshow.pool import PairFit


@dataclass(frozen=True, slots=True, kw_only=True)
class TripleCaps:
    """How often each may appear, how many triples there are, and how well they must fit.

    Attributes:
        mandate, achievement, need: triples in which one may be.
        total: triples altogether; None for no bound.
        pair_floor: least P(level >= 3) of need and achievement.
        capital_floor: least score of a mandate beside either.
        seconds: for the solver.
    """

    mandate: int = 3
    achievement: int = 1
    need: int = 1
    total: int | None = None
    pair_floor: float = 0.3
    capital_floor: float = 0.3
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Triple:
    """Three who should meet.

    Attributes:
        rank: 1 is worth most.
        value: P(pair) times the mean of the mandate's two scores, in [0, 1].
        pair, for_achievement, for_need: the three edges, each with its own reasons.
    """

    rank: int
    value: float
    pair: PairFit
    for_achievement: MandateFit
    for_need: MandateFit

    @property
    def ids(self) -> tuple[str, str, str]:
        """Need, achievement, mandate."""
        return self.pair.guest, self.pair.entrant, self.for_need.mandate


@dataclass(frozen=True, slots=True)
class Triples:
    """The triples of an event, with the proof.

    Attributes:
        considered: triples that keep the floors.
        value: sum over all triples; no choice within the caps has more than `bound`.
    """

    triples: tuple[Triple, ...]
    considered: int
    status: Literal["optimal", "feasible"]
    value: float
    bound: float
    gap: float


def choose_triples(
    pairs: Iterable[PairFit], capital: Iterable[MandateFit], caps: TripleCaps | None = None
) -> Triples:
    """Choose the triples that are worth most together.

    Maximises sum(value) over sets of triples within the caps: a 0/1 programme, since three sides
    with caps are no flow any more. Excluded mandates and pairs below a floor take no part.

    Args:
        pairs: needs as guests, achievements as entrants.
        capital: mandates beside the same needs and achievements.
        caps: the defaults where None.

    Raises:
        RoadshowError: a cap is below 1, or nothing was found in time.
    """
    caps = caps or TripleCaps()
    limits = {"资金": caps.mandate, "成果": caps.achievement, "需求": caps.need, "总数": caps.total}
    for name, limit in limits.items():
        if limit is not None and limit < 1:
            raise RoadshowError(f"三方对接的{name}上限为 {limit}，请写 1 或更大的整数。")
    open_to_choice = sorted(_candidates(pairs, capital, caps), key=lambda one: one.ids)
    programme = Programme()
    columns = [programme.column(one.value) for one in open_to_choice]
    for side, limit in ((2, caps.mandate), (1, caps.achievement), (0, caps.need)):
        groups: Mapping[str, list[int]] = defaultdict(list)
        for column, one in zip(columns, open_to_choice, strict=True):
            groups[one.ids[side]].append(column)
        for members in groups.values():
            if len(members) > limit:
                programme.row(((column, 1.0) for column in members), high=limit)
    if caps.total is not None:
        programme.row(((column, 1.0) for column in columns), high=caps.total)
    solved = programme.solve(caps.seconds)
    taken = [open_to_choice[column] for column in solved.taken(columns)]
    ranked = sorted(taken, key=lambda one: (-one.value, one.ids))
    return Triples(
        tuple(
            Triple(rank, one.value, one.pair, one.for_achievement, one.for_need)
            for rank, one in enumerate(ranked, 1)
        ),
        len(open_to_choice),
        solved.status,
        solved.value,
        solved.bound,
        solved.gap,
    )


def _candidates(
    pairs: Iterable[PairFit], capital: Iterable[MandateFit], caps: TripleCaps
) -> Iterator[Triple]:
    offers: Mapping[tuple[str, str], dict[str, MandateFit]] = defaultdict(dict)
    for one in capital:
        if not one.excluded and one.score >= caps.capital_floor:
            offers[one.side, one.seeker][one.mandate] = one
    for pair in pairs:
        if pair.score < caps.pair_floor:
            continue
        asking = offers.get(("need", pair.guest), {})
        for mandate, answer in offers.get(("achievement", pair.entrant), {}).items():
            if mandate in asking:
                both = (answer.score + asking[mandate].score) / 2
                yield Triple(0, pair.score * both, pair, answer, asking[mandate])
