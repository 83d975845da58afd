"""What two records have in common and where they differ, before anything is weighed."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel, Levenshtein, Opcodes

from matcher.duplicates.marks import Quantity, marks_of
from matcher.duplicates.reading import Reading, Sentence
from matcher.duplicates.wording.lists import opposites

GRAM = 3
ALIGNED = 0.6
"""Two sentences at least this similar say the same thing, or the same of two things."""
MAX_SENTENCES = 60

Words = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Difference:
    """Left and right, what the other lacks.

    Attributes:
        left: word -> weight.
        right: likewise.
    """

    left: Words
    right: Words

    @property
    def swapped(self) -> float:
        """Weight that stands against weight: what one has in the place of the other's."""
        return min(sum(self.left.values()), sum(self.right.values()))

    @property
    def larger(self) -> float:
        """Weight of the side that has more of its own."""
        return max(sum(self.left.values()), sum(self.right.values()))


def title_similarity(left: Reading, right: Reading) -> float:
    """Likeness of two titles, 0-1, whatever the order of their parts; 0 without both."""
    first, second = left.plain_title, right.plain_title
    if not first or not second:
        return 0.0
    return max(Indel.normalized_similarity(first, second), _dice(grams(first, 2), grams(second, 2)))


def grams(text: str, length: int = GRAM) -> set[str]:
    """All runs of `length` characters."""
    return {text[at : at + length] for at in range(max(1, len(text) - length + 1))}


def _dice(left: set[str], right: set[str]) -> float:
    return 2 * len(left & right) / (len(left) + len(right))


def containment(left: Reading, right: Reading) -> tuple[float, float]:
    """Share of the left text that stands in the right record, and the other way round."""
    first, second = grams(left.plain_body), grams(right.plain_body)
    shared = len(first & second)
    return shared / len(first), shared / len(second)


def own_words(left: Reading, right: Reading) -> Difference:
    """Words of each text that the other record has nowhere."""
    return Difference(right.lacks(left.body_words), left.lacks(right.body_words))


def title_difference(left: Reading, right: Reading) -> Difference:
    """Words of each title that the other record has nowhere."""
    return Difference(right.lacks(left.title_words), left.lacks(right.title_words))


def slot_difference(left: Reading, right: Reading) -> Difference:
    """Words of each title that the other title has not."""
    return Difference(
        right.lacks(left.title_words, right.plain_title),
        left.lacks(right.title_words, left.plain_title),
    )


def opposed(left: Reading, right: Reading) -> tuple[str, str] | None:
    """Characters that exclude each other at the same place of the two titles."""
    first, second = left.plain_title, right.plain_title
    steps: Opcodes = Levenshtein.opcodes(first, second)
    for step in steps:
        one = first[step.src_start : step.src_end]
        other = second[step.dest_start : step.dest_end]
        if step.tag != "replace" or len(one) != len(other):
            continue
        for pair in zip(one, other, strict=True):
            if frozenset(pair) in opposites():
                return pair
    return None


def aligned_sentences(left: Reading, right: Reading) -> Iterator[tuple[Sentence, Sentence]]:
    """Pairs of sentences that stand for each other, each used once, the most alike first."""
    first, second = left.sentences[:MAX_SENTENCES], right.sentences[:MAX_SENTENCES]
    if not first or not second:
        return
    likeness = process.cdist(
        [one.letters for one in first],
        [one.letters for one in second],
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    for flat in np.argsort(-likeness, axis=None, kind="stable"):
        at, to = divmod(int(flat), len(second))
        if likeness[at, to] < ALIGNED:
            return
        if at not in used_left and to not in used_right:
            used_left.add(at)
            used_right.add(to)
            yield first[at], second[to]


@dataclass(frozen=True, slots=True)
class TextDifference:
    """What differs between sentences that stand for each other.

    Attributes:
        names: the heaviest two words that stand for each other, each nowhere in the other record:
            rather the names of two things than a choice of words. None without any.
        weight: of the lighter one of them.
        quantities: pairs of quantities of one dimension at the same place.
    """

    names: tuple[str, str] | None
    weight: float
    quantities: tuple[tuple[Quantity, Quantity], ...]


def text_difference(left: Reading, right: Reading) -> TextDifference:
    """Compare the sentences that stand for each other."""
    found: list[tuple[float, tuple[str, str]]] = []
    conflicts: list[tuple[Quantity, Quantity]] = []
    for one, other in aligned_sentences(left, right):
        if one.letters == other.letters:
            continue
        lost, lost_back = right.lacks(one.words), left.lacks(other.words)
        if lost and lost_back:
            mine, theirs = one.phrases(lost), other.phrases(lost_back)
            names = heaviest(mine), heaviest(theirs)
            # Two single characters are rather what is left of a damaged word.
            if max(map(len, names)) > 1:
                found.append((min(mine[names[0]], theirs[names[1]]), names))
        conflicts += quantity_conflicts(one.text, other.text, left, right)
    weight, chosen = max(found, default=(0.0, None))
    return TextDifference(chosen, weight, tuple(conflicts))


def heaviest(words: Words) -> str:
    """Return the word that weighs most; of equal ones the last in the order of letters."""
    return max(words, key=lambda word: (words[word], word))


def quantity_conflicts(
    one: str, other: str, left: Reading, right: Reading
) -> list[tuple[Quantity, Quantity]]:
    """Quantities of one dimension that each stand on one side only, paired in their order."""
    here = marks_of(one).quantities - right.all_marks.quantities
    there = marks_of(other).quantities - left.all_marks.quantities
    return _paired(here, there)


def title_quantity_conflicts(left: Reading, right: Reading) -> list[tuple[Quantity, Quantity]]:
    """Likewise of the titles; with a unit, what the texts say is no excuse."""
    here = left.title_marks.quantities - right.title_marks.quantities
    there = right.title_marks.quantities - left.title_marks.quantities
    bare = {one for one in left.all_marks.quantities & right.all_marks.quantities if not one[0]}
    return _paired(here - bare, there - bare)


def _paired(
    here: AbstractSet[Quantity], there: AbstractSet[Quantity]
) -> list[tuple[Quantity, Quantity]]:
    found: list[tuple[Quantity, Quantity]] = []
    for dimension in sorted({name for name, _ in here} & {name for name, _ in there}):
        pairs = zip(
            sorted(one for one in here if one[0] == dimension),
            sorted(one for one in there if one[0] == dimension),
            strict=False,
        )
        found += list(pairs)
    return found
