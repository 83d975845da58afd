"""What a good description names: the table `data/aspects.toml`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from matcher.types import Side


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that a description should name.

    Attributes:
        title: Its Chinese name.
        weights: Share of the score, by side; 0 where it is not asked for.
        advice: In Chinese, what to add, by side.
        fields: The record's field that says it too, by side.
        words: Finds it in a text; None for an aspect with a reader of its own.
    """

    name: str
    title: str
    weights: Mapping[Side, float]
    advice: Mapping[Side, str]
    fields: Mapping[Side, str]
    words: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Aspects:
    """The whole table.

    Attributes:
        all: In the order in which they are told.
        lengths: Characters from which on a text gets nothing, and all, by side.
        defects: Advice by defect.
    """

    all: tuple[Aspect, ...]
    lengths: Mapping[Side, tuple[int, int]]
    defects: Mapping[str, str]

    def of(self, side: Side) -> tuple[Aspect, ...]:
        """Give the aspects that a side is asked for."""
        return tuple(aspect for aspect in self.all if aspect.weights[side] > 0)


@cache
def aspects() -> Aspects:
    """Read the table."""
    written = (resources.files("matcher.quality") / "data" / "aspects.toml").read_text("utf-8")
    table = tomllib.loads(written)
    return Aspects(
        tuple(
            Aspect(
                one["name"],
                one["title"],
                one["weights"],
                one["advice"],
                one.get("field", {}),
                re.compile("|".join(one["words"])) if "words" in one else None,
            )
            for one in table["aspect"]
        ),
        {side: (low, high) for side, (low, high) in table["lengths"].items()},
        table["defects"],
    )
