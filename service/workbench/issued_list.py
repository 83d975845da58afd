"""A list that was handed out, as it was: whole records, verdicts, reasons, decisions so far.

It is kept as JSON (`IssuedList.as_json`) and made again of it, so an export of next year is the
export of the day on which the list was issued.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any, Self

from matcher.types import Level, Side, VerdictName
from service.workbench.decision_words import VerdictWord

FORMAT = 1


@dataclass(frozen=True, slots=True)
class IssuedRecord:
    """A need or an achievement as it read when the list was issued.

    Attributes:
        id: of the store.
        shown_id: what the holder calls it.
        title, text: as submitted.
        fields: its other fields that were filled, by the names of `matcher.types`; dates as ISO.
    """

    id: str
    shown_id: str
    title: str
    text: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IssuedVerdict:
    """One requirement of the need, and what the achievement says to it.

    Attributes:
        kind: of requirement, as in `matcher.types`.
        requirement: the words that state it.
        verdict: met, partly or missing.
        confidence: probability of that verdict.
        evidence: the achievement's words; empty for silence.
    """

    kind: str
    requirement: str
    verdict: VerdictName
    confidence: float
    contradicted: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IssuedReason:
    """One reason for the score: log-odds, and the words on both sides, if any."""

    kind: str
    label: str
    contribution: float
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class IssuedDecision:
    """What the organisation had decided on the pair by then."""

    verdict: VerdictWord
    level: int | None
    reasons: tuple[str, ...]
    note: str
    status: str
    assigned_name: str
    by: str
    updated_at: str


@dataclass(frozen=True, slots=True)
class IssuedMatch:
    """One line of the list.

    Attributes:
        rank: 1 is best.
        score: P(level >= 3).
        level: 1-4; `level_name` in Chinese.
        probabilities: P(level 1), ..., P(level 4).
        flags: `unread`, `needs_person` (`service.present.FLAG_NAMES`).
    """

    rank: int
    record: IssuedRecord
    score: float
    level: int
    expected: float
    probabilities: tuple[float, float, float, float]
    flags: tuple[str, ...]
    verdicts: tuple[IssuedVerdict, ...]
    reasons: tuple[IssuedReason, ...]
    decision: IssuedDecision | None = None

    @property
    def level_name(self) -> str:
        """The level in Chinese."""
        return Level(self.level).label


@dataclass(frozen=True, slots=True)
class IssuedList:
    """A list that was handed out.

    Attributes:
        number: of the list in this installation.
        title: as the person named it.
        organisation, person: who issued it.
        issued_at: when, UTC.
        fingerprint: of models, index and settings at the time.
        sha256: of the canonical JSON of everything but number, issued_at and itself.
        query: what was asked besides the record, such as filters and k.
        asking: the record that asked.
        direction: the side of the matches.
        matches: best first.
    """

    number: int
    title: str
    organisation: str
    person: str
    issued_at: datetime
    fingerprint: str
    sha256: str
    query: Mapping[str, Any]
    asking: IssuedRecord
    direction: Side
    matches: tuple[IssuedMatch, ...]

    def as_json(self) -> dict[str, Any]:
        """Shape it for programs."""
        shaped = {name: getattr(self, name) for name in _HEADING}
        return {
            **shaped,
            "issued_at": self.issued_at.isoformat(timespec="seconds"),
            "query": dict(self.query),
            **body_of(self.organisation, self.person, self.asking, self.direction, self.matches),
        }

    @classmethod
    def of(cls, body: Mapping[str, Any], **about: Any) -> Self:
        """Make the list of its kept body and of what stands beside it."""
        return cls(
            **about,
            organisation=body["organisation"],
            person=body["person"],
            asking=IssuedRecord(**body["asking"]),
            direction=body["direction"],
            matches=tuple(_match(one) for one in body["matches"]),
        )


_HEADING = ("number", "title", "fingerprint", "sha256")


def body_of(
    organisation: str,
    person: str,
    asking: IssuedRecord,
    direction: Side,
    matches: tuple[IssuedMatch, ...],
) -> dict[str, Any]:
    """Shape what is frozen, JSON values only."""
    return {
        "format": FORMAT,
        "organisation": organisation,
        "person": person,
        "asking": asdict(asking),
        "direction": direction,
        "matches": [asdict(one) for one in matches],
    }


def _match(kept: Mapping[str, Any]) -> IssuedMatch:
    decision = kept["decision"]
    parts: dict[str, Any] = {
        "record": IssuedRecord(**kept["record"]),
        "probabilities": tuple(kept["probabilities"]),
        "flags": tuple(kept["flags"]),
        "verdicts": tuple(
            IssuedVerdict(**{**one, "evidence": tuple(one["evidence"])}) for one in kept["verdicts"]
        ),
        "reasons": tuple(IssuedReason(**one) for one in kept["reasons"]),
        "decision": decision
        and IssuedDecision(**{**decision, "reasons": tuple(decision["reasons"])}),
    }
    plain = {one.name: kept[one.name] for one in fields(IssuedMatch) if one.name not in parts}
    return IssuedMatch(**plain, **parts)
