"""A linear model on standardised features, as it is stored with the weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Logits that are linear in standardised features; a subclass says which, and of what.

    Attributes:
        weights: float64[rows, features], on standardised features.
        bias: float64[rows].
        mean, scale: float64[features], of the pairs that it was fitted to.
    """

    NAMES: ClassVar[Sequence[str]] = ()
    ROWS: ClassVar[int] = 1

    weights: Floats
    bias: Floats
    mean: Floats
    scale: Floats

    def standard(self, features: Floats) -> Floats:
        """Standardise features float64[n, features]."""
        return (features - self.mean) / self.scale

    def logits(self, standard: Floats) -> Floats:
        """Logits float64[n, rows] of standardised features."""
        return standard @ self.weights.T + self.bias

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {name: getattr(self, name).tolist() for name in LinearModel.__slots__}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote.

        Raises:
            ValueError: it was fitted to other features.
        """
        read = cls(*(np.array(stored[name], dtype=np.float64) for name in LinearModel.__slots__))
        width = len(cls.NAMES)
        shapes = read.weights.shape, read.bias.shape, read.mean.shape, read.scale.shape
        if shapes != ((cls.ROWS, width), (cls.ROWS,), (width,), (width,)):
            raise ValueError(f"{cls.__name__}: {shapes}")
        return read
