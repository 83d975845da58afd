"""Garbles clean texts as the web, scanners and rewriting scripts do: `garble(text, level, rng)`.

The tables of disguises were written for this package, apart from those of the repair, so that a
measurement does not ask the repair for what it was made from.
"""

from benchmarks.corruption.cells import Cell, Garbled
from benchmarks.corruption.garble import LEVELS, Level, garble

__all__ = ["LEVELS", "Cell", "Garbled", "Level", "garble"]
