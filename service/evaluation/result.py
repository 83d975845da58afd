"""What one evaluation was, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from matcher.evaluation.outcome import Outcome

Candidates = Literal["all", "judged"]


@dataclass(frozen=True, slots=True)
class Setup:
    """What was evaluated.

    Attributes:
        made: when, with its time zone.
        program: version of this software.
        encoder: name of the encoder.
        candidates: whether all achievements were ranked, or those judged for the need.
        fast: lists are those of the first fit.
        fingerprint: names what a list depends on; empty where no index was made.
        pool: hash of the ids of all achievements.
        achievements: how many there are.
    """

    made: datetime
    program: str
    encoder: str
    candidates: Candidates
    fast: bool
    fingerprint: str
    pool: str
    achievements: int


@dataclass(frozen=True, slots=True)
class Traits:
    """What errors are told by; nothing of the texts but their length.

    Attributes:
        industries: need id -> industry, or a word that there is none.
        need_lengths: need id -> characters of title and text.
        achievement_lengths: achievement id -> characters of title and text.
    """

    industries: Mapping[str, str]
    need_lengths: Mapping[str, int]
    achievement_lengths: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation with all that is told about it."""

    setup: Setup
    outcome: Outcome
    traits: Traits


@dataclass(frozen=True, slots=True)
class Earlier:
    """An evaluation that was saved: all but the traits."""

    setup: Setup
    outcome: Outcome
