"""The nouns of the domain: what is matched, and what a match says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Literal, Self

from matcher.quantities.types import Indicator

Side = Literal["need", "achievement"]
FieldName = Literal["title", "text"]
Visibility = Literal["公开", "本机构", "受限"]


class Level(IntEnum):
    """How well an achievement fits a need; the profession's four levels."""

    NONE = 1  # 无相关
    WEAK = 2  # 弱相关
    FAIRLY_STRONG = 3  # 较强相关
    STRONG = 4  # 强相关

    @property
    def label(self) -> str:
        """The level's Chinese name."""
        return ("无相关", "弱相关", "较强相关", "强相关")[self - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """技术需求: what an enterprise asks for. At least one of `title` and `text` is not empty."""

    id: str
    title: str = ""
    text: str = ""
    organisation: str = ""
    industry: str = ""
    region: str = ""
    budget_wan: float | None = None  # 万元
    deadline: date | None = None
    cooperation: str = ""
    min_trl: int | None = None  # 1-9
    visibility: Visibility = "公开"
    posted: date | None = None
    industry_code: str = ""  # GB/T 4754-2017, stated: C27


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """科技成果: what an institution offers. At least one of `title` and `text` is not empty."""

    id: str
    title: str = ""
    text: str = ""
    owner: str = ""
    owner_type: str = ""
    industry: str = ""
    region: str = ""
    trl: int | None = None  # 1-9
    ip: str = ""
    transfer_modes: tuple[str, ...] = ()
    price_wan: float | None = None  # 万元
    published: date | None = None
    visibility: Visibility = "公开"
    industry_code: str = ""  # GB/T 4754-2017, stated: C27


Record = Need | Achievement


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a record's field, as it was submitted: `text == record.<field>[start:end]`."""

    field: FieldName
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, record: Record, name: FieldName, start: int, end: int) -> Self:
        """Cut the span [start, end) out of a record's field."""
        return cls(name, start, end, getattr(record, name)[start:end])


RequirementKind = Literal["material", "method", "effect", "product", "application", "indicator"]
VerdictName = Literal["missing", "partly", "met"]
"""`partly`: close, or short of the number; `missing`: the text is silent, or says the contrary."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a need asks for.

    Attributes:
        id: r1, r2, … in the order of the text.
        kind: what is asked for: a material, a method, an effect without numbers, a product, a
            field of application, or an indicator with a number.
        span: the words that state it.
        indicator: the parsed number, for kind `indicator` where one could be read.
    """

    id: str
    kind: RequirementKind
    span: Span
    indicator: Indicator | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an achievement says to one requirement.

    Attributes:
        name: met, partly or missing.
        confidence: probability of that verdict, 0-1.
        contradicted: the text does not just pass the requirement over, it says the contrary.
        evidence: where the achievement says so; empty for silence.
    """

    requirement: Requirement
    name: VerdictName
    confidence: float
    contradicted: bool = False
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a score; `left` is in the asking record, `right` in the answered one.

    Attributes:
        kind: what kind of reason (`term`, `sentence`, `meaning`, `overlap`).
        label: the reason in Chinese, for people.
        contribution: log-odds; with the match's `base` all contributions add up to the score's
            log-odds.
    """

    kind: str
    label: str
    left: Span | None
    right: Span | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Match:
    """One pair, judged.

    Attributes:
        rank: 1 is best.
        score: P(level >= 3), what lists are sorted by.
        base: log-odds before any evidence.
        probabilities: P(level) for each level; they add up to 1.
        expected: mean level.
        verdicts: one for each requirement of the need; empty where the pair was not read.
    """

    rank: int
    record: Record
    score: float
    base: float
    probabilities: Mapping[Level, float]
    level: Level
    expected: float
    evidence: tuple[Evidence, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatchList:
    """The answer to one question, in either direction.

    Attributes:
        notes: what was unusual about the answer as a whole (`words_only`); mostly empty.
    """

    query: Record
    direction: Side  # the side of the answers
    fingerprint: str
    matches: tuple[Match, ...]
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
