"""What `benchmarks.peers` gives to every engine, in files that need nothing of this project.

Records are abstracts of `csl` and method and result of `arxiv_zh`; up to a quarter have titles
elsewhere. A question is such a title, or the motivation of a paper; its one right answer is the
text it belongs to. Words, vectors and repairs are this project's, the same for all.
"""

import json
import lzma
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.prepare_static import copies_of
from matcher.documents import Document
from matcher.embed import Centre, Embedder
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need, Record
from matcher.weight_file import Weights
from models.registry import FAST_ENCODER, load_encoder
from service.bootstrap import late_encoder

ASKED = 500
"""Questions of each form."""
BATCH = 2_000
SHORTEST, LONGEST = 40, 120
"""Characters of a record at the least, of a question at the most."""
DONE = "questions.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and what asks for it; empty where nothing does."""

    text: str
    title: str = ""
    motivation: str = ""


def pairs(data: Path) -> tuple[list[Pair], list[Pair]]:
    """Read titled abstracts, and all others without copies of the titled ones."""
    with (data / "csl" / "csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    titled = [Pair(one["abstract"], title=one["title"]) for one in rows if one.get("title")]
    plain = [one["abstract"] for one in rows if not one.get("title")]
    copies = copies_of([one.text for one in titled], plain)
    others = []
    with lzma.open(data / "arxiv_zh" / "arxiv_zh.jsonl.xz", "rt", encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            told = " ".join(part for part in (one["method"], one["result"]) if part)
            others.append(Pair(told, motivation=one["motivation"] or ""))
    others += [Pair(text) for at, text in enumerate(plain) if at not in copies]
    return _long(titled), _long(others)


def _long(given: Iterable[Pair]) -> list[Pair]:
    return [one for one in given if len(one.text) >= SHORTEST]


def chosen(
    titled: Sequence[Pair], others: Sequence[Pair], records: int, asked: int = ASKED
) -> tuple[list[Pair], list[tuple[int, Need]]]:
    """Choose the records, in no order, and questions with the places of their answers.

    The two forms of questions take turns, so the first ones are a fair sample.
    """
    few = titled[: records // 4]
    kept = [*few, *others[: records - len(few)]]
    if len(kept) < records:
        raise ValueError(f"数据只够 {len(kept):,} 条，不足 {records:,} 条，请减小 --records。")
    chance = random.Random(7)
    chance.shuffle(kept)
    places = list(range(records))
    chance.shuffle(places)
    titles = [(at, Need(id="", title=kept[at].title)) for at in places if kept[at].title]
    long = [at for at in places if SHORTEST <= len(kept[at].motivation) <= LONGEST]
    motivations = [(at, Need(id="", text=kept[at].motivation)) for at in long]
    count = min(asked, len(titles), len(motivations))
    turns = zip(titles[:count], motivations[:count], strict=True)
    return kept, [question for both in turns for question in both]


def write(folder: Path, data: Path, records: int) -> None:
    """Write words, vectors, a number to filter by, and the questions; unless they are there."""
    if (folder / DONE).is_file():
        return
    folder.mkdir(parents=True, exist_ok=True)
    kept, asked = chosen(*pairs(data), records)
    encoder, segmenter = load_encoder(FAST_ENCODER, threads=1), JiebaSegmenter()
    embedder = Embedder(
        encoder, late_encoder(encoder), Centre.stored(Weights.shipped(FAST_ENCODER).centre)
    )

    def read(given: Sequence[Record]) -> tuple[list[str], np.ndarray]:
        words, vectors = [], []
        for at in range(0, len(given), BATCH):
            some = [Document.of(one, segmenter) for one in given[at : at + BATCH]]
            words += [" ".join("".join(word.split()) for word in one.words) for one in some]
            vectors.append(embedder.vectors(some))
        return words, np.concatenate(vectors)

    words, vectors = read([Achievement(id="", text=one.text) for one in kept])
    (folder / "words.txt").write_text("\n".join(words), encoding="utf-8")
    np.save(folder / "vectors.npy", vectors)
    np.save(folder / "share.npy", np.random.default_rng(7).random(records))
    words, vectors = read([need for _, need in asked])
    np.save(folder / "questions.npy", vectors)
    told = [
        {"form": "title" if need.title else "full", "words": some, "answer": at}
        for (at, need), some in zip(asked, words, strict=True)
    ]
    (folder / DONE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
