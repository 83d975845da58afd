"""Ranked lists, facet counts and records as one caller may see them.

The pages and the API ask here. What a caller may not see is taken away before anything is searched
or counted. All functions compute or read the database: a route hands them to `Workplace.compute`
or runs on a thread.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from indexing.filters import Filter
from matcher.documents import side_of
from matcher.pipeline import Matcher
from matcher.query_filters import parse_filter
from matcher.types import MatchList, Need, Record, Requirement, Side
from service.access.caller import Caller
from service.access.sight import hidden_ids
from service.web.workplace import Workplace
from service.workbench.corrections import corrected_for
from service.workbench.seen import visible_record

__all__ = ["FACETS", "HURRIED", "OTHER", "facets", "ranked", "read_filters", "visible_record"]

HURRIED = "hurried"
"""Note of a list: too many waited, so the best pairs were neither compared nor read."""

OTHER: dict[Side, Side] = {"need": "achievement", "achievement": "need"}
FACETS: dict[Side, tuple[str, ...]] = {
    "achievement": ("industry_section", "province", "readiness", "modes", "owner_kind"),
    "need": ("industry_section", "province", "modes"),
}
"""Columns that a list of this side can be narrowed by, with counts."""


def ranked(
    place: Workplace,
    caller: Caller,
    asking: Record,
    k: int = 10,
    filters: Sequence[str] = (),
    requirements: Sequence[Requirement] | None = None,
    without: Collection[str] = (),
    hurried: bool = False,
) -> MatchList:
    """Rank the other side for a record, or for a text that was just written.

    Requirements that people corrected count, in both directions (`service.workbench.corrections`).

    Args:
        place: the running server.
        caller: who asks.
        asking: the record that asks; the caller must be allowed to see it.
        k: how many.
        filters: as people write them, `trl>=6` (`matcher.query_filters`).
        requirements: what an asking need asks for, where a person has just stated it
            (`corrections.stated_requirements`).
        without: ids of records that are to be passed over.
        hurried: search only, without comparing and reading, which take a second; the list is noted
            `HURRIED`.

    Raises:
        NotReadyError: there is no index yet.
        FilterSyntaxError: a filter cannot be read.
    """
    direction = OTHER[side_of(asking)]
    matcher = place.matcher.first_look if hurried else place.matcher
    parsed = read_filters(filters, direction)
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, direction, caller)
    corrected = corrected_for(place, caller)
    if requirements is not None and isinstance(asking, Need):
        stated = tuple(requirements)
        corrected = lambda _need: stated  # noqa: E731 - shorter than a def for a constant
    answer = matcher.match(
        asking, k=k, filters=parsed, hidden={*hidden, *without}, requirements=corrected
    )
    listed = _discreet(matcher, answer, caller)
    return replace(listed, notes=(*listed.notes, HURRIED)) if hurried else listed


def _discreet(matcher: Matcher, answer: MatchList, caller: Caller) -> MatchList:
    """Name a list by the models and by what it shows, and leave its timings to admins.

    A matcher names a list by the index's revision and size, which change with records that the
    caller may not see; and how long a search takes tells how many rows were taken away.
    """
    shown = "|".join(repr(one.record) for one in answer.matches)
    fingerprint = matcher.fingerprint(answer.direction, searched=shown, notes=answer.notes)
    timings = answer.timings_ms if caller.is_admin else {}
    return replace(answer, fingerprint=fingerprint, timings_ms=timings)


def facets(
    place: Workplace, caller: Caller, side: Side, filters: Sequence[str] = ()
) -> dict[str, dict[str, int]]:
    """Count, for each facet of a side, the visible records that pass all filters, by value."""
    bundle = place.matcher.sides[side].bundle
    with place.store.reading() as connection:
        hidden = hidden_ids(connection, side, caller)
    allowed = bundle.mask(read_filters(filters, side), hidden)
    return {
        name: {str(value): count for value, count in bundle.counts(name, allowed).items()}
        for name in FACETS[side]
    }


def read_filters(filters: Sequence[str], side: Side) -> list[Filter]:
    """Read filters as people write them. Raises FilterSyntaxError."""
    return [parse_filter(text, side) for text in filters]
