"""A selection as the page shows it: the proof, who is on stage and for whom, who is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.roadshow.measures import exposure, gini
from matcher.roadshow.pool import Entrant
from matcher.roadshow.reasons import Answer, Chosen
from matcher.roadshow.rejections import CAUSES, Rejected
from matcher.roadshow.selection import Selection
from matcher.types import Achievement
from service.roadshow.asking import named
from service.roadshow.opening import Opened, opened
from service.roadshow.present import LEAST_SCORE
from service.roadshow.saved import Saved
from service.roadshow.shortlist import Shortlist
from service.web.workplace import Workplace

MOST_REJECTED = 200
"""Candidates that were not chosen and are listed; all can be asked for."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Somebody on stage; `answers` are those worth a line."""

    entrant: Entrant
    record: Achievement
    reason: Chosen
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Somebody who is not on stage, and why."""

    entrant: Entrant
    record: Achievement
    reason: Rejected
    cause: str
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that the page shows of a selection.

    Attributes:
        rejected: those that came nearest first, `MOST_REJECTED` at the most.
        passed_over: how many were not chosen.
        answered: needs of the audience that somebody on stage answers.
        gini: how unequal the exposure of institutions is with this list.
        chart: of the balances of coverage and equal exposure; None with fewer than two.
    """

    kept: Opened
    stage: tuple[Stage, ...]
    rejected: tuple[PassedOver, ...]
    passed_over: int
    answered: int
    gini: float
    chart: Mapping[str, Any] | None

    @property
    def short(self) -> Shortlist:
        """The list."""
        return self.kept.short

    @property
    def selection(self) -> Selection:
        """What the solver said."""
        return self.short.selection


def result_of(place: Workplace, one: Saved) -> Result:
    """Make what the page shows of a selection."""
    kept = opened(place, one)
    short, reasons = kept.short, kept.short.reasons
    records = short.built.achievements
    stage = tuple(
        Stage(short.entrant(each.id), records[each.id], each, _worth_a_line(each))
        for each in reasons.chosen
    )
    nearest = sorted(reasons.rejected, key=_distance)[:MOST_REJECTED]
    rejected = tuple(
        PassedOver(
            short.entrant(each.id), records[each.id], each, CAUSES[each.cause], named(short, each)
        )
        for each in nearest
    )
    answered = {answer.guest for each in stage for answer in each.answers}
    unequal = gini(exposure(short.judged, short.selection.chosen))
    chart = _chart(kept, unequal)
    return Result(kept, stage, rejected, len(reasons.rejected), len(answered), unequal, chart)


def _worth_a_line(one: Chosen) -> tuple[Answer, ...]:
    return tuple(each for each in one.answers if each.fit.score >= LEAST_SCORE)


def _distance(one: Rejected) -> tuple[float, str]:
    return -round(one.gain, 9), one.id


def _chart(kept: Opened, unequal: float) -> Mapping[str, Any] | None:
    """Points for the chart, the most equal first, and the list that is there beside them."""
    if len(kept.front) < 2:
        return None
    points = [{"coverage": one.coverage, "gini": one.gini} for one in reversed(kept.front)]
    here = {"coverage": kept.short.selection.terms["coverage"], "gini": unequal}
    return {"kind": "front", "points": points, "here": here}
