"""How an IVF index is made for so many vectors."""

import math
from dataclasses import dataclass, fields
from typing import Self

EXACT_UP_TO = 50_000
"""Vectors up to which every one is compared: about 5 ms a query at 256 components."""
RECALL = 0.97
"""Share of the ten nearest that as many lists as needed are probed for."""

CODES = 16
"""Values of a code of four bits; as many vectors are needed to learn them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IvfSettings:
    """What is not measured while training.

    Attributes:
        exact_up_to: vectors up to which no lists are made; see `unlisted`.
        lists: number of lists; 0 derives it from the number of vectors.
        recall: of the ten nearest, what the number of probed lists is chosen for.
        factor: candidates a hit that are scored again with the whole vectors.
        scan_share: share of rows up to which those that pass a filter are scored one by one.
        full_share: share of rows that pass a filter, up to which all lists are probed.
    """

    exact_up_to: int = EXACT_UP_TO
    lists: int = 0
    recall: float = RECALL
    factor: int = 2
    scan_share: float = 0.01
    full_share: float = 0.1

    @property
    def unlisted(self) -> int:
        """Vectors up to which no lists are made: `exact_up_to`, or what codes are learnt from."""
        return max(self.exact_up_to, CODES)

    def lists_for(self, count: int) -> int:
        """Number of lists: the power of two next to 2 * sqrt(n); more gained nothing."""
        wanted = self.lists or 1 << round(math.log2(2 * math.sqrt(max(count, 1))))
        return max(1, min(wanted, count))

    @classmethod
    def named(cls, text: str) -> Self:
        """Read settings of the form `lists=4096,recall=0.99`.

        Raises:
            ValueError: one is not known, or its value is no number of its kind.
        """
        kinds = {
            field.name: int if isinstance(field.default, int) else float for field in fields(cls)
        }
        given: dict[str, float] = {}
        for pair in filter(None, text.split(",")):
            name, _, value = pair.partition("=")
            if name not in kinds:
                raise ValueError(name)
            given[name] = kinds[name](value)
        return cls(**given)  # type: ignore[arg-type]
