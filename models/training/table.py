"""The starting table: a direction and a weight for each piece of the vocabulary."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.base import Encoder, FloatMatrix
from models.training.views import Ids

_CHUNK = 4096


def piece_weights(rows: Sequence[Ids], size: int, smoothing: float) -> NDArray[np.float64]:
    """Smooth inverse frequency a / (a + p) of each piece, float64[size].

    Source: Arora, Liang & Ma 2017, "A simple but tough-to-beat baseline for sentence embeddings".
    """
    counts = np.bincount(np.concatenate(rows), minlength=size) + 0.5
    weights: NDArray[np.float64] = smoothing / (smoothing + counts / counts.sum())
    return weights


def random_directions(size: int, dim: int, rng: np.random.Generator) -> FloatMatrix:
    """Nearly orthogonal unit rows, float32[size, dim]: words that share nothing."""
    return _unit_rows(rng.normal(size=(size, dim)).astype(np.float32))


def taught_directions(
    pieces: Sequence[str], teacher: Encoder, dim: int, whitening: float
) -> FloatMatrix:
    """Unit rows, float32[n, dim], from a teacher's vectors of the pieces alone.

    The vectors are centred and turned to their principal axes (model2vec does so); each axis is
    divided by its standard deviation to the power `whitening`: 0 keeps the teacher's few strong
    axes, 1 makes all axes equal, which keeps words apart that the teacher nearly confounds.

    Raises:
        ValueError: the teacher's vectors are narrower than `dim`.
    """
    if teacher.dim < dim:
        raise ValueError(f"教师模型的向量宽度 {teacher.dim} 小于要求的 {dim}：请换用更宽的教师模型")
    chunks = [
        teacher.encode(pieces[start : start + _CHUNK], "query")
        for start in range(0, len(pieces), _CHUNK)
    ]
    vectors = np.concatenate(chunks).astype(np.float64)
    vectors -= vectors.mean(axis=0)
    variances, axes = np.linalg.eigh(vectors.T @ vectors / len(vectors))
    strongest = np.argsort(-variances, kind="stable")[:dim]
    scale = np.maximum(variances[strongest], 1e-12) ** (-whitening / 2)
    return _unit_rows((vectors @ (axes[:, strongest] * scale)).astype(np.float32))


def _unit_rows(vectors: FloatMatrix) -> FloatMatrix:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    rows: FloatMatrix = vectors / np.maximum(norms, 1e-9)
    return rows
