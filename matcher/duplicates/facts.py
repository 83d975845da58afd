"""The facts about a pair: numbers for the model, and the findings that the reasons quote."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from matcher.duplicates.differences import (
    Difference,
    TextDifference,
    containment,
    opposed,
    own_words,
    slot_difference,
    text_difference,
    title_difference,
    title_quantity_conflicts,
    title_similarity,
)
from matcher.duplicates.lexicon import MAX_WEIGHT
from matcher.duplicates.marks import Quantity, describe
from matcher.duplicates.reading import Reading

Form = Literal["full", "short"]
"""`short`: one of the two has no text, so that little more than titles can be compared."""

FEATURES: Mapping[Form, Mapping[str, int]] = {
    "full": {
        "text_contained": 1,
        "text_whole": 1,
        "words_contained": 1,
        "text_own": -1,
        "text_swapped": -1,
        "quantities_differ": -1,
        "title_exact": 1,
        "title_telling": 1,
        "title_swapped": -1,
        "title_slot": -1,
        "title_lacking": -1,
        "marks_differ": -1,
        "later_part": -1,
        "owner_differs": -1,
    },
    "short": {
        "title_exact": 1,
        "title_telling": 1,
        "title_swapped": -1,
        "title_slot": -1,
        "title_lacking": -1,
        "marks_differ": -1,
        "later_part": -1,
        "owner_differs": -1,
    },
}
"""Feature -> the sign that its weight may have: more likeness never speaks against a pair."""

TELLING = 12.0
"""A title whose words weigh this much names its thing; more adds nothing."""
PARTLY = 0.8
"""A text may share this much with another one only because both begin with the same praise."""
COMMON_WEIGHT = 4.0
"""Words up to this weight are chosen freely when a sentence is rewritten; names weigh more."""
UNTITLED = {"title_exact": 0.5, "title_telling": 1.0, "title_lacking": 0.0}
"""Of a pair in which one has no title the texts must tell; its title speaks neither way."""
_FIRST_PARTS = frozenset({"1", "A", "上", "甲"})
_OWNER_ALIKE = 4
"""A name of at least this many letters inside the other one is the same owner."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about a pair.

    Attributes:
        form: which model judges it.
        features: what the model weighs, 0-1 or a little above.
        title_similarity: likeness of the titles, letter by letter.
        text_common: share of the longer text that the other one has.
        owner_same: None where an owner is not named.
        conflicts: marks that exclude each other, in Chinese, as `5kW ≠ 10kW`.
        swapped: words of the titles that stand against each other.
        names: two words of the texts that do.
    """

    form: Form
    features: Mapping[str, float]
    title_similarity: float
    text_common: float
    owner_same: bool | None
    conflicts: tuple[str, ...]
    swapped: Difference
    names: tuple[str, str] | None


def facts_of(left: Reading, right: Reading) -> Facts:
    """Compare two records."""
    lacking = title_difference(left, right)
    slot = slot_difference(left, right) if left.title and right.title else lacking
    conflicts = title_conflicts(left, right)
    telling = min(1.0, min(_weight(left), _weight(right)) / TELLING)
    owner_same = _same_owner(left, right)
    common = 0.0
    names: tuple[str, str] | None = None
    features = {
        "title_exact": telling if left.plain_title == right.plain_title else 0.0,
        "title_swapped": _squash(lacking.swapped),
        "title_slot": _squash(slot.swapped),
        "title_lacking": _squash(lacking.larger),
        "title_telling": telling,
        "marks_differ": min(2.0, float(len(conflicts))),
        "later_part": float(not conflicts and _later_part(left, right)),
        "owner_differs": float(owner_same is False),
    }
    form: Form = "full" if left.plain_body and right.plain_body else "short"
    if form == "full":
        if not (left.plain_title and right.plain_title):
            features |= UNTITLED
        text = text_difference(left, right)
        features |= _text_features(left, right, text)
        conflicts += _written(text.quantities)
        names = text.names if features["text_swapped"] else None
        common = min(containment(left, right))
    return Facts(
        form,
        {name: features[name] for name in FEATURES[form]},
        title_similarity(left, right),
        common,
        owner_same,
        conflicts,
        slot,
        names,
    )


def _text_features(left: Reading, right: Reading, text: TextDifference) -> dict[str, float]:
    shares, own = containment(left, right), own_words(left, right)
    measured = sum(1.0 if one[0] else 0.5 for one, _ in text.quantities)
    return {
        "text_contained": max(shares),
        "text_whole": max(0.0, max(shares) - PARTLY) / (1 - PARTLY),
        "words_contained": max(
            _kept(left.body_words, own.left), _kept(right.body_words, own.right)
        ),
        "text_own": _squash(own.swapped / 5),
        "text_swapped": max(0.0, text.weight - COMMON_WEIGHT) / (MAX_WEIGHT - COMMON_WEIGHT),
        "quantities_differ": math.log1p(measured),
    }


def _kept(words: Mapping[str, float], lost: Mapping[str, float]) -> float:
    total = sum(words.values())
    return 1 - sum(lost.values()) / total if total else 1.0


def _squash(weight: float) -> float:
    """0 for nothing, one half for one rare word, towards 1 for many."""
    return weight / (weight + MAX_WEIGHT)


def _weight(one: Reading) -> float:
    return sum(one.title_words.values()) if one.title else MAX_WEIGHT


def title_conflicts(left: Reading, right: Reading) -> tuple[str, ...]:
    """Marks of the titles that exclude each other."""
    first, second = left.title_marks, right.title_marks
    found = list(_written(title_quantity_conflicts(left, right)))
    codes = first.codes - right.all_marks.codes, second.codes - left.all_marks.codes
    years = first.years - second.years, second.years - first.years
    found += [f"{min(one)} ≠ {min(other)}" for one, other in (codes, years) if one and other]
    for kind in sorted({kind for kind, _ in first.series} & {kind for kind, _ in second.series}):
        mine = {value for name, value in first.series if name == kind}
        theirs = {value for name, value in second.series if name == kind}
        if not mine & theirs:
            found.append(f"{min(mine)}{kind} ≠ {min(theirs)}{kind}")
    against = opposed(left, right)
    if against is not None:
        found.append(f"{against[0]} ≠ {against[1]}")
    return tuple(found)


def _written(pairs: Iterable[tuple[Quantity, Quantity]]) -> tuple[str, ...]:
    return tuple(f"{describe(one)} ≠ {describe(other)}" for one, other in pairs)


def _later_part(left: Reading, right: Reading) -> bool:
    """Whether only one title names a part of a series, and not the first part."""
    for one, other in ((left, right), (right, left)):
        kinds = {kind for kind, _ in other.title_marks.series}
        # A numbered list in a text, (1), (2), says nothing; 二期 in a text does.
        told = {mark for mark in other.all_marks.series if mark[0]}
        alone = {mark[1] for mark in one.title_marks.series - told if mark[0] not in kinds}
        if other.title and alone - _FIRST_PARTS:
            return True
    return False


def _same_owner(left: Reading, right: Reading) -> bool | None:
    """Whether both have the same owner; None where one is not named."""
    first, second = left.owner, right.owner
    if not first or not second:
        return None
    short, long = sorted((first, second), key=len)
    return short == long or (len(short) >= _OWNER_ALIKE and short in long)
