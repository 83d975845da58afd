"""技术供给清单: a plan file of an industry chain, and the list that it asks for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Annotated

from pydantic import Field

from matcher.roadshow.chain import Chain, Link, as_need
from matcher.roadshow.pool import Entrant, PairFit
from matcher.roadshow.supply import READY, SupplyList, supply_list
from matcher.types import Achievement, Need
from service.present import name_of
from service.roadshow.as_roadshow import as_roadshow
from service.roadshow.fits import Progress, fits_of, no_progress
from service.roadshow.groups import Grain, groups_of
from service.roadshow.plan_checks import Known, contradictions, unknown_ids
from service.roadshow.plan_shapes import (
    AudienceSection,
    CandidatesSection,
    Filters,
    Id,
    Ids,
    Section,
    Text,
)
from service.roadshow.scope import Scope
from service.roadshow.sections import Draft, read_sections
from service.roadshow.sources import audience, candidates
from service.roadshow.toml_lines import Path


class SupplySection(Section):
    """The chain as a whole."""

    title: Text = "技术供给清单"
    ready: Annotated[int, Field(ge=1, le=9)] = READY


class LinkSection(Section):
    """A link of the chain, asked as an enterprise would ask."""

    id: Id
    name: Text
    keywords: Filters = Field(default_factory=list)
    text: Annotated[str, Field(max_length=20_000)] = ""
    after: Ids = Field(default_factory=list)


@dataclass(frozen=True)
class Supplied:
    """A list with the records, and the fits, that it was made of."""

    draft: Draft
    found: SupplyList
    achievements: Mapping[str, Achievement]
    needs: Mapping[str, Need]
    fits: Sequence[PairFit]


def read_supply(content: bytes, name: str, known: Known | None = None) -> Draft:
    """Read the plan of a supply list.

    Raises:
        PlanFileError: with every mistake that can be seen.
    """
    tables: dict[str, type[Section]] = {
        "supply": SupplySection,
        "candidates": CandidatesSection,
        "audience": AudienceSection,
    }
    draft = read_sections(content, name, tables, {"link": LinkSection}, "link")
    draft.mistakes.extend(contradictions(draft.toml.lines, draft.sections))
    draft.tell(_links(draft))
    if known:
        draft.mistakes.extend(unknown_ids(draft.toml.lines, draft.sections, known))
    draft.refuse()
    return draft


def _links(draft: Draft) -> Iterator[tuple[Path, str]]:
    links = [*enumerate(draft.sections.get("link") or ())]
    ids = [one.id for _, one in links if one]
    for number, one in links:
        if one is None:
            continue
        if ids.count(one.id) > 1:
            yield ("link", number, "id"), f"环节“{one.id}”写了不止一次，请改成不同的编号。"
        for at, other in enumerate(one.after):
            if other not in ids:
                yield ("link", number, "after", at), f"上游“{other}”不在这份计划的环节里。"
    try:
        TopologicalSorter({one.id: one.after for _, one in links if one}).prepare()
    except CycleError as problem:
        ring = " → ".join(problem.args[1])
        yield ("link",), f"上下游绕成了圈：{ring}，请去掉其中一处 after。"


def make_supply(scope: Scope, draft: Draft, progress: Progress = no_progress) -> Supplied:
    """Grade every link of the chain.

    Raises:
        PlanFileError: the plan does not suit the records.
    """
    asked = draft.sections.get("supply") or SupplySection()
    written = as_roadshow(draft, asked.title)
    offered, posted = candidates(scope, written), audience(scope, written)
    read, compare = written.audience.read, written.audience.compare
    links = [as_need(one) for one in _chain(draft).ordered()]
    fits = fits_of(scope, offered, links, compare, read, progress)
    return listed(draft, offered, posted, fits)


def listed(
    draft: Draft,
    offered: Sequence[Achievement],
    posted: Sequence[Need],
    fits: Sequence[PairFit],
) -> Supplied:
    """Make the list of fits of achievements with the links of a chain."""
    asked = draft.sections.get("supply") or SupplySection()
    of_link: defaultdict[str, list[PairFit]] = defaultdict(list)
    for one in fits:
        of_link[one.guest].append(one)
    found = supply_list(
        _chain(draft),
        [_entrant(one) for one in offered],
        lambda link: of_link[link.id],
        needs=posted,
        ready=asked.ready,
    )
    achievements = {one.id: one for one in offered}
    return Supplied(draft, found, achievements, {one.id: one for one in posted}, fits)


def _chain(draft: Draft) -> Chain:
    asked = draft.sections.get("supply") or SupplySection()
    links = tuple(
        Link(
            id=one.id,
            name=one.name,
            keywords=tuple(one.keywords),
            text=one.text,
            after=tuple(one.after),
        )
        for one in draft.sections["link"]
    )
    return Chain(title=asked.title, links=links)


def _entrant(record: Achievement) -> Entrant:
    return Entrant(
        id=record.id,
        title=name_of(record),
        groups=groups_of(record, first_time=False, grain=Grain()),
    )
