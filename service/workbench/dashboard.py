"""The board: how far pairs have come, which needs are unmet, and whether the model keeps its word.

Everybody sees the figures of the own organisation; the platform's admin those of all together,
numbers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select, true

from matcher.evaluation.calibration import Bin, calibration_error, reliability
from matcher.types import Level
from service.access.caller import Caller
from service.store.workbench_tables import DecisionRow, IssuedListRow
from service.training.feedback import graded
from service.web.workplace import Workplace
from service.workbench.coverage import Coverage, coverage
from service.workbench.pair import model_name

LATEST_LISTS = 200
"""Issued lists whose pairs count as candidates."""
FEWEST = 20
"""Verdicts below which nothing is said of the calibration."""
FULL_BIN = 10
"""Verdicts of a bin, about; at most ten bins."""
_ON_THE_WAY = ("拟对接", "已联系", "已签约")


@dataclass(frozen=True, slots=True)
class Funnel:
    """How many pairs came how far; who has gone further counts before, too.

    Attributes:
        candidates: pairs that were decided on in any way, or handed out on one of the latest
            `LATEST_LISTS` lists.
        planned: 拟对接 or further.
        contacted: 已联系 or further.
        signed: 已签约.
        dropped: 放弃.
    """

    candidates: int
    accepted: int
    rejected: int
    planned: int
    contacted: int
    signed: int
    dropped: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether the deployed model's probabilities came true in the verdicts so far.

    Attributes:
        verdicts: how many say whether a pair fits (`service.training.feedback`) and were given
            beside a score of the model that is deployed now.
        others: how many were given beside another model's score, or none.
        error: expected calibration error; None below `FEWEST` verdicts.
        bins: reliability table, ascending; empty below `FEWEST` verdicts.
    """

    verdicts: int
    others: int
    error: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything on the board."""

    funnel: Funnel
    coverage: Coverage
    calibration: Calibration


def dashboard(place: Workplace, caller: Caller) -> Dashboard:
    """Put the board together. Computes, for at most about ten seconds.

    Raises:
        NotReadyError: there is no index yet.
    """
    return Dashboard(funnel(place, caller), coverage(place, caller), calibration_of(place, caller))


def funnel(place: Workplace, caller: Caller) -> Funnel:
    """Count how far pairs have come."""
    rows = _decisions(place, caller)
    candidates = {(row.organisation_id, row.need, row.achievement) for row in rows}
    candidates |= _handed_out(place, caller)
    statuses = [row.status for row in rows]
    reached = [sum(status in _ON_THE_WAY[at:] for status in statuses) for at in range(3)]
    return Funnel(
        candidates=len(candidates),
        accepted=sum(row.verdict == "accepted" for row in rows),
        rejected=sum(row.verdict == "rejected" for row in rows),
        planned=reached[0],
        contacted=reached[1],
        signed=reached[2],
        dropped=statuses.count("放弃"),
    )


def calibration_of(place: Workplace, caller: Caller) -> Calibration:
    """Compare the scores that stood beside verdicts with the verdicts.

    Raises:
        NotReadyError: there is no index, so no model is deployed.
    """
    deployed = model_name(place.matcher)
    scores, happened, others = [], [], 0
    for row in _decisions(place, caller):
        level = graded(row.verdict, row.level, row.reasons)
        if level is None:
            continue
        if row.model != deployed or row.score is None:
            others += 1
            continue
        scores.append(float(row.score))
        happened.append(level >= Level.FAIRLY_STRONG)
    if len(scores) < FEWEST:
        return Calibration(len(scores), others, None, ())
    bins = max(2, min(10, len(scores) // FULL_BIN))
    error = calibration_error(scores, happened, bins)
    return Calibration(len(scores), others, error, tuple(reliability(scores, happened, bins)))


def _decisions(place: Workplace, caller: Caller) -> Sequence[Row[Any]]:
    with place.store.reading() as connection:
        whose = _whose(DecisionRow.organisation_id, caller)
        return connection.execute(select(DecisionRow.__table__).where(whose)).all()


def _handed_out(place: Workplace, caller: Caller) -> set[tuple[int, str, str]]:
    statement = (
        select(IssuedListRow.organisation_id, IssuedListRow.body)
        .where(_whose(IssuedListRow.organisation_id, caller))
        .order_by(IssuedListRow.id.desc())
        .limit(LATEST_LISTS)
    )
    pairs = set()
    with place.store.reading() as connection:
        for organisation, body in connection.execute(statement):
            asking = body["asking"]["id"]
            for one in body["matches"]:
                other = one["record"]["id"]
                pair = (asking, other) if body["direction"] == "achievement" else (other, asking)
                pairs.add((organisation, *pair))
    return pairs


def _whose(column: Any, caller: Caller) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = column == caller.organisation_id
    return true() if caller.is_admin else mine
