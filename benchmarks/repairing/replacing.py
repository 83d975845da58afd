"""Strings replaced all over a document, as a rewriting site does it: how often it is undone.

The string ends inside a word and its replacement completes the word, with a prefix or without: so
科技成果转 → 我国高校科技成果转化 tears 科技成果转移转化 and 科技成果转化 alike.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.measuring import table
from benchmarks.repairing.texts import seed
from matcher.text.repair import repair
from matcher.text.segment import JiebaSegmenter

PREFIXES = ("我国高校", "新一代", "某市先进", "优质高效", "全国重点", "")
FEWEST = 6
TOPICS = ("专利", "遥感", "催化", "图像", "水稻")
SEEDS = ("001", "002", "004")


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one document: places replaced, places changed, and whether all is right."""

    places: int
    changed: int
    right: bool


def main(data: Path, abstracts: Sequence[str]) -> None:
    """Replace one string in each document and repair it."""
    draw = random.Random(3)
    documents = [seed(data, number) for number in SEEDS for _ in range(12)]
    documents += ["\n".join(draw.sample(abstracts, 12)) for _ in range(60)]
    for topic in TOPICS:
        about = [abstract for abstract in abstracts if abstract.count(topic) >= 3][:25]
        documents += ["\n".join(about)] * 4
    cutter = JiebaSegmenter()
    trials = [one for text in documents if (one := trial(text, cutter, draw)) is not None]
    found = [one for one in trials if one.changed]
    table(
        "strings replaced all over a document",
        {
            f"{len(trials)} documents, {sum(one.places for one in trials)} places": {
                "places changed": str(sum(one.changed for one in trials)),
                "documents restored": str(sum(one.right for one in trials)),
                "documents changed, not restored": str(sum(not one.right for one in found)),
            }
        },
    )


def trial(text: str, cutter: JiebaSegmenter, draw: random.Random) -> Trial | None:
    """Replace a frequent string of a text and repair it; None where there is no such string."""
    endings = torn_strings(text, cutter)
    if not endings:
        return None
    string = draw.choice(sorted(endings))
    junk = draw.choice(PREFIXES) + string + endings[string]
    garbled = text.replace(string, junk)
    repaired = repair(garbled).text.text
    changed = garbled.count(junk) - repaired.count(junk)
    return Trial(text.count(string), changed, repaired == repair(text).text.text)


def torn_strings(text: str, cutter: JiebaSegmenter) -> dict[str, str]:
    """Frequent strings of a word and the start of the next one, with what completes that word."""
    words = [
        token.word
        for token in cutter.tokens(text)
        if len(token.word) >= 2 and all("\u4e00" <= char <= "\u9fff" for char in token.word)
    ]
    found: Counter[tuple[str, str]] = Counter()
    for one, other in pairwise(words):
        cut = 1 if len(other) == 2 else max(1, len(other) - 2)
        found[one + other[:cut], other[cut:]] += 1
    return {
        string: rest for (string, rest), _ in found.most_common() if text.count(string) >= FEWEST
    }
