"""A million made records, for `benchmarks.million`: words, vectors and columns, kept in shards.

Records are made of sentences of real texts (DUIJIE_DATA): method, result and conclusion of
`arxiv_zh`, abstracts of `csl`. Each takes two sentences that follow each other, one of another
text in every second record, and each sentence is perturbed: a clause is left out, numbers are
changed, a clause of a third text is put in. Questions are motivations of `arxiv_zh`, which no
record contains. A shard that is there already is not made again.
"""

import json
import lzma
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexing.bundle import Entry
from indexing.columns import ColumnKind
from matcher.embed import Centre
from matcher.text.segment import JiebaSegmenter
from matcher.weight_file import Weights
from models.base import Encoder, Role
from models.registry import load_encoder

ENCODER = "static-zh-256"
SHARD = 50_000
QUESTIONS = 400
COLUMNS: dict[str, ColumnKind] = {
    "region": "text",
    "discipline": "text",
    "readiness": "number",
    "share": "number",
    "modes": "texts",
}
"""`share` is uniform in [0, 1), so a filter of any share is a range; `discipline` goes with what
the text is about, so a filter on it is as uneven among the vectors as real ones are."""
Embed = Callable[[Sequence[str], Role], NDArray[np.float32]]
REGIONS = tuple(f"省{number:02}" for number in range(31))
MODES = ("转让", "许可", "作价入股", "合作开发")
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Source:
    """A real text in sentences, and what it is about."""

    sentences: Sequence[str]
    discipline: str


def sources(folder: Path) -> tuple[list[Source], list[str]]:
    """Read what records are made of, and the questions."""
    texts, questions = [], []
    with lzma.open(folder / "arxiv_zh" / "arxiv_zh.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            told = "".join(str(row.get(key) or "") for key in ("method", "result", "conclusion"))
            texts.append(_source(told, next(iter(row.get("cat") or ["?"]))))
            questions.append(str(row.get("motivation") or ""))
    with (folder / "csl" / "csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        texts += [
            _source(row["abstract"].replace(".", "。"), row.get("discipline") or "?")
            for row in map(json.loads, lines)
        ]
    chance = random.Random(11)
    asked = chance.sample([one for one in questions if 20 <= len(one) <= 120], QUESTIONS)
    return [one for one in texts if one.sentences], asked


def _source(text: str, about: str) -> Source:
    return Source([one for one in _SENTENCE.findall(text) if len(one) >= 8], about)


def made_text(given: Sequence[Source], chance: random.Random) -> tuple[str, str]:
    """Put together one record's text; returns it with its discipline."""
    base = chance.choice(given)
    at = chance.randrange(len(base.sentences))
    parts = list(base.sentences[at : at + 2])
    if chance.random() < 0.5:
        parts.append(chance.choice(chance.choice(given).sentences))
    return "".join(_perturbed(part, given, chance) for part in parts)[:200], base.discipline


def _perturbed(sentence: str, given: Sequence[Source], chance: random.Random) -> str:
    clauses = sentence.replace(",", "，").split("，")
    if len(clauses) > 2 and chance.random() < 0.5:
        clauses.pop(chance.randrange(len(clauses)))
    if chance.random() < 0.3:
        other = chance.choice(chance.choice(given).sentences).rstrip("。；")
        clauses.insert(chance.randrange(len(clauses)), other.replace(",", "，").split("，")[0])
    return _DIGIT.sub(lambda _: str(chance.randrange(10)), "，".join(clauses))


class Shards:
    """The records in a folder, a shard at a time."""

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder = folder
        self._data = data
        folder.mkdir(parents=True, exist_ok=True)

    def make(self, records: int) -> None:
        """Make the shards that are missing, and the questions."""
        wanted = [at for at in range(-(-records // SHARD)) if not self._columns(at).is_file()]
        asked = self._folder / "questions.json"
        if not wanted and asked.is_file():
            return
        given, questions = sources(self._data)
        segmenter, encoder = JiebaSegmenter(), load_encoder(ENCODER, threads=1)
        embed = partial(_embedded, encoder, Centre.stored(Weights.shipped(ENCODER).centre))
        np.save(self._folder / "questions.npy", embed(questions, "query"))
        asked.write_text(json.dumps([_words(segmenter, one) for one in questions]))
        for at in wanted:
            self._make(at, given, segmenter, embed)

    def _make(
        self, at: int, given: Sequence[Source], segmenter: JiebaSegmenter, embed: Embed
    ) -> None:
        chance = random.Random(1000 + at)
        made = [made_text(given, chance) for _ in range(SHARD)]
        words = (" ".join(_words(segmenter, text)) for text, _ in made)
        (self._folder / f"words-{at:03}.txt").write_text("\n".join(words), encoding="utf-8")
        np.save(self._folder / f"vectors-{at:03}.npy", embed([text for text, _ in made], "passage"))
        about = [discipline for _, discipline in made]
        self._columns(at).write_text(json.dumps(about), encoding="utf-8")

    def entries(self, at: int) -> Iterator[Entry]:
        """Records of a shard, as a bundle takes them."""
        chance = random.Random(5000 + at)
        vectors = np.load(self._folder / f"vectors-{at:03}.npy", mmap_mode="r")
        words = (self._folder / f"words-{at:03}.txt").read_text(encoding="utf-8").split("\n")
        about = json.loads(self._columns(at).read_text(encoding="utf-8"))
        for number, (line, discipline) in enumerate(zip(words, about, strict=True)):
            yield Entry(
                id=f"CN{at * SHARD + number:09}",
                vector=vectors[number],
                tokens=line.split(),
                columns={
                    "region": REGIONS[int(len(REGIONS) * chance.random() ** 2)],
                    "discipline": discipline,
                    "readiness": float(chance.randint(1, 9)),
                    "share": chance.random(),
                    "modes": chance.sample(MODES, chance.randint(0, 2)),
                },
            )

    def vectors(self, records: int) -> Iterator[NDArray[np.float32]]:
        """Vectors of the first records, a shard at a time."""
        for at in range(-(-records // SHARD)):
            shard = np.load(self._folder / f"vectors-{at:03}.npy", mmap_mode="r")
            yield shard[: records - at * SHARD]

    def questions(self) -> tuple[NDArray[np.float32], list[list[str]]]:
        """Vectors and words of the questions."""
        words = json.loads((self._folder / "questions.json").read_text())
        return np.load(self._folder / "questions.npy"), words

    def _columns(self, at: int) -> Path:
        return self._folder / f"columns-{at:03}.json"


def _words(segmenter: JiebaSegmenter, text: str) -> list[str]:
    return [token.word for token in segmenter.tokens(text)]


def _embedded(
    encoder: Encoder, centre: Centre, texts: Sequence[str], role: Role
) -> NDArray[np.float32]:
    parts = [
        centre(encoder.encode(texts[at : at + 2000], role), role)
        for at in range(0, len(texts), 2000)
    ]
    return np.concatenate(parts)
