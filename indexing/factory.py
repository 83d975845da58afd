"""Which vector index serves which size."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from indexing.base import VectorIndex
from indexing.errors import UnknownKindError
from indexing.exact import ExactIndex
from indexing.faiss_index import FaissIndex
from indexing.ivf_index import IvfIndex, IvfKind
from indexing.ivf_settings import IvfSettings


class IndexKind(Protocol):
    """A class of vector indexes."""

    def __call__(self, dim: int) -> VectorIndex:
        """Make an empty index."""

    def load(self, folder: Path) -> VectorIndex:
        """Read a saved index."""


KINDS: Mapping[str, type[ExactIndex | FaissIndex | IvfIndex]] = {
    "exact": ExactIndex,
    "flat": FaissIndex,
    "ivf": IvfIndex,
}
"""A new index is one line here; the contract suite of the tests picks it up."""

_OFFERED: dict[str, IndexKind] = {}

_BY_SIZE: tuple[tuple[float, str], ...] = ((float("inf"), "ivf"),)
"""(largest size, kind), ascending: the first that a size fits into."""


def kind_for(size: int) -> str:
    """Name the kind that serves an index of so many vectors best."""
    return next(kind for largest, kind in _BY_SIZE if size <= largest)


def offer(name: str, kind: IndexKind) -> None:
    """Add a kind that needs to be told where it is, as a server; the composition root does."""
    _OFFERED[name] = kind


def vector_index(dim: int, size: int = 0, kind: str = "auto") -> VectorIndex:
    """Make an empty vector index.

    Args:
        dim: Width of a vector.
        size: About how many vectors it will hold; decides when the kind is `auto`.
        kind: `auto`, a name of `KINDS`, or `ivf:` and settings, as `ivf:lists=4096,recall=0.99`.

    Raises:
        UnknownKindError: there is no such kind.
    """
    return _class_of(kind_for(size) if kind == "auto" else kind)(dim)


def load_vector_index(folder: Path, kind: str) -> VectorIndex:
    """Read a saved vector index of a kind. Raises UnknownKindError, CorruptIndexError."""
    return _class_of(kind).load(folder)


def _class_of(kind: str) -> IndexKind:
    name, _, settings = kind.partition(":")
    try:
        if name == "ivf" and settings:
            return IvfKind(IvfSettings.named(settings))
        return _OFFERED[kind] if kind in _OFFERED else KINDS[kind]
    except (KeyError, ValueError) as error:
        raise UnknownKindError(kind, ("auto", *KINDS)) from error
