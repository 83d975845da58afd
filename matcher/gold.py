"""Reads the gold set: needs with their requirements, graded achievements, verdicts with proof.

The files lie in `models/gold/`; `models/gold/README.md` says how they were made and labelled. The
parts share no need, and dev and test no industry with each other or with train and fit.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from matcher.quantities.types import Indicator
from matcher.types import Achievement, Need, Requirement, Span, Verdict

Part = Literal["train", "fit", "dev", "test"]
"""The reader learns from train; what stands on its readings is fitted to fit and dev."""
PARTS: tuple[Part, ...] = ("train", "fit", "dev", "test")


@dataclass(frozen=True, slots=True)
class GoldNeed:
    """A need of the set, with what it asks for."""

    need: Need
    part: Part
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class GoldPair:
    """A graded pair.

    Attributes:
        trap: a look-alike, written to be mistaken for a match.
        pooled: written for another need, and found among the best candidates of this one.
        verdicts: one a requirement for levels 3 and 4; for level 2 those that are met, partly met
            or contradicted; none for level 1.
    """

    need: str
    achievement: str
    level: int
    trap: bool
    verdicts: tuple[Verdict, ...]
    pooled: bool = False


@dataclass(frozen=True, slots=True)
class Gold:
    """The set, or some parts of it.

    Attributes:
        needs: those of the parts.
        achievements: always all of them.
        pairs: those of the needs.
        pool: what is searched when lists are measured: the achievements among which each need's
            best candidates were looked through, whatever the part.
    """

    needs: tuple[GoldNeed, ...]
    achievements: tuple[Achievement, ...]
    pairs: tuple[GoldPair, ...]
    pool: tuple[Achievement, ...]

    @property
    def levels(self) -> dict[str, dict[str, int]]:
        """Levels by need id and achievement id."""
        found: dict[str, dict[str, int]] = {one.need.id: {} for one in self.needs}
        for pair in self.pairs:
            found[pair.need][pair.achievement] = pair.level
        return found


def pool_of(gold: Gold, parts: Sequence[Part]) -> list[Achievement]:
    """Achievements of the whole set that were written for needs of some parts, or for none."""
    part_of = {one.need.id: one.part for one in gold.needs}
    home = {pair.achievement: part_of[pair.need] for pair in gold.pairs if not pair.pooled}
    return [one for one in gold.achievements if home.get(one.id, parts[0]) in parts]


def read_gold(parts: Sequence[Part] = PARTS) -> Gold:
    """Read the needs of some parts, their pairs, and the whole pool of achievements."""
    rows = list(_rows("achievements"))
    achievements = {row["id"]: _achievement(row) for row in rows}
    needs = tuple(_need(row) for row in _rows("needs") if row["split"] in parts)
    known = {one.need.id: one for one in needs}
    pairs = tuple(
        GoldPair(
            row["need"],
            row["achievement"],
            row["level"],
            row["trap"],
            tuple(
                _verdicts(row, known[row["need"]].requirements, achievements[row["achievement"]])
            ),
            row.get("pooled", False),
        )
        for row in _rows("qrels")
        if row["need"] in known
    )
    pool = tuple(achievements[row["id"]] for row in rows if row["pool"] == "common")
    return Gold(needs, tuple(achievements.values()), pairs, pool)


def read_marked() -> tuple[GoldNeed, ...]:
    """Read further needs that have requirements and nothing else; all for training."""
    return tuple(_need({**row, "split": "train"}) for row in _rows("marked"))


def _rows(name: str) -> Iterator[dict[str, Any]]:
    packed = (resources.files("models") / "gold" / f"{name}.jsonl").read_text(encoding="utf-8")
    return (json.loads(line) for line in packed.splitlines() if line)


def _need(row: Mapping[str, Any]) -> GoldNeed:
    need = Need(id=row["id"], title=row["title"], text=row["text"], industry=row["industry"])
    asked = tuple(
        Requirement(
            one["id"], one["kind"], Span.of(need, "text", *one["span"]), _indicator(one, need.text)
        )
        for one in row["requirements"]
    )
    return GoldNeed(need, row["split"], asked)


def _indicator(row: Mapping[str, Any], text: str) -> Indicator | None:
    stated = row.get("indicator")
    if stated is None:
        return None
    span = (row["span"][0], row["span"][1])
    return Indicator(
        quantity=stated["quantity"],
        comparator=stated["comparator"],
        low=stated["low"],
        high=stated["high"],
        unit=stated["unit"],
        span=span,
        value_span=span,
    )


def _achievement(row: Mapping[str, Any]) -> Achievement:
    return Achievement(
        id=row["id"],
        title=row["title"],
        text=row["text"],
        owner_type=row["owner_type"],
        trl=row["trl"],
    )


def _verdicts(
    row: Mapping[str, Any], requirements: Iterable[Requirement], achievement: Achievement
) -> Iterator[Verdict]:
    given = row.get("verdicts", {})
    for requirement in requirements:
        if stated := given.get(requirement.id):
            proof = stated.get("evidence")
            spans = (Span.of(achievement, proof["field"], *proof["span"]),) if proof else ()
            against = stated.get("contradicted", False)
            yield Verdict(requirement, stated["verdict"], 1.0, against, spans)
