"""Graded pairs of the gold set with one sentence changed, so that one verdict is another one.

What was written by hand has few contradictions, and a reader can guess most verdicts from how well
the pair fits as a whole. Here the pair stays and the proof goes: the words that prove a
requirement are taken out, their number is moved beyond what is asked for, or what another
achievement says to the same requirement stands in their place. The level of such a pair is not
known (0): what a strong match is worth without one of its proofs nobody has judged.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from matcher.gold import GoldPair
from matcher.quantities import Indicator, compare, find_indicators
from matcher.quantities.types import Relation
from matcher.types import Achievement, Requirement, Span, Verdict, VerdictName
from matcher.weighing.gold_pairs import JUDGED

UNKNOWN_LEVEL = 0
STATED_ELSEWHERE = 0.5
"""Share of a requirement's character pairs in the rest from which on the rest may state it too."""
FACTORS = (0.3, 0.5, 0.7, 0.85, 0.92, 1.08, 1.15, 1.4, 1.8, 2.5)
"""What numbers are multiplied by."""
OUTCOMES: Mapping[Relation, VerdictName] = {"met": "met", "short": "partly", "against": "missing"}
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARKS = ("，", ",", "；", ";", "、")


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that stand in the place of a requirement's proof, and what they make of it."""

    requirement: Requirement
    place: Span
    words: str
    name: VerdictName
    proves: bool


def counterfactuals(
    pair: GoldPair,
    achievement: Achievement,
    others: Sequence[GoldPair],
    chance: random.Random,
) -> Iterator[tuple[GoldPair, Achievement]]:
    """Change a pair in each of three ways, where it can be.

    Args:
        pair: graded; below level 3 not every requirement has a verdict, and nothing is changed.
        achievement: its own.
        others: further pairs of the same need.
        chance: seeded.
    """
    if pair.level < JUDGED:
        return
    proven = [one for one in pair.verdicts if one.evidence and one.evidence[0].field == "text"]
    chance.shuffle(proven)
    for made in (_removals(proven), _moved(proven, chance), _exchanged(proven, others, chance)):
        edit = next(made, None)
        if edit is not None:
            yield edited(pair, achievement, edit)


def _removals(proven: Sequence[Verdict]) -> Iterator[Edit]:
    for one in proven:
        if one.name == "met":
            yield Edit(one.requirement, one.evidence[0], "", "missing", proves=False)


def _moved(proven: Sequence[Verdict], chance: random.Random) -> Iterator[Edit]:
    """Move the number that proves one, if the comparison then says something else."""
    for one in proven:
        wanted, proof = one.requirement.indicator, one.evidence[0]
        if wanted is None:
            continue
        stated = [
            each for each in find_indicators(proof.text) if _answers(wanted, each) == one.name
        ]
        if len(stated) != 1:
            continue
        for factor in chance.sample(FACTORS, len(FACTORS)):
            words = _scaled(proof.text, stated[0], factor)
            now = [_answers(wanted, each) for each in find_indicators(words)]
            changed = [name for name in now if name is not None]
            if len(changed) == 1 and changed[0] != one.name:
                yield Edit(one.requirement, proof, words, changed[0], proves=True)
                break


def _answers(wanted: Indicator, stated: Indicator) -> VerdictName | None:
    return OUTCOMES.get(compare(wanted, stated, 1.0).relation)


def _scaled(text: str, stated: Indicator, factor: float) -> str:
    start, end = stated.value_span

    def number(found: re.Match[str]) -> str:
        decimals = len(found[0].partition(".")[2])
        return f"{float(found[0]) * factor:.{decimals}f}"

    return text[:start] + _NUMBER.sub(number, text[start:end], count=2) + text[end:]


def _exchanged(
    proven: Sequence[Verdict], others: Sequence[GoldPair], chance: random.Random
) -> Iterator[Edit]:
    """Let another achievement speak to a requirement that it meets less, or better."""
    told = [one for other in others for one in other.verdicts if one.evidence]
    for name in chance.sample(get_args(VerdictName), 3):
        for one in proven:
            for other in told:
                same = other.requirement.id == one.requirement.id
                if same and other.name == name != one.name:
                    yield Edit(
                        one.requirement, one.evidence[0], other.evidence[0].text, name, proves=True
                    )


def edited(pair: GoldPair, achievement: Achievement, edit: Edit) -> tuple[GoldPair, Achievement]:
    """Change an achievement, and what is known of the pair.

    A verdict whose proof shared the words that were changed is not known any more.
    """
    start, end = edit.place.start, edit.place.end
    if not edit.words and achievement.text[end : end + 1] in _MARKS:
        end += 1  # the mark goes with the words
    text = achievement.text[:start] + edit.words + achievement.text[end:]
    shift = len(text) - len(achievement.text)
    new = replace(achievement, text=text)

    def moved(span: Span) -> Span:
        if span.field == "title" or span.end <= start:
            return replace(span)
        return Span.of(new, "text", span.start + shift, span.end + shift)

    verdicts = []
    for one in pair.verdicts:
        if one.requirement.id == edit.requirement.id:
            proof = Span.of(new, "text", start, start + len(edit.words))
            if edit.proves or not _said_elsewhere(edit.requirement, new):
                verdicts.append(
                    Verdict(one.requirement, edit.name, 1.0, False, (proof,) if edit.proves else ())
                )
        elif not any(_touch(span, edit.place) for span in one.evidence):
            verdicts.append(replace(one, evidence=tuple(moved(span) for span in one.evidence)))
    return replace(pair, level=UNKNOWN_LEVEL, verdicts=tuple(verdicts)), new


def _touch(span: Span, place: Span) -> bool:
    return span.field == place.field and span.start < place.end and place.start < span.end


def _said_elsewhere(requirement: Requirement, achievement: Achievement) -> bool:
    words = requirement.span.text
    whole = f"{achievement.title}\n{achievement.text}"
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}
    shared = sum(one in whole for one in pairs)
    return bool(pairs) and shared / len(pairs) >= STATED_ELSEWHERE
