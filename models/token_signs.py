"""Token vectors for late interaction: centred, and of each component only the sign.

Token vectors of a transformer share a large mean, which makes every cosine high; without it
cosines tell tokens apart (Mu & Viswanath 2018, "All-but-the-Top"). What is left has so many
directions that its signs serve as well (Charikar 2002, "Similarity Estimation Techniques from
Rounding Algorithms"), at a bit a component; PCA to as few bits was far worse (docs/models.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix, Role
from models.errors import ModelFormatError

ROLES: tuple[Role, Role] = ("query", "passage")


@dataclass(frozen=True, slots=True)
class TokenSigns:
    """Turns token vectors into signs around the mean of their role.

    Attributes:
        means: role -> float32[hidden], the mean token vector of usual texts in that role.
    """

    means: Mapping[Role, NDArray[np.float32]]

    @property
    def dim(self) -> int:
        """Width of a vector; it stays what it was."""
        return len(self.means["query"])

    def apply(self, vectors: FloatMatrix, role: Role) -> FloatMatrix:
        """Turn float32[t, hidden] into unit rows of +-1 / sqrt(hidden)."""
        step = np.float32(1.0 / np.sqrt(self.dim))
        return np.where(vectors > self.means[role], step, -step)

    def save(self, path: Path) -> None:
        """Write the means as float16 arrays of an .npz file."""
        query, passage = (self.means[role].astype(np.float16) for role in ROLES)
        np.savez_compressed(path, query=query, passage=passage)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            ModelFormatError: the file holds no such means.
        """
        try:
            with np.load(path) as arrays:
                means = {role: arrays[role].astype(np.float32) for role in ROLES}
        except (OSError, KeyError, ValueError, EOFError) as error:
            raise ModelFormatError(path, f"读不出词元均值（{error}）") from error
        shapes = {mean.shape for mean in means.values()}
        if len(shapes) != 1 or means["query"].ndim != 1:
            raise ModelFormatError(path, f"形状不符：{sorted(shapes)}")
        return cls(means)


def unit_rows(vectors: FloatMatrix) -> FloatMatrix:
    """Scale each row of float32[n, d] to length 1; a zero row stays zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    units: FloatMatrix = np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0)
    return units
