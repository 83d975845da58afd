"""What the API says of matches; the shapes of `duijie match --json` (docs/cli.md)."""

from typing import Literal

from pydantic import BaseModel, Field

from matcher.types import FieldName, RequirementKind, Side, VerdictName

SpanPair = tuple[int, int]
"""Begin and end, in characters of the field as it was submitted."""


class SpanOut(BaseModel):
    """A piece of a record's field."""

    field: FieldName
    span: SpanPair
    text: str


class RequirementOut(BaseModel):
    """One thing that a need asks for; a number's parts where one could be read."""

    id: str
    kind: RequirementKind
    text: str
    field: FieldName
    span: SpanPair
    quantity: str | None = None
    comparator: str | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    change: str | None = None


class VerdictOut(RequirementOut):
    """What an achievement says to one requirement."""

    verdict: VerdictName
    confidence: float
    contradicted: bool
    evidence: list[SpanOut]


class EvidenceOut(BaseModel):
    """One reason for a score; `left` is in the asking record, `right` in the answer."""

    kind: str
    label: str
    left: SpanOut | None
    right: SpanOut | None
    contribution: float = Field(description="对数几率；与 base 相加得到 score 的对数几率")


class MatchOut(BaseModel):
    """One match."""

    rank: int
    id: str
    title: str
    score: float = Field(description="较强相关以上的概率，列表按它排列", ge=0, le=1)
    level: Literal[1, 2, 3, 4]
    expected: float
    probabilities: dict[str, float]
    base: float
    requirements: list[VerdictOut]
    evidence: list[EvidenceOut]
    flags: list[str]


class Asked(BaseModel):
    """What was asked about."""

    kind: Side
    id: str
    title: str


class MatchListOut(BaseModel):
    """An explained ranked list."""

    query: Asked
    fingerprint: str = Field(description="模型与清单内容的指纹")
    matches: list[MatchOut]
    timings_ms: dict[str, float] = Field(description="各步耗时；只有管理员看得到")
    notes: list[str] = Field(
        default=[],
        description="平时没有；words_only：只按词语检索；hurried：人多，未对读，稍后再取",
    )


class TermOut(BaseModel):
    """A word of both records, and what it adds to the likeness."""

    left: SpanOut
    right: SpanOut
    share: float


class SimilarOut(BaseModel):
    """A similar record; `meaning`, the shares of `terms` and `other_terms` add up to `score`."""

    rank: int
    id: str
    title: str
    score: float = Field(ge=0, le=1)
    meaning: float
    terms: list[TermOut]
    other_terms: float


class SimilarListOut(BaseModel):
    """Records of the same side that are like one of them."""

    query: Asked
    similar: list[SimilarOut]


class RequirementsOut(BaseModel):
    """What is understood of a need."""

    id: str
    title: str
    requirements: list[RequirementOut]


class QualityPart(BaseModel):
    """One aspect of a description."""

    aspect: str
    title: str
    weight: float
    value: float
    evidence: SpanOut | None
    field: str | None
    advice: str | None


class QualityDefect(BaseModel):
    """Something that makes a description hard to read."""

    name: str
    share: float
    loss: float
    advice: str


class QualityOut(BaseModel):
    """How explicit a description is, and what to add."""

    id: str
    side: Side
    score: float = Field(ge=0, le=1)
    parts: list[QualityPart]
    defects: list[QualityDefect]
    advice: list[str]


class FacetsOut(BaseModel):
    """Visible records by value, for each column that lists can be narrowed by."""

    side: Side
    facets: dict[str, dict[str, int]]
