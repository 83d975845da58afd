"""Turn the gold set's train part into the training examples of the pair reader.

`python -m benchmarks.prepare_reader OUT` writes OUT/gold.jsonl (pairs) and OUT/tags.jsonl (needs
with their requirements) for `models.training.reader`. For each need there are its graded pairs and
the nearest achievements of the part that were not graded for it (hard negatives, level 1), each
with its text: bare titles are not read. Needs that only have requirements teach the tags.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matcher.documents import Document
from matcher.gold import Gold, GoldNeed, GoldPair, pool_of, read_gold, read_marked
from matcher.requirements.extract import KINDS
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement
from models.registry import FAST_ENCODER, load_encoder

NEGATIVES = (0, 1, 3, 20)
"""Which of the nearest achievements that were not graded are shown as no match."""
VERDICTS = {"missing": 0, "partly": 1, "met": 2}

Row = dict[str, Any]


def main() -> None:
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    whole = read_gold()
    gold = read_gold(["train"])
    _write(out / "gold.jsonl", examples(gold, pool_of(whole, ["train"])))
    marked = (*gold.needs, *read_marked())
    _write(out / "tags.jsonl", (tag_example(one) for one in marked))


def examples(gold: Gold, pool: Sequence[Achievement]) -> Iterator[Row]:
    """Show every graded pair and the negatives of each need."""
    segmenter = JiebaSegmenter()
    encoder = load_encoder(FAST_ENCODER)
    documents = {one.id: Document.of(one, segmenter) for one in pool}
    vectors = encoder.encode([one.full for one in documents.values()], "passage")
    vectors = vectors - vectors.mean(axis=0)
    ids = list(documents)
    graded: dict[str, list[GoldPair]] = {}
    for pair in gold.pairs:
        if pair.achievement in documents:  # not what is also graded in another part
            graded.setdefault(pair.need, []).append(pair)
    for wanted in gold.needs:
        need = Document.of(wanted.need, segmenter)
        own = {pair.achievement for pair in graded[wanted.need.id]}
        near = np.argsort(-(vectors @ encoder.encode([need.full], "query")[0]))
        fresh = [ids[at] for at in near if ids[at] not in own]
        nothing = (GoldPair(wanted.need.id, fresh[at], 1, False, ()) for at in NEGATIVES)
        for pair in (*graded[wanted.need.id], *nothing):
            yield example(wanted, need, pair, documents[pair.achievement])


def example(wanted: GoldNeed, need: Document, pair: GoldPair, achievement: Document) -> Row:
    """Write one pair as the reader's trainer wants it."""
    given = {one.requirement.id: one for one in pair.verdicts}
    verdicts, proofs = [], []
    for requirement in wanted.requirements:
        one = given.get(requirement.id)
        verdicts.append(VERDICTS[one.name] if one else 0)
        proof = [achievement.place(span) for span in one.evidence] if one else []
        proofs.append(
            [
                at
                for at, (start, end) in enumerate(achievement.sentences)
                if any(start < last and first < end for first, last in proof)
            ]
        )
    return {
        "group": pair.need,
        "left": need.full,
        "right": achievement.full,
        "claims": [need.place(one.span) for one in wanted.requirements],
        "passages": achievement.sentences,
        "level": pair.level,
        "verdicts": verdicts,
        "proofs": proofs,
    }


def tag_example(wanted: GoldNeed) -> Row:
    """Write one need's requirements as spans of its whole text."""
    need = Document.of(wanted.need, JiebaSegmenter())
    spans = [need.place(one.span) for one in wanted.requirements]
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
