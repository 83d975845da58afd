"""Turn the gold set's train part into the training examples of the pair reader.

`python -m benchmarks.prepare_reader OUT` writes OUT/gold.jsonl (pairs) and OUT/tags.jsonl (needs
with their requirements) for `models.training.reader`. For each need there are its graded pairs and
the nearest achievements of the part that were not graded for it (hard negatives, level 1) and some
that were drawn, each with its text (bare titles are not read), and pairs of which one proof was
changed (`benchmarks.counterfactuals`). Most pairs are dressed as other sources write
(`benchmarks.dressing`), and long ones are shortened as the matcher shortens them. Needs that only
have requirements teach the tags.
"""

import json
import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.counterfactuals import UNKNOWN_LEVEL, counterfactuals
from benchmarks.dressing import dressed
from matcher.documents import Document
from matcher.gold import Gold, GoldNeed, GoldPair, pool_of, read_gold, read_marked
from matcher.reading.windows import answering_window, asking_window
from matcher.requirements.extract import KINDS
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Span
from models.base import Encoder, FloatMatrix
from models.registry import FAST_ENCODER, load_encoder

NEGATIVES = (0, 1, 3, 20)
"""Which of the nearest achievements that were not graded are shown as no match."""
DRAWN = 2
"""Further ones, from anywhere."""
DRESSED = 0.7
"""Share of pairs and marked needs in another style."""
COUNTERED = 0.4
"""Share of the counterfactual pairs that are shown."""
VERDICTS = {"missing": 0, "partly": 1, "met": 2}

Row = dict[str, Any]


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    whole = read_gold()
    gold = read_gold(["train"])
    _write(out / "gold.jsonl", examples(gold, pool_of(whole, ["train"])))
    marked, chance = (*gold.needs, *read_marked()), random.Random(7)
    _write(out / "tags.jsonl", (tag_example(one, chance) for one in marked))


def examples(gold: Gold, pool: Sequence[Achievement]) -> Iterator[Row]:
    """Show every graded pair and the negatives of each need."""
    segmenter = JiebaSegmenter()
    encoder = load_encoder(FAST_ENCODER)
    chance = random.Random(7)
    offered = {one.id: one for one in pool}
    texts = [Document.of(one, segmenter).full for one in pool]
    vectors = encoder.encode(texts, "passage")
    vectors = vectors - vectors.mean(axis=0)
    ids = list(offered)
    graded: dict[str, list[GoldPair]] = {}
    for pair in gold.pairs:
        if pair.achievement in offered:  # not what is also graded in another part
            graded.setdefault(pair.need, []).append(pair)
    for wanted in gold.needs:
        need = Document.of(wanted.need, segmenter)
        own = {pair.achievement for pair in graded[wanted.need.id]}
        near = np.argsort(-(vectors @ encoder.encode([need.full], "query")[0]))
        fresh = [ids[at] for at in near if ids[at] not in own]
        others = [fresh[at] for at in NEGATIVES] + chance.sample(fresh, DRAWN)
        nothing = (GoldPair(wanted.need.id, one, 1, False, ()) for one in others)
        own_pairs = graded[wanted.need.id]
        for pair in (*own_pairs, *nothing):
            yield example(wanted, pair, offered[pair.achievement], encoder, chance)
        for pair in own_pairs:
            beside = [one for one in own_pairs if one is not pair]
            for new, changed in counterfactuals(pair, offered[pair.achievement], beside, chance):
                if chance.random() < COUNTERED:
                    yield example(wanted, new, changed, encoder, chance)


def example(
    wanted: GoldNeed,
    pair: GoldPair,
    achievement: Achievement,
    encoder: Encoder,
    chance: random.Random,
) -> Row:
    """Write one pair as the reader's trainer wants it."""
    given = {one.requirement.id: one for one in pair.verdicts}
    need, asked = wanted.need, [one.span for one in wanted.requirements]
    proof = [given[one.id].evidence if one.id in given else () for one in wanted.requirements]
    if chance.random() < DRESSED:
        need, asked = dressed(need, asked, chance)
        achievement, places = dressed(achievement, [one for few in proof for one in few], chance)
        rest = iter(places)
        proof = [tuple(next(rest) for _ in few) for few in proof]
    silence = -1 if pair.level == UNKNOWN_LEVEL else VERDICTS["missing"]
    segmenter = JiebaSegmenter()
    asking, answering = Document.of(need, segmenter), Document.of(achievement, segmenter)
    claims = [asking.place(one) for one in asked]
    left = asking_window(asking, claims)
    right = answering_window(answering, _nearness(asking, answering, encoder))
    return {
        "group": pair.need,
        "left": left.text,
        "right": right.text,
        "claims": [left.place(*one) for one in claims],
        "passages": [right.place(*one) for one in answering.sentences],
        "level": pair.level,
        "verdicts": [
            VERDICTS[given[one.id].name] if one.id in given else silence
            for one in wanted.requirements
        ],
        "proofs": [_proofs(answering, few) for few in proof],
    }


def _proofs(document: Document, spans: Sequence[Span]) -> list[int]:
    """Number of each sentence that has a part in the evidence."""
    places = [document.place(one) for one in spans]
    return [
        at
        for at, (start, end) in enumerate(document.sentences)
        if any(start < last and first < end for first, last in places)
    ]


def _nearness(need: Document, achievement: Document, encoder: Encoder) -> list[float]:
    """How near each sentence of the achievement is to the need's nearest one."""

    def vectors(one: Document) -> FloatMatrix:
        return encoder.encode([one.full[start:end] for start, end in one.sentences], "passage")

    return [float(near) for near in (vectors(achievement) @ vectors(need).T).max(axis=1)]


def tag_example(wanted: GoldNeed, chance: random.Random) -> Row:
    """Write one need's requirements as spans of its whole text."""
    record, marked = wanted.need, [one.span for one in wanted.requirements]
    if chance.random() < DRESSED:
        record, marked = dressed(record, marked, chance)
    need = Document.of(record, JiebaSegmenter())
    spans = [need.place(one) for one in marked]
    kinds = [KINDS.index(one.kind) for one in wanted.requirements]
    return {"text": need.full, "spans": spans, "kinds": kinds, "body_at": need.body_at}


def _write(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        count = 0
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    print(f"{path.name}: {count}")


if __name__ == "__main__":
    main()
