"""Ids as an organisation's people write them: their own records without the store's beginning."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from matcher.types import Side
from service.access.ids import held_id
from service.roadshow.on_behalf import scope_for
from service.web.workplace import Workplace

_LISTS: tuple[tuple[Side, str, str], ...] = (
    ("achievement", "candidates", "ids"),
    ("achievement", "candidates", "must"),
    ("achievement", "candidates", "must_not"),
    ("need", "audience", "ids"),
)


def with_own_ids(
    place: Workplace, owner: int | None, document: Mapping[str, Any]
) -> dict[str, Any]:
    """Name records as the store does: what is no id as it stands, but is one of the owner's own.

    Args:
        place: the running server.
        owner: the organisation; None for the platform, whose ids stand as they are.
        document: of a plan; it is left as it is.
    """
    found = dict(document)
    if owner is None:
        return found
    named = {side: _named(place, owner, side, set(_ids(document, side))) for side in _SIDES}
    for side, section, key in _LISTS:
        if key in found.get(section, {}):
            given = found[section][key]
            found[section] = {**found[section], key: [named[side].get(one, one) for one in given]}
    weights = found.get("audience", {}).get("weights", {})
    if weights:
        own = {named["need"].get(id_, id_): weight for id_, weight in weights.items()}
        found["audience"] = {**found["audience"], "weights": own}
    if found.get("conflict"):
        found["conflict"] = [
            {**one, "between": [named["achievement"].get(id_, id_) for id_ in one["between"]]}
            for one in found["conflict"]
        ]
    if found.get("barred"):
        found["barred"] = [{**one, **_both(one, named)} for one in found["barred"]]
    return found


def _both(pair: Mapping[str, Any], named: Mapping[Side, Mapping[str, str]]) -> dict[str, str]:
    return {key: named[key].get(pair[key], pair[key]) for key in _SIDES if key in pair}


_SIDES: tuple[Side, ...] = ("achievement", "need")


def _ids(document: Mapping[str, Any], side: Side) -> Iterator[str]:
    for of, section, key in _LISTS:
        if of == side:
            yield from document.get(section, {}).get(key) or ()
    if side == "need":
        yield from document.get("audience", {}).get("weights") or ()
    else:
        for one in document.get("conflict", ()):
            yield from one["between"]
    yield from (one[side] for one in document.get("barred", ()) if side in one)


def _named(place: Workplace, owner: int, side: Side, given: Collection[str]) -> Mapping[str, str]:
    """Given id -> stored id, for those that are ids of the owner's records only."""
    scope = scope_for(place, owner)
    there = scope.known(side, list(given))
    own = {id_: held_id(owner, id_) for id_ in given if id_ not in there}
    known = scope.known(side, list(own.values()))
    return {id_: stored for id_, stored in own.items() if stored in known}
