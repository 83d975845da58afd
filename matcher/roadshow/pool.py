"""What an event is chosen from: entrants, the audience's needs, and how well they fit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from matcher.errors import RoadshowError
from matcher.types import Level

Dimension = Literal[
    "industry", "region", "institution", "owner_type", "readiness", "mode", "first_time"
]
"""What quotas can be set by."""
_ROUNDED = 0.01
"""Probabilities may be rounded."""
DIMENSIONS: Mapping[Dimension, str] = {
    "industry": "行业",
    "region": "地区",
    "institution": "单位",
    "owner_type": "单位类型",
    "readiness": "成熟度",
    "mode": "转化方式",
    "first_time": "首次登台",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """An achievement that could be put on stage.

    Attributes:
        id: of the achievement.
        groups: its values in each dimension; several in `mode`, none where nothing is known.
            `first_time` is 是 or 否.
        quality: how explicit its description is, 0-1 (`matcher.quality`).
        published: for freshness.
        shown: how often it was on stage at past events.
    """

    id: str
    title: str
    groups: Mapping[Dimension, tuple[str, ...]] = field(default_factory=dict)
    quality: float = 0.5
    published: date | None = None
    shown: int = 0

    @property
    def institution(self) -> str:
        """Who offers it; empty if unknown."""
        return next(iter(self.groups.get("institution", ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """A need in the audience. `weight` says how much it counts beside the others, above 0."""

    id: str
    title: str
    organisation: str = ""
    region: str = ""
    industry: str = ""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PairFit:
    """How well an entrant fits a guest's need.

    Attributes:
        probabilities: P(level) for levels 1 to 4; they add up to 1.
        level: the level that is shown.
        met, partly, missing: number of requirements with that verdict; all 0 where nobody read.
        proof: the sentence that proves most, as submitted; empty if there is none.
    """

    entrant: str
    guest: str
    probabilities: tuple[float, float, float, float]
    level: Level
    met: int = 0
    partly: int = 0
    missing: int = 0
    proof: str = ""

    @property
    def score(self) -> float:
        """P(level >= 3)."""
        return self.probabilities[2] + self.probabilities[3]


@dataclass(frozen=True)
class Pool:
    """Everything that is chosen from; all three in the order of their ids, whoever built it.

    Raises:
        RoadshowError: an id occurs twice, a fit names who is not there, a pair has two fits, a
            weight is not above 0, or probabilities are below 0 or do not add up to 1.
    """

    entrants: tuple[Entrant, ...]
    guests: tuple[Guest, ...]
    fits: tuple[PairFit, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "entrants", tuple(sorted(self.entrants, key=lambda one: one.id)))
        object.__setattr__(self, "guests", tuple(sorted(self.guests, key=lambda one: one.id)))
        ordered = sorted(self.fits, key=lambda one: (one.guest, one.entrant))
        object.__setattr__(self, "fits", tuple(ordered))
        entrants = _unique([one.id for one in self.entrants], "候选成果")
        guests = _unique([one.id for one in self.guests], "听众需求")
        _unique([f"{one.entrant} × {one.guest}" for one in self.fits], "契合度")
        for one in self.fits:
            if one.entrant not in entrants or one.guest not in guests:
                raise RoadshowError(
                    f"契合度 {one.entrant} × {one.guest} 指向候选或听众之外的记录，请先把它们加入。"
                )
            if not (min(one.probabilities) >= 0 and abs(sum(one.probabilities) - 1) <= _ROUNDED):
                told = "、".join(f"{share:g}" for share in one.probabilities)
                raise RoadshowError(
                    f"契合度 {one.entrant} × {one.guest} 的概率 {told} 应不小于 0、"
                    "合计为 1，请改正。"
                )
        for guest in self.guests:
            if not 0 < guest.weight < math.inf:
                raise RoadshowError(
                    f"听众需求 {guest.id} 的权重为 {guest.weight:g}，应大于 0，请改正。"
                )


def _unique(ids: list[str], what: str) -> set[str]:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise RoadshowError(f"{what}“{one}”出现了两次，请去掉重复的。")
        seen.add(one)
    return seen
