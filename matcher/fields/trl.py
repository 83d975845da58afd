"""Technology readiness: what a record states, and what its text suggests, with the evidence.

Levels are those of the common scale of nine (GB/T 22900, NASA): 4 laboratory, 5 prototype, 6 pilot
scale, 7 demonstration, 8 finished product, 9 in use. A proposal is never written over a stated
level nor into an empty one; it stands beside it until a person takes it over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from matcher.fields.resources import read_json
from matcher.types import Need, Record, Span

_SENTENCE_END = "。；;！!？?\n"
_CLAUSE_END = _SENTENCE_END + "，,"
_REACH = 60
"""How many characters before a phrase are looked at for plans."""
_AFTER = 6
_STAGE = 8
"""Characters of the longest name of a stage; what is longer tells a story."""
_DIGITS = {mark: at for at, mark in enumerate("一二三四五六七八九", 1)}
_READ = 4000
"""Of a text; what a description says of its stage stands early or at the end of a short one."""


@dataclass(frozen=True, slots=True)
class ProposedTrl:
    """A level that a text suggests.

    Attributes:
        level: 1 to 9.
        confidence: How often a stated level is within one of such a proposal.
        evidence: The phrase that it rests on.
        rule: Name of the rule.
    """

    level: int
    confidence: float
    evidence: Span
    rule: str

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        span = self.evidence
        return {
            "level": self.level,
            "confidence": self.confidence,
            "evidence": {"field": span.field, "span": [span.start, span.end], "text": span.text},
            "rule": self.rule,
        }


class _Rule(NamedTuple):
    name: str
    level: int
    confidence: float
    final: bool
    """Says where the work stands as a whole; other phrases no longer count."""


class _Found(NamedTuple):
    level: int
    rule: _Rule
    start: int
    end: int


def propose_trl(record: Record) -> ProposedTrl | None:
    """Propose a level for an achievement; a need says what it wants, not what is there."""
    if isinstance(record, Need):
        return None
    text = record.text[:_READ]
    field = "text"
    found = list(_phrases(text))
    if not found:
        text, field = record.title[:_READ], "title"
        found = list(_phrases(text))
    if not found:
        return None
    final = [one for one in found if one.rule.final]
    best = max(final or found, key=lambda one: (one.level, one.rule.confidence, -one.start))
    evidence = Span.of(record, "text" if field == "text" else "title", best.start, best.end)
    return ProposedTrl(best.level, best.rule.confidence, evidence, best.rule.name)


def stage_level(stage: str) -> int | None:
    """Level of a stage that stands by itself, as in the column of a list: 中试, 产业化阶段.

    Returns:
        1 to 9; None for what names no stage, or says more than that.
    """
    named = stage.strip().removesuffix("阶段")
    if not named.isalnum() or len(named) > _STAGE:
        return None
    levels = {one.level for one in _phrases(f"处于{named}阶段") if one.rule.final}
    return levels.pop() if len(levels) == 1 else None


def _phrases(text: str) -> Iterator[_Found]:
    """Phrases that say what has been reached; plans, denials and others' work left out."""
    table = _table()
    for match in table.phrases.finditer(text):
        rule = table.rules[match.lastgroup or ""]
        start, end = match.span()
        sentence = _before(text, start, _SENTENCE_END)
        clause = _before(text, start, _CLAUSE_END)
        following = text[end : end + _AFTER]
        if not rule.final and (
            table.plan.search(sentence)
            or table.aside.search(clause)
            or table.after.match(following)
        ):
            continue
        if rule.final and (table.plan.search(clause) or table.deny.search(clause)):
            continue
        level = rule.level or _stated_level(match)
        # Who is at it has not reached it yet.
        if not rule.final and table.ongoing.search(clause[-6:]):
            level = max(1, level - 1)
        yield _Found(level, rule, start, end)


def _before(text: str, at: int, ends: str) -> str:
    begin = max(at - _REACH, *(text.rfind(mark, 0, at) + 1 for mark in ends), 0)
    return text[begin:at]


def _stated_level(match: re.Match[str]) -> int:
    told = next(group for group in match.groups()[1:] if group and len(group) == 1)
    return _DIGITS.get(told) or int(told)


class _Table:
    """The rules as compiled patterns; one alternation, so that a text is read once."""

    def __init__(self, listed: Any) -> None:
        self.rules: dict[str, _Rule] = {}
        parts = []
        for at, row in enumerate(listed["rules"]):
            group = f"r{at}"
            final = bool(row.get("final"))
            self.rules[group] = _Rule(row["name"], row["level"], row["confidence"], final)
            parts.append(f"(?P<{group}>{'|'.join(row['forms'])})")
        self.phrases = re.compile("|".join(parts))
        self.plan = re.compile("|".join(listed["plan_sentence"]))
        self.deny = re.compile("|".join(listed["deny_clause"]))
        aside = (*listed["deny_clause"], *listed["modal_clause"], *listed["others_clause"])
        self.aside = re.compile("|".join(aside))
        self.after = re.compile("[^，,。；;]{0,2}(?:" + "|".join(listed["after"]) + ")")
        self.ongoing = re.compile(f"(?:{listed['ongoing']})")


@cache
def _table() -> _Table:
    return _Table(read_json("trl.json"))
