"""What a plan file may hold: a model a section; keys are English, values may be Chinese.

`docs/roadshow.md` explains every key. Numbers have bounds so that a slip of the keyboard is told
as one instead of asking for a million places.
"""

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from matcher.roadshow.pool import DIMENSIONS, Dimension

MOST_IDS = 20_000
"""Elements of one list of ids."""
MOST_RULES = 500
"""Quotas, conflicts, or barred pairs of one plan."""


def _dimension(given: object) -> object:
    names = {label: key for key, label in DIMENSIONS.items()}
    found = names.get(given, given) if isinstance(given, str) else given
    if found not in DIMENSIONS:
        listed = "、".join(f"{key}（{label}）" for key, label in DIMENSIONS.items())
        raise PydanticCustomError("choice", "只能是 {listed}", {"listed": listed})
    return found


def _filled(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("empty_text", "不能是空的")
    return text.strip()


def _amount(given: object) -> object:
    """A number of places, or a share of them: `"40%"`."""
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise PydanticCustomError("amount", '要写整数，或者写百分比，例如 3 或 "40%"')
    if isinstance(given, int):
        if not 0 <= given <= 1000:
            raise PydanticCustomError("amount", "要在 0 到 1000 之间")
        return given
    digits = given.strip().removesuffix("%").removesuffix("％")
    if digits == given.strip() or not digits.isdecimal() or not 0 <= int(digits) <= 100:
        raise PydanticCustomError("amount", '要写整数，或者写 0% 到 100% 的百分比，例如 "40%"')
    return f"{int(digits)}%"


Text = Annotated[str, Field(max_length=200), AfterValidator(_filled)]
Id = Annotated[str, Field(max_length=300), AfterValidator(_filled)]
Ids = Annotated[list[Id], Field(max_length=MOST_IDS)]
Filters = Annotated[list[Text], Field(max_length=50)]
Amount = Annotated[Any, BeforeValidator(_amount)]
Value = Annotated[float, Field(ge=0, le=1000)]
Share = Annotated[float, Field(ge=0, le=1)]
DimensionName = Annotated[Dimension, BeforeValidator(_dimension)]


class Section(BaseModel):
    """A part of a plan file: every key has its type, and no other key is taken."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class EventSection(Section):
    """The event: how many go on stage, and when."""

    title: Text = "路演"
    size: Annotated[int, Field(ge=1, le=500)]
    date: datetime.date | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] = 30.0


class CandidatesSection(Section):
    """Which achievements are chosen from; every one that is given narrows the choice."""

    ids: Ids | None = None
    filters: Filters = []
    query: Annotated[str, Field(max_length=20_000), AfterValidator(_filled)] | None = None
    issued_list: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    most: Annotated[int, Field(ge=1, le=5000)] = 1000
    must: Ids = []
    must_not: Ids = []
    industries: Literal["division", "section", "stated"] = "division"
    regions: Literal["province", "city"] = "province"


class AudienceSection(Section):
    """Whose needs are in the audience, and how closely they are compared."""

    ids: Ids | None = None
    filters: Filters = []
    most: Annotated[int, Field(ge=1, le=2000)] = 300
    weights: dict[str, Annotated[float, Field(gt=0, le=1000)]] = {}
    compare: Annotated[int, Field(ge=1, le=500)] = 50
    read: Annotated[int, Field(ge=0, le=100)] = 12


class WorthSection(Section):
    """What the parts of the aim are worth (`matcher.roadshow.plan.Worth`)."""

    strong: Value | None = None
    fairly_strong: Value | None = None
    weak: Value | None = None
    repeats: Annotated[list[Share], Field(min_length=1, max_length=10)] | None = None
    quality: Value | None = None
    freshness: Value | None = None
    diversity: Value | None = None
    fairness: Value | None = None


class CapsSection(Section):
    """Short for what is most often capped."""

    shown: Annotated[int, Field(ge=1, le=1000)] | None = None
    industry: Amount = None
    region: Amount = None
    institution: Amount = None


class QuotaSection(Section):
    """Bounds on how many of the chosen share a value."""

    dimension: DimensionName
    value: Text
    least: Amount = 0
    most: Amount = None


class ConflictSection(Section):
    """Achievements of which at most one may be on stage."""

    between: Annotated[list[Id], Field(min_length=2, max_length=100)]
    reason: Annotated[str, Field(max_length=500)] = ""


class BarredSection(Section):
    """An achievement and a need that are never brought together."""

    achievement: Id
    need: Id
    reason: Annotated[str, Field(max_length=500)] = ""


TABLES: dict[str, type[Section]] = {
    "event": EventSection,
    "candidates": CandidatesSection,
    "audience": AudienceSection,
    "worth": WorthSection,
    "caps": CapsSection,
}
"""Sections that are written once: `[event]`."""
LISTS: dict[str, type[Section]] = {
    "quota": QuotaSection,
    "conflict": ConflictSection,
    "barred": BarredSection,
}
"""Sections that are written as often as wanted: `[[quota]]`."""
