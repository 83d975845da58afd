"""What is read from a text, and what a comparison of two such readings says."""

from dataclasses import dataclass
from typing import Literal

Comparator = Literal[">=", "<=", ">", "<", "=", "~", "range", "pm"]
"""`=` a plain value, `~` about, `range` from low to high, `pm` a tolerance."""

Change = Literal["", "up", "down"]

Relation = Literal["met", "short", "against", "unrelated"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A quantity with a number, as one clause of a text states it.

    Attributes:
        quantity: the name as written (耐温); empty where the text gives none.
        comparator: how the value bounds the quantity.
        low: lowest value, in `unit`. A single value has low == high, whatever the comparator; 5±0.2
            has 4.8 and 5.2, ±b alone has -b and b. None for a vague number (几个数量级).
        high: highest value, as `low`.
        unit: as written, without blanks; 万 and the like belong to it (万吨/年); empty for none.
        span: offsets of the clause, with the quantity's name and the comparator.
        value_span: offsets of number and unit.
        change: empty for a level (提高到98%), else the direction of a change (提高20%), whose size
            low and high are.
    """

    quantity: str
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str
    span: tuple[int, int]
    value_span: tuple[int, int]
    change: Change = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How an offered value stands to a required one.

    Attributes:
        relation: `met` the whole offer satisfies the requirement, `short` it misses by little,
            `against` by more, `unrelated` the two do not speak of the same quantity.
        ratio: share of the requirement that is reached, 1 or more when met; None where no such
            share can be given.
    """

    relation: Relation
    ratio: float | None = None
