"""The tables of words that ship with this package."""

from matcher.quantities.wording.tables import lines_of, pattern, words_of

__all__ = ["lines_of", "pattern", "words_of"]
