"""Make pseudo-needs out of abstracts, for the pair reader's first stage.

`python -m benchmarks.prepare_clauses TEXTS.jsonl OUT` (TEXTS as `benchmarks.prepare_static` writes
them) writes OUT/clauses.jsonl. A pseudo-need strings together clauses of one abstract and of a
neighbour; which of them belong to the text beside it, and where they stand in it, is known. Two
thirds of an abstract's own clauses are taken out of it, so that the rest has to be understood.
"""

import json
import random
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matcher.text.sentences import sentences
from models.registry import FAST_ENCODER, load_encoder

MADE, NEIGHBOURS = 2100, 12
SHORTEST, LONGEST = 100, 420
TAKEN_OUT = 0.65
OPENINGS = (
    "",
    "",
    "我公司",
    "希望解决以下问题:",
    "技术需求:",
    "现寻求相关技术,",
    "要求:",
    "企业在生产中遇到",
)
BETWEEN = (";", ",", "。", "\n", "，", "；")
_CLAUSE = re.compile(r"[^，,；;。.：:]+")

Row = dict[str, Any]


def main() -> None:
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    chance = random.Random(1)
    with source.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    texts = [text for text in texts if SHORTEST <= len(text) <= LONGEST]
    chance.shuffle(texts)
    out.mkdir(parents=True, exist_ok=True)
    with (out / "clauses.jsonl").open("w", encoding="utf-8") as stream:
        for row in rows(texts, chance):
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def rows(texts: Sequence[str], chance: random.Random) -> Iterator[Row]:
    """Pseudo-needs with their own abstract, the mixed-in one, and at times a third."""
    vectors = load_encoder(FAST_ENCODER).encode(texts, "passage")
    vectors = vectors - vectors.mean(axis=0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for at in range(min(MADE, len(texts))):
        near = np.argsort(-(vectors @ vectors[at]))[1 : NEIGHBOURS + 1]
        other, third = chance.sample([int(one) for one in near], 2)
        own, mixed = clauses(texts[at]), clauses(texts[other])
        if len(own) < 5 or len(mixed) < 4:
            continue
        yield from _pairs(str(at), [texts[one] for one in (at, other, third)], own, mixed, chance)


def _pairs(
    group: str, texts: list[str], own: list[str], mixed: list[str], chance: random.Random
) -> Iterator[Row]:
    asked = chance.randint(3, 6)
    count = min(asked - chance.choice([0, 0, 1, 2, 3]), len(own) - 2)
    mine = chance.sample(own, max(1, count))
    theirs = chance.sample(mixed, max(0, min(asked - len(mine), len(mixed))))
    wanted = chance.sample([*mine, *theirs], len(mine) + len(theirs))
    between, left, claims = chance.choice(BETWEEN), chance.choice(OPENINGS), []
    for clause in wanted:
        claims.append((len(left), len(left) + len(clause)))
        left += clause + between
    for text, given in zip(texts, (mine, theirs, []), strict=True):
        if not given and chance.random() < 0.5:
            continue
        gone = [clause for clause in given if chance.random() < TAKEN_OUT]
        body = without(text, gone)
        passages = sentences(body)
        if passages:
            share = len(set(given) & set(wanted)) / len(wanted)
            yield {
                "group": group,
                "left": left,
                "right": body,
                "claims": claims,
                "passages": passages,
                "level": 4 if share == 1 else 3 if share >= 0.6 else 2 if share >= 0.2 else 1,
                "verdicts": [2 if clause in given else 0 for clause in wanted],
                "proofs": [_proof(body, passages, clause, given) for clause in wanted],
            }


def clauses(text: str) -> list[str]:
    """Pieces between marks, of a usual length."""
    pieces = (found.group().strip() for found in _CLAUSE.finditer(text))
    return [piece for piece in pieces if 6 <= len(piece) <= 45]


def without(text: str, gone: Sequence[str]) -> str:
    """Take clauses out, with the mark that they leave behind."""
    for clause in gone:
        text = text.replace(clause, "")
    text = re.sub(r"[，,；;]([。.])", r"\1", text)
    return re.sub(r"([，,；;])[，,；;\s]+", r"\1", text).strip("，,；; ")


def _proof(
    body: str, passages: Sequence[tuple[int, int]], clause: str, given: Sequence[str]
) -> list[int]:
    start = body.find(clause) if clause in given else -1
    if start < 0:
        return []
    end = start + len(clause)
    return [at for at, (first, last) in enumerate(passages) if first < end and start < last]


if __name__ == "__main__":
    main()
