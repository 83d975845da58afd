"""How much worse lists become when records are garbled, with the repair and without it.

The order is that of the first fit, dense and lexical, over all achievements or over those judged
for a need. Both sides are garbled.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np

from benchmarks.corruption import LEVELS, garble
from benchmarks.measuring import table
from indexing.bundle import Bundle
from matcher import documents
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.embed import Embedder
from matcher.evaluation.metrics import ndcg
from matcher.features import form_of, offer_of
from matcher.fuse import fuse
from matcher.indexer import create, update
from matcher.retrieve import retrieve
from matcher.text.repair import MARKS, RULES, Repaired, repair
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need
from matcher.weight_file import Weights
from service.bootstrap import load_encoder, make_embedder
from service.sample import sample_judgements
from service.settings import load_settings

SEEDS = (0, 1, 2)
PLAIN = frozenset({"characters", "spaced"})
"""What is done without the repair: width, forms, blanks inside words."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Judged records; `judged_only` says whether a need's judged achievements alone are ranked."""

    needs: Sequence[Need]
    achievements: Sequence[Achievement]
    levels: Mapping[str, Mapping[str, int]]
    judged_only: bool

    def first_needs(self, count: int) -> "Judged":
        """Keep the first so many of the judged needs, and the achievements judged for them."""
        needs = [one for one in self.needs if self.levels.get(one.id)][:count]
        levels = {one.id: self.levels[one.id] for one in needs}
        wanted = {id_ for judged in levels.values() for id_ in judged}
        kept = [one for one in self.achievements if one.id in wanted or not self.judged_only]
        return replace(self, needs=needs, achievements=kept, levels=levels)


def main(
    data: Path | None, encoder: str, levels: Sequence[int] = tuple(LEVELS), needs: int | None = None
) -> None:
    """Measure the bundled sample, and real needs (or the first of them) where there are any."""
    judgements = sample_judgements()
    sets = {
        "sample, all achievements": Judged(
            judgements.needs, judgements.achievements, judgements.levels, judged_only=False
        )
    }
    if data is not None:
        real = bdci359_set(data)
        if needs is not None:
            real = real.first_needs(needs)
        sets[f"bdci359, judged candidates of {len(real.needs)} needs"] = real
    for name, judged in sets.items():
        table(f"nDCG@10, {name}, {encoder}", measure(judged, encoder, levels))


def measure(judged: Judged, encoder: str, levels: Sequence[int]) -> dict[str, dict[str, str]]:
    """Rank clean and garbled copies."""
    weights = Weights.shipped(encoder)
    embedder = make_embedder(load_encoder(load_settings(encoder=encoder)), weights)
    clean = mean_ndcg(judged, embedder, weights)
    with reading_with(plain_repair):
        without = mean_ndcg(judged, embedder, weights)
    rows = {"clean": {"with repair": f"{clean:.4f}", "without": f"{without:.4f}"}}
    for level in levels:
        found: dict[str, list[float]] = defaultdict(list)
        for seed in SEEDS:
            garbled = garbled_copy(judged, level, seed)
            found["with repair"].append(mean_ndcg(garbled, embedder, weights))
            with reading_with(plain_repair):
                found["without"].append(mean_ndcg(garbled, embedder, weights))
        rows[f"level {level}"] = {name: _shown(values, clean) for name, values in found.items()}
    return rows


def mean_ndcg(judged: Judged, embedder: Embedder, weights: Weights) -> float:
    """nDCG@10 over the needs for which anything was judged to fit."""
    segmenter = JiebaSegmenter()
    bundle = create("achievement", embedder, segmenter)
    update(bundle, judged.achievements, [], embedder, segmenter)
    offered = {one.id: Document.of(one, segmenter) for one in judged.achievements}
    asked = [
        one for one in judged.needs if max(judged.levels.get(one.id, {}).values(), default=1) > 1
    ]
    questions = [Document.of(one, segmenter) for one in asked]
    figures = []
    for question, vector in zip(questions, embedder.vectors(questions), strict=True):
        levels = judged.levels[question.record.id]
        allowed = _mask(bundle, levels) if judged.judged_only else None
        found = retrieve(question, vector, bundle, MatchConfig(), allowed)
        ids = bundle.ids(found.rows)
        form = form_of(question)
        offers = [offer_of(form, form_of(offered[id_])) for id_ in ids]
        order = fuse(found, offers, weights.first)
        ranked = bundle.ids(np.array([one.row for one in order]))
        figures.append(ndcg([levels.get(id_, 1) for id_ in ranked], list(levels.values()), 10))
    return float(np.mean(figures))


def garbled_copy(judged: Judged, level: int, seed: int) -> Judged:
    """Garble the title and the text of every record; titles get no boilerplate."""
    rng = Random(seed * 10 + level)
    whole, title = LEVELS[level], replace(LEVELS[level], boilerplate=0.0)

    def garbled(one: Any) -> Any:
        return replace(
            one,
            title=garble(one.title, title, rng).text if one.title else "",
            text=garble(one.text, whole, rng).text if one.text else "",
        )

    needs, offered = map(garbled, judged.needs), map(garbled, judged.achievements)
    return replace(judged, needs=list(needs), achievements=list(offered))


def bdci359_set(data: Path) -> Judged:
    """Real needs and the titles of achievements."""
    csv.field_size_limit(10**9)
    needs = [
        Need(id=row["need_id"], title=row["title"], text=row["text"].replace("\\n", "\n"))
        for row in _rows(data / "bdci359" / "needs.csv")
    ]
    known = {one.id for one in needs}
    levels: dict[str, dict[str, int]] = defaultdict(dict)
    titles = {}
    for row in _rows(data / "bdci359" / "pairs.csv"):
        if row["need_id"] in known:
            levels[row["need_id"]][row["achievement_id"]] = int(row["level"])
            titles[row["achievement_id"]] = row["achievement_title_terms"]
    offered = [Achievement(id=id_, title=title) for id_, title in titles.items()]
    return Judged(needs, offered, levels, judged_only=True)


def plain_repair(text: str, without: Collection[str] = ()) -> Repaired:
    """Do what was done before there was a repair."""
    every = {rule.name for rule in (*RULES, *MARKS)}
    return repair(text, without={*without, *(every - PLAIN)})


@contextmanager
def reading_with(reads: Callable[..., Repaired]) -> Iterator[None]:
    """Let the matcher read records in another way."""
    with patch.object(documents, "repair", reads):
        yield


def _mask(bundle: Bundle, levels: Mapping[str, int]) -> np.ndarray:
    rows = bundle.rows(list(levels))
    allowed = np.zeros(len(bundle), dtype=np.bool_)
    allowed[rows] = True
    return allowed


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def _shown(values: Sequence[float], clean: float) -> str:
    mean = float(np.mean(values))
    return f"{mean:.4f} ± {np.std(values):.4f} ({mean - clean:+.4f})"
