"""Two sides that rank each other: a plan file of their lists, and the stable pairs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from matcher.roadshow.stable import stable
from service.roadshow.plan_shapes import Id, Ids, Section, Text
from service.roadshow.sections import Draft, read_sections
from service.roadshow.toml_lines import Path

SIDES = ("asking", "asked")


class PairsSection(Section):
    """What the two sides are called."""

    title: Text = "双向选择"
    asking: Text = "一方"
    asked: Text = "另一方"


class RankingSection(Section):
    """Somebody's list of the other side, best first; who is not listed is not wanted."""

    name: Id
    prefers: Ids
    most: Annotated[int, Field(ge=1, le=1000)] = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two who meet, and which place each has on the other's list, from 1."""

    asking: str
    asked: str
    rank_of_asked: int
    rank_of_asking: int


@dataclass(frozen=True)
class Paired:
    """Stable pairs, and who has none.

    Attributes:
        left: names by side; with nobody whom they want would wish to have them.
    """

    draft: Draft
    pairs: tuple[Pair, ...]
    left: dict[str, tuple[str, ...]]

    @property
    def section(self) -> PairsSection:
        """What the sides are called."""
        return self.draft.sections.get("pairs") or PairsSection()


def read_pairs(content: bytes, name: str) -> Draft:
    """Read the lists of both sides.

    Raises:
        PlanFileError: with every mistake that can be seen.
    """
    lists: dict[str, type[Section]] = dict.fromkeys(SIDES, RankingSection)
    draft = read_sections(content, name, {"pairs": PairsSection}, lists, "asking")
    if "asked" not in draft.toml.document:
        draft.tell([(("asked",), "没有写，请补上 [[asked]] 一节：另一方各自的排序。")])
    for side, other in (SIDES, SIDES[::-1]):
        draft.tell(_against(draft, side, other))
    draft.refuse()
    return draft


def _against(draft: Draft, side: str, other: str) -> Iterator[tuple[Path, str]]:
    own: list[Any] = draft.sections.get(side) or []
    there = {one.name for one in draft.sections.get(other) or () if one}
    names = [one.name for one in own if one]
    for number, one in enumerate(own):
        if one is None:
            continue
        if names.count(one.name) > 1:
            yield (side, number, "name"), f"“{one.name}”写了不止一次，请合并。"
        for at, wanted in enumerate(one.prefers):
            if wanted not in there:
                yield (side, number, "prefers", at), f"“{wanted}”不在 [[{other}]] 里，请核对名称。"
            if wanted in one.prefers[:at]:
                yield (side, number, "prefers", at), f"“{wanted}”写了两次，请去掉一个。"


def make_pairs(draft: Draft) -> Paired:
    """Match both sides; of the stable ways the best for those who ask."""
    lists = {side: {one.name: tuple(one.prefers) for one in draft.sections[side]} for side in SIDES}
    most = {side: {one.name: one.most for one in draft.sections[side]} for side in SIDES}
    found = stable(lists["asking"], lists["asked"], most["asking"], most["asked"])
    pairs = tuple(
        Pair(
            one,
            other,
            lists["asking"][one].index(other) + 1,
            lists["asked"][other].index(one) + 1,
        )
        for one, other in found
    )
    met = {"asking": {one.asking for one in pairs}, "asked": {one.asked for one in pairs}}
    left = {side: tuple(sorted(set(lists[side]) - met[side])) for side in SIDES}
    return Paired(draft, pairs, left)
