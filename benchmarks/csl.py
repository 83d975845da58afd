"""CSL: the title of a scientific paper must find its abstract among 17,667.

Some 2,000 abstracts listed without a title are copies of titled ones, nearly all with the title
glued on; they are in the index, but are passed over in the lists that are measured.

Imported and indexed through the command line. DUIJIE_BENCH_HOME keeps the indexes for a next run
(encoding the abstracts with the transformer takes 20 CPU-minutes).
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.measuring import data_folder, duijie, table, write_lines
from benchmarks.prepare_static import copies_of
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.pipeline import Matcher
from matcher.types import Need
from models.registry import shipped_names
from service.bootstrap import make_matcher, open_store
from service.settings import load_settings

TITLES = 1_500
"""Titles asked, drawn once: all 5,494 would take an hour on two busy cores."""
DEEP = 15
"""Rows fetched, so that ten remain without the copies."""
RERANKED = 150
"""Of these the ones for the reranked list, which costs most."""


def main() -> None:
    """Measure R@1 and MRR@10 of the parts and of the lists."""
    data = data_folder()
    if data is None:
        return
    rows: dict[str, dict[str, str]] = {}
    with _home() as home:
        records, copies = _records(data / "csl" / "csl_abstracts.jsonl", home)
        for name in shipped_names():
            folder = home / name
            os.environ["DUIJIE_ENCODER"] = name
            for kind in ("needs", "achievements"):
                duijie("import", kind, str(home / f"{kind}.jsonl"), home=folder)
            settings = load_settings(home=folder)
            with open_store(settings) as store:
                matcher = make_matcher(settings, store)
                for part, ranks in _ranks(matcher, records, copies, name).items():
                    rows[part] = _cells(ranks)
    os.environ.pop("DUIJIE_ENCODER")
    table("CSL title → abstract", rows)


@contextmanager
def _home() -> Iterator[Path]:
    kept = os.environ.get("DUIJIE_BENCH_HOME")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
    else:
        with TemporaryDirectory() as folder:
            yield Path(folder)


def _records(source: Path, home: Path) -> tuple[list[tuple[str, str]], set[str]]:
    """Write the files to import; return (title, id of its abstract) pairs, and ids of copies."""
    with source.open(encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    write_lines(
        home / "achievements.jsonl",
        ({"id": f"C{at:05}", "text": one["abstract"]} for at, one in enumerate(read)),
    )
    titled = [(one["title"], f"C{at:05}") for at, one in enumerate(read) if one.get("title")]
    write_lines(home / "needs.jsonl", ({"id": f"T{id_[1:]}", "title": t} for t, id_ in titled))
    untitled = [
        (f"C{at:05}", one["abstract"]) for at, one in enumerate(read) if not one.get("title")
    ]
    originals = [one["abstract"] for one in read if one.get("title")]
    found = copies_of(originals, [text for _, text in untitled])
    asked = random.Random(0).sample(titled, TITLES)
    return asked, {untitled[at][0] for at in found}


def _ranks(
    matcher: Matcher, records: list[tuple[str, str]], copies: set[str], name: str
) -> dict[str, list[float]]:
    """Reciprocal ranks, 0 beyond the tenth place."""
    bundle = matcher.sides["achievement"].bundle
    close = Matcher(
        matcher.sides, matcher.embedder, matcher.segmenter, matcher.weights, MatchConfig()
    )
    fast = Matcher(
        matcher.sides,
        matcher.embedder,
        matcher.segmenter,
        matcher.weights,
        replace(MatchConfig(), rerank=0),
    )
    found: dict[str, list[float]] = {}

    def note(part: str, ids: list[str], wanted: str) -> None:
        ids = [id_ for id_ in ids if id_ not in copies][:10]
        rank = 1.0 / (ids.index(wanted) + 1) if wanted in ids else 0.0
        found.setdefault(part, []).append(rank)

    def listed(answer: Any) -> list[str]:
        return [one.record.id for one in answer.matches]

    for at, (title, wanted) in enumerate(records):
        need = Need(id="", title=title)
        read = Document.of(need, matcher.segmenter)
        vector = matcher.embedder.vectors([read])[0]
        note("BM25", bundle.ids(bundle.lexical_search(read.words, DEEP).rows), wanted)
        note(f"dense, {name}", bundle.ids(bundle.dense(vector, DEEP).rows), wanted)
        note(f"**fused, {name}**", listed(fast.match(need, k=DEEP)), wanted)
        if at % (len(records) // RERANKED) == 0:
            note(
                f"fused, {name}, the same {RERANKED} titles",
                listed(fast.match(need, k=DEEP)),
                wanted,
            )
            note(f"reranked, {name}, {RERANKED} titles", listed(close.match(need, k=DEEP)), wanted)
    return found


def _cells(ranks: list[float]) -> dict[str, str]:
    values = np.array(ranks)
    return {
        "titles": f"{len(values):,}",
        "R@1": f"{(values == 1).mean():.4f}",
        "MRR@10": f"{values.mean():.4f}",
    }
