"""Selections of events: how fast they are proved, and what MMR, greedy and chance reach.

`python -m benchmarks roadshow`. Times are CPU seconds of one thread, the limit is 10 of them: what
two quiet cores need at the most.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import table
from benchmarks.roadshow_pools import Case, invented, real
from matcher.roadshow.board import Board, Reals
from matcher.roadshow.deadline import Deadline
from matcher.roadshow.greedy import best_liked, greedy
from matcher.roadshow.measures import measure
from matcher.roadshow.program import Proof, best_set
from matcher.roadshow.rules import Frame, frame, rules_of

SIZES = ((200, 80, 20), (500, 150, 30), (1000, 200, 40))
DENSE = ((500, 150, 30, 20), (500, 150, 30, 50), (500, 150, 30, 100), (1000, 200, 40, 30))
SECONDS = 10.0
CHANCES = 20
MMR_LAMBDA = 0.5


@dataclass(frozen=True)
class Laid:
    """A case as arrays."""

    case: Case
    board: Board
    frame: Frame

    @property
    def name(self) -> str:
        """Its size and kind."""
        pool, size = self.case.pool, self.case.plan.size
        return f"{len(pool.entrants)}×{len(pool.guests)}×{size}, {self.case.name}"


def main() -> None:
    """Measure everything."""
    real_cases = [_laid(real(*size)) for size in SIZES]
    cases = [*real_cases, *(_laid(invented(*size)) for size in DENSE)]
    proofs, rows = {}, {}
    for one in cases:
        began = process_time()
        proofs[one.name] = best_set(one.board, one.frame, Deadline(SECONDS, process_time))
        rows[one.name] = _proof_row(one, proofs[one.name], process_time() - began)
    table("entrants × needs × places", rows)
    for one in cases[:3] + cases[-1:]:
        table(one.name, _compared(one, proofs[one.name]))


def _laid(case: Case) -> Laid:
    board = Board.of(case.pool, case.plan)
    return Laid(case, board, frame(rules_of(case.pool, case.plan), len(case.pool.entrants)))


def _proof_row(one: Laid, proof: Proof, seconds: float) -> dict[str, str]:
    value = one.board.value(proof.chosen)
    rough = one.board.value(greedy(one.board, one.frame, Deadline(SECONDS)))
    gap = 0.0 if proof.status == "optimal" else proof.bound / value - 1
    return {
        "status": proof.status,
        "gap": f"{gap:.3%}",
        "CPU s": f"{seconds:.1f}",
        "nodes": str(proof.nodes),
        "value": f"{value:.1f}",
        "greedy falls short by": f"{1 - rough / value:.2%}",
    }


def _compared(one: Laid, proof: Proof) -> dict[str, dict[str, str]]:
    rng = np.random.default_rng(0)
    ways: dict[str, Callable[[], Sequence[Sequence[int]]]] = {
        "**programme**": lambda: [proof.chosen],
        "greedy within the quotas": lambda: [greedy(one.board, one.frame, Deadline(SECONDS))],
        "MMR, no quotas": lambda: [mmr(one.board, one.frame, np.zeros_like(one.frame.groups))],
        "MMR, full quotas passed over": lambda: [mmr(one.board, one.frame, one.frame.groups)],
        f"chance within the quotas, mean of {CHANCES}": lambda: by_chance(one.frame, rng),
    }
    return {name: _figures(one, way()) for name, way in ways.items()}


def _figures(one: Laid, sets: Sequence[Sequence[int]]) -> dict[str, str]:
    pool, plan, alone = one.case.pool, one.case.plan, one.board.gains([])
    found = []
    for chosen in sets:
        ordered = sorted(chosen, key=lambda place: (-alone[place], place))
        names = [pool.entrants[place].id for place in ordered]
        figures = measure(pool, plan, names, one.case.levels)
        found.append((one.board.value(chosen), figures))

    return {
        "value": f"{np.mean([value for value, _ in found]):.1f}",
        "needs covered": f"{np.mean([row.coverage for _, row in found]):.3f}",
        "α-nDCG": f"{np.mean([row.alpha_ndcg for _, row in found]):.3f}",
        "ILD": f"{np.mean([row.distance for _, row in found]):.3f}",
        "Gini of institutions": f"{np.mean([row.institution_gini for _, row in found]):.3f}",
        "with the past": f"{np.mean([row.shown_gini for _, row in found]):.3f}",
        "violations": f"{np.mean([row.violations for _, row in found]):.1f}",
    }


def mmr(board: Board, bounds: Frame, groups: NDArray[np.bool_]) -> list[int]:
    """Maximal marginal relevance (Carbonell, Goldstein: SIGIR 1998), λ = .5.

    Relevance is the value by itself, likeness the cosine of the needs answered. Upper bounds of
    `groups` that are full are passed over; lower bounds cannot be kept.
    """
    relevance = board.gains([])
    relevance = relevance / max(float(relevance.max()), 1e-9)
    lengths = np.maximum(np.linalg.norm(board.worth, axis=0), 1e-9)
    alike: Reals = (board.worth / lengths).T @ (board.worth / lengths)
    chosen: list[int] = []
    while len(chosen) < bounds.size:
        near = alike[:, chosen].max(axis=1, initial=0.0)
        score = MMR_LAMBDA * relevance - (1 - MMR_LAMBDA) * near
        full = groups[groups[:, chosen].sum(axis=1) >= bounds.most].any(axis=0)
        score[full | ~bounds.allowed] = -np.inf
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
    return chosen


def by_chance(bounds: Frame, rng: np.random.Generator) -> list[list[int]]:
    """Sets that keep all rules, drawn by a random order."""
    found: list[list[int]] = []
    while len(found) < CHANCES:
        made = best_liked(bounds, rng.random(len(bounds.allowed)))
        if made is not None:
            found.append(made)
    return found
