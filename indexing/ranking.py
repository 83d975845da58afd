"""Scores and order, the same for every index: higher is better, ties go to the lower row."""

import numpy as np

from indexing.base import Hits, Rows, Scores, Vectors
from indexing.errors import DimensionError, NotFiniteError


def no_hits() -> Hits:
    """An empty answer."""
    return Hits(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


def best(rows: Rows, scores: Scores, k: int) -> Hits:
    """The k best of rows int64[n] with scores float32[n], sorted by (-score, row)."""
    order = np.lexsort((rows, -scores))[: max(k, 0)]
    return Hits(rows[order], scores[order])


def inner_products(vectors: Vectors, query: Vectors) -> Scores:
    """float32[n]: inner product of each of vectors float32[n, dim] with a query float32[dim].

    A BLAS product rounds one vector differently in another company; this does not, so a pair
    has the same score in a single, a batched and a filtered search.
    """
    return np.asarray(np.einsum("ij,j->i", vectors, query, optimize=False), dtype=np.float32)


def as_vectors(vectors: Vectors, dim: int, what: str, count: int | None = None) -> Vectors:
    """Take vectors as a contiguous float32[n, dim].

    Raises:
        DimensionError: the shape is another.
        NotFiniteError: a value is NaN or infinite.
    """
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.ndim != 2 or array.shape[1] != dim or (count is not None and len(array) != count):
        raise DimensionError(what, ("n" if count is None else count, dim), np.shape(vectors))
    if not np.isfinite(array).all():
        raise NotFiniteError(what)
    return array


def as_query(query: Vectors, dim: int) -> Vectors:
    """Take a query as a contiguous float32[dim]; raises what `as_vectors` raises."""
    if np.ndim(query) != 1:
        raise DimensionError("查询向量", (dim,), np.shape(query))
    flat: Vectors = as_vectors(np.asarray(query)[np.newaxis], dim, "查询向量")[0]
    return flat
