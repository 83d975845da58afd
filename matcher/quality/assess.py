"""The assessment of one record: which aspects it names, where, and what to add.

    score = (sum of weight * value over the aspects) * (product of 1 - loss over the defects)

Weights add up to 1, values and losses are in [0, 1].
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matcher.quality.aspects import Aspect, aspects
from matcher.quality.titles import title_value
from matcher.quantities import find_indicators
from matcher.text.repair import Repaired, repair
from matcher.types import FieldName, Need, Record, Side, Span

ENOUGH_INDICATORS = 3
COSMETIC = frozenset({"characters", "spaced"})
"""Rules of repair that do not tell of a garbled text: width, blanks."""
_GARBLE_LOSS = 5.0
"""A tenth of the characters garbled halves the score."""
_BOILERPLATE_LOSS = 0.5
_MOST_LOSS = 0.5
_LEAST_TOLD = 0.02
_PLACEHOLDER = re.compile(
    r"[\s(（]*(?:详?(?:情请?)?见附件?|请?见附件|同上|同标题|见标题|略|暂无|无|没有|未提供|暂未提供|待补充|待定|保密|面议"
    r"|测试|test|N/?A|null|none|-+|/+|\.+|…+)[\s)）。.;；!！]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Part:
    """What was found of one aspect.

    Attributes:
        title: The aspect's Chinese name.
        weight: Its share of the score.
        value: How much of it is there, in [0, 1].
        evidence: Where it stands in the record as it was submitted; None where it is a field, or
            absent.
        field: The field that says it; empty where the text does.
        advice: In Chinese, what to add; empty where nothing is missing.
    """

    aspect: str
    title: str
    weight: float
    value: float
    evidence: Span | None
    field: str
    advice: str

    @property
    def lost(self) -> float:
        """What the record misses of the score by it."""
        return self.weight * (1 - self.value)


@dataclass(frozen=True, slots=True)
class Defect:
    """What makes a record worse than what it names.

    Attributes:
        name: `garble`, `boilerplate` or `placeholder`.
        share: Of the text, in [0, 1].
        loss: Share of the score that it takes away.
        advice: In Chinese.
    """

    name: str
    share: float
    loss: float
    advice: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """How well a record is described.

    Attributes:
        score: In [0, 1].
        parts: All aspects of the side, in the order of the table.
        defects: Those there are.
    """

    id: str
    side: Side
    score: float
    parts: tuple[Part, ...]
    defects: tuple[Defect, ...]

    @property
    def told(self) -> tuple[tuple[str, float], ...]:
        """What to do and about how much it helps, what helps most first."""
        told = [(defect.advice, defect.loss) for defect in self.defects]
        told += [(part.advice, part.lost) for part in self.parts if part.advice]
        return tuple(sorted(told, key=lambda one: -one[1]))

    @property
    def advice(self) -> tuple[str, ...]:
        """What to do, what helps most first."""
        return tuple(words for words, _ in self.told)


def assess(record: Record, repaired: Mapping[FieldName, Repaired] | None = None) -> Assessment:
    """Assess a record.

    Args:
        record: With what it says in fields and texts.
        repaired: Its title and text, where they have been repaired already.
    """
    side: Side = "need" if isinstance(record, Need) else "achievement"
    read = repaired or {"title": repair(record.title), "text": repair(record.text)}
    parts = tuple(_part(aspect, side, record, read) for aspect in aspects().of(side))
    defects = tuple(_defects(read))
    score = sum(part.weight * part.value for part in parts)
    for defect in defects:
        score *= 1 - defect.loss
    return Assessment(record.id, side, score, parts, defects)


Found = tuple[float, Span | None]


def _part(aspect: Aspect, side: Side, record: Record, read: Mapping[FieldName, Repaired]) -> Part:
    stated = aspect.fields.get(side, "")
    field = stated if stated and _is_filled(getattr(record, stated)) else ""
    reader = _READERS.get(aspect.name, _words_of)
    value, evidence = (1.0, None) if field else reader(aspect, side, record, read)
    advice = "" if value >= 1 else aspect.advice[side]
    return Part(aspect.name, aspect.title, aspect.weights[side], value, evidence, field, advice)


def _is_filled(value: object) -> bool:
    return value is not None and value != "" and value != ()


def _words_of(
    aspect: Aspect, side: Side, record: Record, read: Mapping[FieldName, Repaired]
) -> Found:
    for name in ("text", "title"):
        content = read[name].content
        found = aspect.words.search(content.text) if aspect.words else None
        if found is not None:
            return 1.0, Span.of(record, name, *content.original(*found.span()))
    return 0.0, None


def _indicators_of(
    aspect: Aspect, side: Side, record: Record, read: Mapping[FieldName, Repaired]
) -> Found:
    count, first = 0, None
    for name in ("text", "title"):
        content = read[name].content
        spans = [one.span for one in find_indicators(content.text)]
        count += len(spans)
        if first is None and spans:
            first = Span.of(record, name, *content.original(*spans[0]))
    return min(1.0, count / ENOUGH_INDICATORS), first


def _length_of(
    aspect: Aspect, side: Side, record: Record, read: Mapping[FieldName, Repaired]
) -> Found:
    low, high = aspects().lengths[side]
    length = len(read["text"].content.text.strip())
    return min(1.0, max(0.0, (length - low) / (high - low))), None


def _title_of(
    aspect: Aspect, side: Side, record: Record, read: Mapping[FieldName, Repaired]
) -> Found:
    title = read["title"].text.text
    value = title_value(title)
    return value, Span.of(record, "title", 0, len(record.title)) if value else None


_READERS: Mapping[str, Callable[[Aspect, Side, Record, Mapping[FieldName, Repaired]], Found]] = (
    MappingProxyType({"indicators": _indicators_of, "length": _length_of, "title": _title_of})
)


def _defects(read: Mapping[FieldName, Repaired]) -> Iterator[Defect]:
    advice = aspects().defects
    length = sum(len(one.original) for one in read.values())
    garbled = sum(garbled_characters(one) for one in read.values())
    if garbled:
        share = garbled / length
        yield Defect("garble", share, min(_MOST_LOSS, _GARBLE_LOSS * share), advice["garble"])
    text = read["text"]
    if _PLACEHOLDER.fullmatch(text.text.text):
        yield Defect("placeholder", 1.0, _MOST_LOSS, advice["placeholder"])
        return
    marked = sum(mark.end - mark.start for mark in text.boilerplate)
    share = marked / len(text.text.text) if marked else 0.0
    if share >= _LEAST_TOLD:
        yield Defect("boilerplate", share, _BOILERPLATE_LOSS * share, advice["boilerplate"])


def garbled_characters(repaired: Repaired) -> int:
    """Count the characters of the original that rules beyond width and blanks have changed."""
    return sum(
        len(change.before)
        for change in repaired.changes
        if not COSMETIC.issuperset(change.rule.split("+"))
    )
