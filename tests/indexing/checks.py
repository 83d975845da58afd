"""What every answer list must be, and builders that the tests share."""

from collections.abc import Mapping

import numpy as np

from indexing.base import Hits, Mask


def unit_vectors(count: int, dim: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def rows_of(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def assert_best(hits: Hits, scores: Mapping[int, float], k: int, allowed: Mask | None = None):
    """The hits are the k best of `scores` (row to exact score) among the allowed rows."""
    passing = {
        row: score
        for row, score in scores.items()
        if allowed is None or (row < len(allowed) and allowed[row])
    }
    best = sorted(passing.values(), reverse=True)[: max(k, 0)]
    assert hits.rows.dtype == np.int64
    assert hits.scores.dtype == np.float32
    np.testing.assert_allclose(hits.scores, best, rtol=2e-5, atol=2e-6)
    found = hits.rows.tolist()
    assert len(set(found)) == len(found)
    np.testing.assert_allclose(hits.scores, [passing[row] for row in found], rtol=2e-5, atol=2e-6)
    keys = list(zip((-hits.scores).tolist(), found, strict=True))
    assert keys == sorted(keys)


def sign_vectors(count: int, dim: int, seed: int) -> np.ndarray:
    """Unit rows whose components are all +-1 / sqrt(dim)."""
    signs = np.where(unit_vectors(count, dim, seed) > 0, 1.0, -1.0)
    return (signs / np.sqrt(dim)).astype(np.float32)
