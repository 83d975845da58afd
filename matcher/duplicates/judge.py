"""Decides whether two records are the same thing, and says why in Chinese."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from matcher.duplicates.differences import heaviest
from matcher.duplicates.facts import Facts, facts_of
from matcher.duplicates.lexicon import Lexicon, shipped_lexicon
from matcher.duplicates.model import SameModel, shipped_model
from matcher.duplicates.reading import Reading
from matcher.types import Record

Verdict = Literal["same", "maybe", "different"]

NEARLY_ALL = 0.9
"""Texts with this much in common deserve a look, whatever their titles say."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a pair.

    Attributes:
        left: id; the pair's order says nothing.
        right: id.
        probability: P(same).
        verdict: `same` is sure enough to merge without a look, `maybe` wants one.
        reasons: in Chinese, the most telling first.
    """

    left: str
    right: str
    probability: float
    verdict: Verdict
    reasons: tuple[str, ...]


class Judge:
    """Judges pairs of one side's records.

    Args:
        model: the weights; the shipped ones unless told.
        lexicon: words and their weights; likewise.
    """

    def __init__(self, model: SameModel | None = None, lexicon: Lexicon | None = None) -> None:
        self._model = model or shipped_model()
        self._lexicon = lexicon or shipped_lexicon()

    def read(self, record: Record) -> Reading:
        """Read a record once, for any number of pairs."""
        return Reading.of(record, self._lexicon)

    def __call__(self, left: Reading, right: Reading) -> Decision:
        """Judge one pair; the answer is the same both ways round."""
        first, second = sorted((left, right), key=lambda one: one.id)
        facts = facts_of(first, second)
        probability = self._model(facts)
        verdict = self._verdict(facts, probability)
        reasons = tuple(_reasons(first, second, facts, verdict))
        return Decision(left.id, right.id, round(probability, 4), verdict, reasons)

    def _verdict(self, facts: Facts, probability: float) -> Verdict:
        # Two owners may ask for one thing in the same few words; a person can tell, a title cannot.
        is_bare = facts.form == "short" and facts.owner_same is False
        if probability >= self._model.merge_from and not is_bare:
            return "same"
        nearly = facts.text_common >= NEARLY_ALL and not facts.conflicts
        if probability >= self._model.suggest_from or nearly:
            return "maybe"
        return "different"


def _reasons(left: Reading, right: Reading, facts: Facts, verdict: Verdict) -> list[str]:
    """Say what speaks for the verdict; for one that is `maybe`, what speaks either way."""
    against = _against(facts)
    if verdict == "different":
        return ["不是同一条：" + "；".join(against or ["内容不同"])]
    found = [_about_titles(left, right, facts), *_about_texts(left, right, facts)]
    if facts.owner_same:
        found.append("单位相同")
    if left.dated and right.dated and left.dated != right.dated:
        found.append(f"日期不同（{_both(left.dated, right.dated)}）")
    return [*found, *against]


def _about_titles(left: Reading, right: Reading, facts: Facts) -> str:
    if not left.plain_title or not right.plain_title:
        return "只有一条有标题" if left.plain_title or right.plain_title else "都没有标题"
    if left.plain_title == right.plain_title:
        return "标题相同"
    return f"标题 {facts.title_similarity:.0%} 相同"


def _about_texts(left: Reading, right: Reading, facts: Facts) -> list[str]:
    if facts.form == "short":
        empty = not left.plain_body and not right.plain_body
        return ["都没有正文" if empty else "只有一条有正文"]
    common, contained = facts.text_common, facts.features["text_contained"]
    if contained - common > 0.1:
        return [f"较短的正文 {contained:.0%} 在另一条中"]
    return [f"正文 {common:.0%} 相同"]


def _against(facts: Facts) -> list[str]:
    found = list(facts.conflicts[:_SHOWN])
    if facts.features["title_slot"] and not facts.conflicts:
        found.append(f"标题“{heaviest(facts.swapped.left)}”≠“{heaviest(facts.swapped.right)}”")
    elif facts.names:
        found.append(f"正文“{facts.names[0]}”≠“{facts.names[1]}”")
    if facts.features["owner_differs"]:
        found.append("单位不同")
    return found


def _both(left: date, right: date) -> str:
    return "、".join(one.isoformat() for one in sorted((left, right)))
