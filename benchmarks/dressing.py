"""Dresses gold records as other sources write them, so that the reader does not learn one style.

Around the sentences that were judged stand headings, an introduction of the company or the team,
markets, patents and conditions of cooperation, with numbers that answer nothing; marks are lost or
half-width. What was judged stays word for word but for its marks, only its place changes.
"""

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from matcher.documents import side_of
from matcher.text.sentences import sentences
from matcher.types import Need, Record, Span

_NUMBER = re.compile(r"\{n:(\d+):(\d+)\}")
_LABEL = re.compile(r"\{(\w+)\}")
_LOST = {"。": " ", "；": ";", "，": ",", "：": ":", "（": "(", "）": ")"}  # one for one
PLAIN, MARKED = 0.5, 0.3
"""Shares of records without headings, and of those whose marks are changed."""
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Insert:
    """Words that go in before a place of the text."""

    at: int
    text: str


def dressed(record: R, spans: Sequence[Span], chance: random.Random) -> tuple[R, list[Span]]:
    """Dress a record with a text.

    Args:
        record: as it was written.
        spans: places of it that must stay; nothing is put inside of them.
        chance: seeded.

    Returns:
        The record, and the spans where they are now.
    """
    text = record.text
    if not text:
        return record, list(spans)
    held = [(one.start, one.end) for one in spans if one.field == "text"]
    gaps = [0, *(end for _, end in sentences(text) if end < len(text))]
    gaps = [at for at in gaps if not any(start < at < end for start, end in held)]
    inserts = sorted(_inserts(record, gaps, chance), key=lambda one: one.at)
    pieces, last = [], 0
    for one in inserts:
        pieces += [text[last : one.at], one.text]
        last = one.at
    fresh = "".join([*pieces, text[last:]])
    if chance.random() < MARKED:
        table = {mark: worn for mark, worn in _LOST.items() if chance.random() < 0.5}
        fresh = fresh.translate(str.maketrans(table))
    new = replace(record, text=fresh)

    def moved(span: Span) -> Span:
        if span.field == "title":
            return span
        shift = sum(len(one.text) for one in inserts if one.at <= span.start)
        return Span.of(new, "text", span.start + shift, span.end + shift)

    return new, [moved(one) for one in spans]


def _inserts(record: Record, gaps: list[int], chance: random.Random) -> list[Insert]:
    words = _words()[side_of(record)]
    plain = chance.random() < PLAIN
    found = []
    if isinstance(record, Need):
        before = "".join(_filled(words["fillers"], chance.randint(0, 3), chance))
        after = "".join(_filled(words["endings"], chance.randint(0, 3), chance))
        middle = chance.choice(words["middles"]) if before and not plain else ""
        opening = "" if plain else chance.choice(words["openings"])
        found.append(Insert(0, opening + before + middle))
    else:
        opening = "" if plain else chance.choice(words["openings"])
        lead = "".join(_filled(words["fillers"], chance.choice((0, 0, 0, 1)), chance))
        found.append(Insert(0, opening + lead))
        if len(gaps) > 1 and not plain:
            found.append(Insert(chance.choice(gaps[1:]), chance.choice(words["middles"])))
        after = "".join(_filled(words["fillers"], chance.randint(0, 6), chance))
    stop = "" if not after or record.text.endswith(("。", "；", ")", "）", "\n")) else "。"
    return [*found, Insert(len(record.text), stop + after)]


def _filled(patterns: list[str], count: int, chance: random.Random) -> list[str]:
    labels = _words()["labels"]
    chosen = chance.sample(patterns, min(count, len(patterns)))
    named = (_LABEL.sub(lambda at: chance.choice(labels[at[1]]), one) for one in chosen)
    return [_NUMBER.sub(lambda at: _drawn(at, chance), one) for one in named]


def _drawn(bounds: re.Match[str], chance: random.Random) -> str:
    return str(chance.randint(int(bounds[1]), int(bounds[2])))


@cache
def _words() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(
        Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    )
    return whole
