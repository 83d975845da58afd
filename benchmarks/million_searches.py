"""How well and how quickly a large bundle answers, filtered or not, beside the bare engines."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import faiss
import numpy as np
from numpy.typing import NDArray

from benchmarks.million_records import Shards
from indexing.base import Mask, Vectors
from indexing.bundle import Bundle
from indexing.filters import Equals, Filter, InRange
from indexing.ivf_index import IvfIndex
from matcher.config import MatchConfig
from matcher.documents import Document
from matcher.retrieve import retrieve

_faiss: Any = faiss
DEPTH = 100
NEAREST = 10
TIMED = 100
WARM = 10
FILTERS: dict[str, list[Filter]] = {
    "all": [],
    "50 %": [InRange("share", None, 0.5)],
    "20 %": [InRange("share", None, 0.2)],
    "10 %": [InRange("share", None, 0.1)],
    "1 %": [InRange("share", None, 0.01)],
    "0.1 %": [InRange("share", None, 0.001)],
    "cs.CV": [Equals("discipline", "cs.CV")],
    "cs.RO": [Equals("discipline", "cs.RO")],
}
"""The last two go with what a text is about."""


def measure_searches(root: Path, shards: Shards, records: int) -> dict[str, float]:
    """Recall of the dense stage against exact search, and CPU milliseconds of each stage."""
    bundle = Bundle.open(root)
    vectors, words = shards.questions()
    masks = {name: bundle.mask(filters) for name, filters in FILTERS.items()}
    nearest = _nearest(bundle, vectors, shards, records, masks)
    found: dict[str, float] = {}
    for name, mask in masks.items():
        found[f"{name}: recall@10"] = _recall(bundle, vectors, mask, nearest[name])
        found |= _times(bundle, vectors, words, name, mask)
    return found | _beside_bare(bundle, vectors, words)


def _nearest(
    bundle: Bundle,
    vectors: Vectors,
    shards: Shards,
    records: int,
    masks: dict[str, Mask | None],
) -> dict[str, Vectors]:
    """float32[q] of each filter: the exact score of each question's tenth answer."""
    best = {name: np.full((len(vectors), NEAREST), -2.0, dtype=np.float32) for name in masks}
    at = 0
    for shard in shards.vectors(records):
        rows = bundle.rows([f"CN{number:09}" for number in range(at, at + len(shard))])
        scores = vectors @ shard.T
        for name, mask in masks.items():
            own = scores if mask is None else np.where(mask[rows], scores, -2.0)
            both = np.concatenate([best[name], own], axis=1)
            best[name] = -np.partition(-both, NEAREST - 1, axis=1)[:, :NEAREST]
        at += len(shard)
    return {name: scores.min(axis=1) for name, scores in best.items()}


def _recall(bundle: Bundle, vectors: Vectors, mask: Mask | None, tenth: Vectors) -> float:
    found = [bundle.dense(vector, NEAREST, mask).scores for vector in vectors]
    hits = [np.count_nonzero(s >= least - 1e-5) for s, least in zip(found, tenth, strict=True)]
    return float(np.mean(hits)) / NEAREST


def _times(
    bundle: Bundle,
    vectors: Vectors,
    words: Sequence[Sequence[str]],
    name: str,
    mask: Mask | None,
) -> dict[str, float]:
    filters = FILTERS[name]
    stages: dict[str, Callable[[int], Any]] = {
        "mask": lambda _: bundle.mask(filters),
        "dense": lambda at: bundle.dense(vectors[at], DEPTH, mask),
        "lexical": lambda at: bundle.lexical_search(words[at], DEPTH, mask),
        "retrieval": lambda at: _retrieve(bundle, vectors[at], words[at], mask),
    }
    found = {}
    for stage, act in stages.items():
        if stage == "mask" and not filters:
            continue
        taken = _taken(act, TIMED)
        for percent in (50, 95):
            found[f"{name}: {stage} p{percent} ms"] = float(np.percentile(taken, percent))
    return found


def _retrieve(bundle: Bundle, vector: Vectors, words: Sequence[str], mask: Mask | None) -> None:
    document = cast(Document, SimpleNamespace(words=words))
    retrieve(document, vector, bundle, MatchConfig(), mask)


def _taken(act: Callable[[int], Any], count: int) -> NDArray[np.float64]:
    """CPU milliseconds of each call, after some that warm up."""
    taken = []
    for at in [*range(WARM), *range(count)]:
        begun = time.thread_time()
        act(at)
        taken.append((time.thread_time() - begun) * 1e3)
    return np.array(taken[WARM:])


def _beside_bare(
    bundle: Bundle, vectors: Vectors, words: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Retrieval beside what the two engines take for the same, asked without anything of ours."""
    index = cast(IvfIndex, bundle._parts.vectors)
    lexical = bundle._parts.lexical
    lists = index._lists
    if lists is not None:
        fetch = index.settings.factor * DEPTH + lists.spare
        parameters: Any = _faiss.SearchParametersIVF(nprobe=lists.nprobe)
        engine: Any = lists._index
    else:
        fetch, parameters = DEPTH, None
        engine = faiss.IndexFlatIP(index.dim)
        engine.add(index._store.get(index._store.present.all()))
    queries: list[Any] = [lexical._query(some) for some in words]
    faiss.omp_set_num_threads(1)
    dense = _taken(lambda at: engine.search(vectors[at : at + 1], fetch, params=parameters), TIMED)
    bare = _taken(lambda at: lexical._searcher.search(queries[at], DEPTH), TIMED)
    ours = _taken(lambda at: _retrieve(bundle, vectors[at], words[at], None), TIMED)
    return {
        "bare FAISS mean ms": float(dense.mean()),
        "bare tantivy mean ms": float(bare.mean()),
        "retrieval mean ms": float(ours.mean()),
        "retrieval / bare": float(ours.mean() / (dense.mean() + bare.mean())),
        "words a question": float(np.mean([len(some) for some in words])),
    }
