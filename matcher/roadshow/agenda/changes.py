"""What differs between two timetables of one event."""

from collections.abc import Iterator, Mapping
from typing import Literal

from matcher.roadshow.agenda.result import Agenda, Change, Meeting, TalkPlace


def changes(before: Agenda, after: Agenda) -> tuple[Change, ...]:
    """Everything that did not stay as it was, by kind and id."""
    talks = [{one.talk: one for one in agenda.talks} for agenda in (before, after)]
    meetings = [{one.request: one for one in agenda.meetings} for agenda in (before, after)]
    found = [*_between("talk", *talks), *_between("request", *meetings)]
    return tuple(sorted(found, key=lambda one: (one.kind, one.what, one.id)))


def _between(
    what: Literal["talk", "request"],
    before: Mapping[str, TalkPlace] | Mapping[str, Meeting],
    after: Mapping[str, TalkPlace] | Mapping[str, Meeting],
) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None:
            yield Change("added" if old is None else "cancelled", what, name, old, new)
        else:
            yield Change("moved" if old.slot != new.slot else "reseated", what, name, old, new)
