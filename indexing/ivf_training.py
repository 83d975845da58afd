"""Makes inverted lists for the vectors of a store, and measures how they must be searched."""

from typing import Any

import faiss
import numpy as np

from indexing.base import Mask, Rows, Scores, Vectors
from indexing.ivf_lists import Lists
from indexing.ivf_settings import IvfSettings
from indexing.vector_store import Places, VectorStore

_faiss: Any = faiss
SAMPLE = 40
"""Vectors a list that the centroids are found with; FAISS warns below 39."""
LEAST = 1 << 14
"""Vectors that the quantiser is trained on at least."""
BITS = 4
ROUNDS = 8
"""Rounds of k-means; the last of FAISS's usual ten gain nothing."""
QUESTIONS = 256
"""Stored vectors that the lists are tried on."""
FIRST, DEEP = 10, 100
"""Of the nearest: those that people read, and those that a list is made from."""
SPARES = (64, 128, 256, 512, 1024)
"""How many rows may be fetched beyond what is asked for, least first."""
ROUNDING = 1e-6
CHUNK = 1 << 15


def trained(store: VectorStore, settings: IvfSettings) -> Lists:
    """Make lists of all vectors that count; the same vectors give the same lists."""
    places = np.flatnonzero(store.alive)
    count = settings.lists_for(len(places))
    parts = store.dim // 2 if store.dim % 2 == 0 else store.dim
    index = _faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(store.dim), store.dim, count, parts, BITS, faiss.METRIC_INNER_PRODUCT
    )
    index.by_residual = False  # with residuals a query costs more and finds no more
    index.cp.spherical, index.cp.niter = True, ROUNDS
    index.pq.cp.min_points_per_centroid = 1
    index.cp.min_points_per_centroid, index.cp.max_points_per_centroid = 1, SAMPLE
    chance = np.random.default_rng(len(places))
    index.train(store.at(_sampled(places, max(SAMPLE * count, LEAST), chance)))
    lists = Lists(index, nprobe=count, spare=0, trained_on=len(places))
    fill(lists, store, store.alive)
    measure(lists, store, _sampled(places, QUESTIONS, chance), settings)
    return lists


def fill(lists: Lists, store: VectorStore, wanted: Mask) -> None:
    """Put the vectors of the wanted places into the lists."""
    for at, vectors in store.runs(0, CHUNK):
        taken = wanted[at : at + len(vectors)]
        if taken.any():
            lists.add(store.rows[at : at + len(vectors)][taken], vectors[taken])


def _sampled(places: Places, size: int, chance: np.random.Generator) -> Places:
    if len(places) <= size:
        return places
    return np.sort(chance.choice(places, size, replace=False))


def measure(lists: Lists, store: VectorStore, asked: Places, settings: IvfSettings) -> None:
    """Set how many rows are fetched and how many lists are probed.

    Both are the least that find the wanted share of the nearest of stored vectors. First what
    rough scores cost, which no probing heals: ten are fetched with fewer beside them, a hundred
    lie closer together. Then what the lists do: the farther, the more lists a neighbour may be in.

    Args:
        lists: are set.
        store: has the vectors.
        asked: places of the vectors that are asked for.
        settings: say what is wanted.
    """
    queries, own = store.at(asked), store.rows[asked]
    nearest = _nearest_scores(store, queries, asked)

    def recall(depth: int, spare: int, nprobe: int) -> float:
        lists.spare, lists.nprobe = spare, nprobe
        fetch = min(settings.factor * depth + spare, len(lists))
        depth = min(depth, nearest.shape[1])
        return _recall(lists, store, queries, own, nearest[:, depth - 1], depth, fetch)

    rough = (1 + settings.recall) / 2
    spare = next(
        (one for one in SPARES if all(recall(k, one, lists.count) >= rough for k in (FIRST, DEEP))),
        SPARES[-1],
    )
    next((one for one in _grid(lists.count) if recall(DEEP, spare, one) >= settings.recall), None)


def _nearest_scores(store: VectorStore, queries: Vectors, asked: Places) -> Scores:
    """float32[q, n]: exact scores of each query's hundred best, best first; itself left out."""
    best = np.full((len(queries), DEEP), -np.inf, dtype=np.float32)
    for at, vectors in store.runs(0, CHUNK):
        scores = queries @ vectors.T
        scores[:, ~store.alive[at : at + len(vectors)]] = -np.inf
        inside = (asked >= at) & (asked < at + len(vectors))
        scores[np.flatnonzero(inside), asked[inside] - at] = -np.inf
        both = np.concatenate([best, scores], axis=1)
        best = -np.partition(-both, DEEP - 1, axis=1)[:, :DEEP]
    others = int(np.count_nonzero(store.alive)) - 1
    return -np.sort(-best, axis=1)[:, :others]


def _recall(
    lists: Lists,
    store: VectorStore,
    queries: Vectors,
    own: Rows,
    least: Scores,
    depth: int,
    fetch: int,
) -> float:
    """Share of the nearest, of which `least` is the last's score, that are found; ties count."""
    found = 0
    for query, row, score in zip(queries, own, least, strict=True):
        rows = lists.search(query, fetch, lists.nprobe)
        scores = store.get(rows[rows != row]) @ query
        found += min(depth, int(np.count_nonzero(scores >= score - ROUNDING)))
    return found / (depth * len(queries))


def _grid(count: int) -> list[int]:
    """Numbers of lists worth trying: 1, 2, 3, 4, 6, 8, 12, … and all."""
    steps = [1, *(step << power for power in range(20) for step in (2, 3))]
    return [*sorted(step for step in steps if step < count), count]
