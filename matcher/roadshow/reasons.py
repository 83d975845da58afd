"""Why the chosen were chosen: which needs each answers, and what would be lost without it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matcher.errors import InfeasibleError, RoadshowError
from matcher.roadshow.board import Board
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.plan import Plan
from matcher.roadshow.pool import PairFit, Pool
from matcher.roadshow.program import best_set
from matcher.roadshow.rejections import Rejected, rejections
from matcher.roadshow.rules import frame, rules_of
from matcher.roadshow.selection import Selection


@dataclass(frozen=True, slots=True)
class Answer:
    """A need that a chosen entrant answers.

    Attributes:
        guest: id of the need.
        rank: 1 for the best answer on stage, 2 for the second, …
        value: what this answer adds to the aim.
        share: of the need's whole value on stage.
        fit: with level and the sentence that proves most.
    """

    guest: str
    rank: int
    value: float
    share: float
    fit: PairFit


@dataclass(frozen=True, slots=True)
class Chosen:
    """Why one is on stage.

    Attributes:
        id: of the entrant.
        answers: needs that it answers with a value above 0, what counts most first.
        drop: what the selection loses if it leaves and its place stays empty; exact, nothing is
            solved again. `without` says what is lost if its place is filled as well as possible.
        must: whether the plan demands it.
    """

    id: str
    answers: tuple[Answer, ...]
    drop: float
    must: bool


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why, for the chosen in their order, and why not, for all others by id."""

    chosen: tuple[Chosen, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """What becomes of a selection if one entrant is forced in, or kept out.

    Attributes:
        chosen: ids, by id.
        loss: by how much the aim falls (below 0: it rises, as a rule was lifted for the entrant,
            or the selection was not proved).
        least: with proof, the loss is at least this; equal to `loss` if proved.
        proved: whether the new set is proved to be best.
    """

    chosen: tuple[str, ...]
    loss: float
    least: float
    proved: bool


def why(pool: Pool, plan: Plan, selection: Selection) -> Reasons:
    """Explain a selection; fast, as nothing is solved again."""
    board = Board.of(pool, plan)
    place = {one.id: row for row, one in enumerate(pool.entrants)}
    picked = [_place(place, one) for one in selection.chosen]
    answers = _answers(pool, plan, board, picked)
    value = board.value(picked)
    chosen = [
        Chosen(
            id_,
            answers[row],
            value - board.value([other for other in picked if other != row]),
            id_ in plan.must,
        )
        for id_, row in zip(selection.chosen, picked, strict=True)
    ]
    return Reasons(tuple(chosen), rejections(pool, plan, board, picked))


def force(pool: Pool, plan: Plan, selection: Selection, entrant: str) -> Changed | None:
    """Solve again with one entrant on stage, whatever its past or `must_not` says.

    Returns:
        What is lost by it; None if no selection with it keeps the other rules.
    """
    return _again(pool, plan, selection, entrant, inside=True)


def without(pool: Pool, plan: Plan, selection: Selection, entrant: str) -> Changed | None:
    """Solve again with one entrant kept out, even if the plan demands it.

    Returns:
        What is lost by it; None if no selection without it keeps the other rules.
    """
    return _again(pool, plan, selection, entrant, inside=False)


def _again(
    pool: Pool, plan: Plan, selection: Selection, entrant: str, *, inside: bool
) -> Changed | None:
    row = _place({one.id: row for row, one in enumerate(pool.entrants)}, entrant)
    bounds = frame(rules_of(pool, plan), len(pool.entrants))
    allowed, forced = bounds.allowed.copy(), bounds.forced.copy()
    allowed[row] = forced[row] = inside
    board = Board.of(pool, plan)
    try:
        proof = best_set(
            board, replace(bounds, allowed=allowed, forced=forced), Deadline(plan.seconds)
        )
    except InfeasibleError:
        return None
    return Changed(
        tuple(pool.entrants[one].id for one in proof.chosen),
        selection.value - board.value(proof.chosen),
        selection.value - proof.bound,
        proof.status == "optimal",
    )


def _place(places: dict[str, int], id_: str) -> int:
    if id_ not in places:
        raise RoadshowError(f"{id_} 不在候选成果里，请核对编号。")
    return places[id_]


def _answers(
    pool: Pool, plan: Plan, board: Board, picked: Sequence[int]
) -> dict[int, tuple[Answer, ...]]:
    fits = {(fit.guest, fit.entrant): fit for fit in pool.fits}
    found: dict[int, list[Answer]] = {row: [] for row in picked}
    columns = sorted(picked)
    for number, guest in enumerate(pool.guests):
        worths = board.worth[number, columns]
        order = np.argsort(-worths, kind="stable")[: len(board.repeats)]
        values = worths[order] * board.repeats[: len(order)]
        total = float(values.sum())
        for rank, (at, value) in enumerate(zip(order, values, strict=True), 1):
            if value > 0:
                row = columns[int(at)]
                fit = fits[guest.id, pool.entrants[row].id]
                found[row].append(Answer(guest.id, rank, float(value), float(value) / total, fit))
    return {
        row: tuple(sorted(answers, key=lambda one: (-one.value, one.guest)))
        for row, answers in found.items()
    }
