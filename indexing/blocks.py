"""Chains of blocks: what was written is never written again until enough has come after it.

A part of an index that only grows is kept as files that never change. A save adds one for what is
new and links the others. So that there are few, a save writes those at the end of the chain anew,
together with what is new, while they are not much larger than it: a record is written some four
times on its way into the largest block, and a chain of a million has about ten
(O'Neil, Cheng, Gawlick & O'Neil 1996, "The log-structured merge-tree").
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

GROWTH = 8
"""A block this many times as large as what follows it is left alone."""


def first_rewritten(sizes: Sequence[int], fresh: int, live: Sequence[int] | None = None) -> int:
    """Tell from which block on a save writes anew; `len(sizes)` where it only appends.

    Args:
        sizes: places in each block that is a file.
        fresh: places that are in no file yet.
        live: places of each block that are still in use; a block with less than half is written
            anew in any case. None where all are.
    """
    start, following = len(sizes), fresh
    while start and following and sizes[start - 1] < GROWTH * following:
        start -= 1
        following += sizes[start]
    wasted = [at for at, used in enumerate(live or ()) if 2 * used < sizes[at]]
    return min([start, *wasted])


def write_blockwise(
    path: Path, parts: Iterable[NDArray[Any]], shape: tuple[int, ...], dtype: DTypeLike
) -> None:
    """Write parts one after the other as one .npy array, without holding it in memory.

    Not through a memory map: a full disk would then end the process instead of raising OSError.
    """
    kind = np.dtype(dtype)
    header = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for part in parts:
            file.write(np.ascontiguousarray(part, dtype=kind).data)
