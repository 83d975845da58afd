"""Hashes of character n-grams, for many at once, the same on every machine and in every run."""

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint32]


def mixed(values: Hashes) -> Hashes:
    """Spread values over all 32 bits: the finaliser of MurmurHash3 (Appleby 2011)."""
    values = values.astype(np.uint32, copy=True)
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def shingle_hashes(letters: str, length: int) -> Hashes:
    """Hash each run of `length` characters, uint32[n]; a shorter text is one run."""
    if not letters:
        return np.empty(0, dtype=np.uint32)
    codes = np.frombuffer(letters.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(codes) < length:
        codes = np.pad(codes, (0, length - len(codes)))
    runs = len(codes) - length + 1
    hashes = np.zeros(runs, dtype=np.uint32)
    for at in range(length):
        hashes = hashes * np.uint32(0x01000193) + codes[at : at + runs]
    return mixed(hashes)
