"""What a list may be narrowed down by. A record without a value passes no filter on the field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Scalar = str | float | date
"""A text, a number, or a date (also as ISO text `2026-01-31`)."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The field has this value; a list has it among its values."""

    field: str
    value: Scalar


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The field has one of these values; a list has at least one of them."""

    field: str
    values: Sequence[Scalar]


@dataclass(frozen=True, slots=True)
class InRange:
    """A number or date lies between two bounds, both included; None leaves a side open."""

    field: str
    low: Scalar | None = None
    high: Scalar | None = None


@dataclass(frozen=True, slots=True)
class StartsWith:
    """A text begins with this; of a list, at least one value does."""

    field: str
    value: str


Filter = Equals | AnyOf | InRange | StartsWith
