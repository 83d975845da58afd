"""Technical indicators: numbers with units and comparators, read from texts and compared.

Knows texts and numbers only: nothing of needs and achievements.
"""

from matcher.quantities.asked import asked_number
from matcher.quantities.compare import compare
from matcher.quantities.find import find_indicators
from matcher.quantities.likeness import same_quantity
from matcher.quantities.types import Change, Comparator, Comparison, Indicator, Relation
from matcher.quantities.units import magnitude

__all__ = [
    "Change",
    "Comparator",
    "Comparison",
    "Indicator",
    "Relation",
    "asked_number",
    "compare",
    "find_indicators",
    "magnitude",
    "same_quantity",
]
