"""A mask that remembers which filters it was made from."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np

from indexing.base import Mask
from indexing.filters import Filter


class FilteredMask(np.ndarray[Any, np.dtype[np.bool_]]):
    """A `Mask`; every row that it lets through passes `filters`.

    It is a mask like any other wherever rows are looked at here. A server may be told the filters
    instead of a million rows. What is computed from it knows no filters, unless rows were only
    taken away in place.
    """

    filters: tuple[Filter, ...] = ()

    @classmethod
    def of(cls, mask: Mask, filters: Sequence[Filter]) -> Self:
        """Attach filters to a mask that was made from them."""
        marked = mask.view(cls)
        marked.filters = tuple(filters)
        return marked


def filters_of(mask: Mask) -> tuple[Filter, ...]:
    """Filters that every row of a mask passes; none are known of a plain one."""
    return mask.filters if isinstance(mask, FilteredMask) else ()
