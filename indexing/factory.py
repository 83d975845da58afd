"""Which vector index serves which size."""

from collections.abc import Mapping
from pathlib import Path

from indexing.base import VectorIndex
from indexing.errors import UnknownKindError
from indexing.exact import ExactIndex
from indexing.faiss_index import FaissIndex

KINDS: Mapping[str, type[ExactIndex] | type[FaissIndex]] = {
    "exact": ExactIndex,
    "flat": FaissIndex,
}
"""A new index is one line here; the contract suite of the tests picks it up."""

_BY_SIZE: tuple[tuple[float, str], ...] = ((float("inf"), "flat"),)
"""(largest size, kind), ascending: the first that a size fits into."""


def kind_for(size: int) -> str:
    """Name the kind that serves an index of so many vectors best."""
    return next(kind for largest, kind in _BY_SIZE if size <= largest)


def vector_index(dim: int, size: int = 0, kind: str = "auto") -> VectorIndex:
    """Make an empty vector index.

    Args:
        dim: Width of a vector.
        size: About how many vectors it will hold; decides when the kind is `auto`.
        kind: `auto` or a name of `KINDS`.

    Raises:
        UnknownKindError: there is no such kind.
    """
    return _class_of(kind_for(size) if kind == "auto" else kind)(dim)


def load_vector_index(folder: Path, kind: str) -> VectorIndex:
    """Read a saved vector index of a kind. Raises UnknownKindError, CorruptIndexError."""
    return _class_of(kind).load(folder)


def _class_of(kind: str) -> type[ExactIndex] | type[FaissIndex]:
    try:
        return KINDS[kind]
    except KeyError as error:
        raise UnknownKindError(kind, ("auto", *KINDS)) from error
