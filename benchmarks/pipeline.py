"""What the pipeline adds to its two searches: 100,000 real documents, static encoder, no rerank.

The bare searches are FAISS's flat index and tantivy with the same vectors, words and depth, asked
directly, one thread each; all three are timed in turn in the same run. Then the stages of full,
explained lists of ten for the gold set's needs: searched, compared, and read.
"""

import json
import lzma
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import faiss
import numpy as np
import tantivy

from benchmarks.measuring import data_folder, table
from benchmarks.speed import Records
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.embed import Centre, Embedder
from matcher.gold import read_gold
from matcher.indexer import create, update
from matcher.pipeline import Matcher, SearchSide
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement, Need
from matcher.weight_file import Weights
from models.registry import FAST_ENCODER, load_encoder
from service.bootstrap import late_encoder, make_reader

DOCUMENTS, QUESTIONS = 100_000, 200


def main() -> None:
    """Measure the ratio of a warm match to the bare searches."""
    data = data_folder()
    if data is None:
        return
    texts, asked = _texts(data)
    weights = Weights.shipped(FAST_ENCODER)
    encoder = load_encoder(FAST_ENCODER)
    embedder = Embedder(encoder, late_encoder(encoder), Centre.stored(weights.centre))
    segmenter = JiebaSegmenter()
    records = [Achievement(id=f"A{at:06}", text=text) for at, text in enumerate(texts)]
    bundle = create("achievement", embedder, segmenter)
    started = process_time()
    for at in range(0, len(records), 2000):
        update(bundle, records[at : at + 2000], [], embedder, segmenter)
    print(f"indexed {len(records):,} documents in {process_time() - started:.0f} CPU-seconds")
    config = replace(MatchConfig(), rerank=0)
    side = SearchSide(bundle, Records(list(records)))
    matcher = Matcher({"achievement": side}, embedder, segmenter, weights, config)
    needs = [Need(id="", text=text) for text in asked]
    documents = [Document.of(need, segmenter) for need in needs]
    vectors = embedder.vectors(documents)
    with TemporaryDirectory() as folder:
        dense = _bare_faiss(bundle.vectors(bundle.rows([one.id for one in records])), config.depth)
        lexical = _bare_tantivy(records, segmenter, Path(folder), config.depth)
        timed: dict[str, list[tuple[float, float]]] = {"FAISS": [], "tantivy": [], "match": []}
        for at, need in enumerate(needs):
            words = documents[at].words
            _time(timed["FAISS"], lambda at=at: dense(vectors[at]))  # type: ignore[misc]
            _time(timed["tantivy"], lambda words=words: lexical(words))  # type: ignore[misc]
            _time(timed["match"], lambda need=need: matcher.match(need))  # type: ignore[misc]
    _report(timed)
    reader = make_reader(weights)
    _stages(
        lambda config: Matcher({"achievement": side}, embedder, segmenter, weights, config, reader)
    )


def _stages(make: Callable[[MatchConfig], Matcher]) -> None:
    """Median milliseconds of each stage, with and without rerank and reading, in turn."""
    needs = [one.need for one in read_gold(["dev"]).needs]
    plain = MatchConfig()
    configs = {
        "searched": replace(plain, rerank=0),
        "compared": replace(plain, read=0),
        "read": plain,
    }
    matchers = {name: make(config) for name, config in configs.items()}
    timed: dict[str, list[dict[str, float]]] = {name: [] for name in configs}
    for at, need in enumerate(needs):
        for name, matcher in matchers.items():
            took = matcher.match(need).timings_ms
            if at > 1:  # the first ones warm up
                timed[name].append(dict(took))
    stages = list(timed["read"][0])
    rows = {
        name: {
            stage: f"{np.median([one[stage] for one in some]):.1f}" if stage in some[0] else "–"
            for stage in stages
        }
        for name, some in timed.items()
    }
    table(f"median wall ms a list of 10, {len(needs)} needs", rows)


def _texts(data: Path) -> tuple[list[str], list[str]]:
    """Achievement-like texts (method and result; abstracts), and need-like ones (motivation)."""
    texts: list[str] = []
    asked: list[str] = []
    with (data / "csl" / "csl_abstracts.jsonl").open(encoding="utf-8") as lines:
        texts += [json.loads(line)["abstract"] for line in lines]
    with lzma.open(data / "arxiv_zh" / "arxiv_zh.jsonl.xz", "rt", encoding="utf-8") as packed:
        for line in packed:
            one = json.loads(line)
            text = " ".join(part for part in (one["method"], one["result"]) if part)
            if text and len(texts) < DOCUMENTS:
                texts.append(text)
            if one["motivation"] and len(asked) < QUESTIONS:
                asked.append(one["motivation"])
    return texts[:DOCUMENTS], asked


def _bare_faiss(vectors: Any, depth: int) -> Callable[[Any], Any]:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.omp_set_num_threads(1)
    return lambda vector: index.search(vector[np.newaxis], depth)


def _bare_tantivy(
    records: list[Achievement], segmenter: JiebaSegmenter, folder: Path, depth: int
) -> Callable[[list[str]], Any]:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("words", stored=False, tokenizer_name="whitespace", index_option="freq")
    schema = builder.build()
    index = tantivy.Index(schema, str(folder))
    writer = index.writer(200_000_000, 1)
    for record in records:
        words = Document.of(record, segmenter).words
        writer.add_document(tantivy.Document(words=" ".join(words)))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(words: list[str]) -> Any:
        should = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "words", word, "freq"))
            for word in words
        ]
        return searcher.search(tantivy.Query.boolean_query(should), depth)

    return search


def _time(into: list[tuple[float, float]], call: Callable[[], Any]) -> None:
    wall, cpu = perf_counter(), process_time()
    call()
    into.append(((process_time() - cpu) * 1000, (perf_counter() - wall) * 1000))


def _report(timed: dict[str, list[tuple[float, float]]]) -> None:
    rows: dict[str, dict[str, str]] = {}
    for name, pairs in timed.items():
        cpu, wall = np.array(pairs[10:]).T  # the first ones warm up
        rows[name] = {
            "median CPU ms": f"{np.median(cpu):.2f}",
            "median wall ms": f"{np.median(wall):.2f}",
        }
    bare = np.array(timed["FAISS"][10:]) + np.array(timed["tantivy"][10:])
    ratios = np.array(timed["match"][10:]) / bare
    rows["match / (FAISS + tantivy)"] = {
        "median CPU ms": f"× {np.median(ratios[:, 0]):.2f}",
        "median wall ms": f"× {np.median(ratios[:, 1]):.2f}",
    }
    table(f"{DOCUMENTS:,} documents, {QUESTIONS} questions", rows)
