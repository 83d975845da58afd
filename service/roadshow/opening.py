"""Opens what is kept of a roadshow, as the people of its organisation may see it now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pydantic import TypeAdapter

from matcher.roadshow.agenda.result import Change
from matcher.roadshow.draws import Sensitivity
from matcher.roadshow.tradeoff import Balance, Price
from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.gone import aliases, with_aliases
from service.roadshow.kept import dump, load, unpack
from service.roadshow.meetings import titles_of
from service.roadshow.on_behalf import scope_for
from service.roadshow.plan_file import read_plan
from service.roadshow.saved import NAME, Saved
from service.roadshow.shortlist import Shortlist
from service.roadshow.timetable import parties_of
from service.web.errors import NotFoundError
from service.web.workplace import Workplace

_AGENDA = TypeAdapter(KeptAgenda)
_CHANGES = TypeAdapter(tuple[Change, ...])


@dataclass(frozen=True, slots=True)
class Point:
    """One balance of coverage and equal exposure (`matcher.roadshow.tradeoff.Balance`)."""

    fairness: float
    cap: int | None
    coverage: float
    gini: float
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What moving one bound by one does to the value (`matcher.roadshow.tradeoff.Price`)."""

    text: str
    change: float | None
    proved: bool


@dataclass(frozen=True, slots=True)
class Agendas:
    """A timetable, and the one before the last change.

    Attributes:
        aliases: what parties are called here that may not be shown any more, by their ids.
    """

    now: KeptAgenda
    before: KeptAgenda | None = None
    changes: tuple[Change, ...] = ()
    moved_share: float = 0.0
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Opened:
    """Everything that is kept of a roadshow.

    Attributes:
        drawn: how sure the selection is; None while that is not computed.
        front: balances that no other one beats, by falling coverage.
        prices: of the plan's bounds; empty while they are not computed.
        agendas: None where no timetable was made of this selection.
    """

    short: Shortlist
    drawn: Sensitivity | None
    front: tuple[Point, ...]
    prices: tuple[RulePrice, ...]
    agendas: Agendas | None


def opened(place: Workplace, one: Saved) -> Opened:
    """Open the shortlist of a roadshow with what was made of it.

    Raises:
        NotFoundError: nobody was chosen by this plan yet.
    """
    if one.result is None:
        raise NotFoundError(f"第 {one.number} 号路演还没有选出名单。请先选。")
    told = load(one.result)
    # Its ids were compared with the records when it was chosen by; some may be gone now.
    written = read_plan(one.text.encode(), NAME)
    short = unpack(told["short"], scope_for(place, one.heading.owner), written)
    drawn = Sensitivity(**told["drawn"]) if "drawn" in told else None
    front = tuple(
        Point(**{**point, "chosen": tuple(point["chosen"])}) for point in told.get("front", ())
    )
    prices = tuple(RulePrice(**price) for price in told.get("prices", ()))
    agendas = _agendas(told["agendas"], short) if "agendas" in told else None
    return Opened(short, drawn, front, prices, agendas)


def agendas_as_made(content: bytes) -> Agendas:
    """The timetables of a result as they were made: to go on from, never to be shown."""
    return _read(load(content)["agendas"])


def with_figures(
    content: bytes, drawn: Sensitivity, front: Sequence[Balance], prices: Sequence[Price]
) -> bytes:
    """Add to what is kept how sure a selection is, and what could be given up for what."""
    points = [
        Point(one.fairness, one.cap, one.coverage, one.gini, one.selection.chosen) for one in front
    ]
    moved = [RulePrice(one.text, one.change, one.proved) for one in prices]
    figures = {
        "drawn": asdict(drawn),
        "front": [asdict(one) for one in points],
        "prices": [asdict(one) for one in moved],
    }
    return dump({**load(content), **figures})


def with_agendas(content: bytes, agendas: Agendas) -> bytes:
    """Add a timetable to what is kept."""
    told = {
        "now": _AGENDA.dump_python(agendas.now, mode="json"),
        "before": agendas.before and _AGENDA.dump_python(agendas.before, mode="json"),
        "changes": _CHANGES.dump_python(agendas.changes, mode="json"),
        "moved_share": agendas.moved_share,
    }
    return dump({**load(content), "agendas": told})


def _read(told: Mapping[str, Any]) -> Agendas:
    now, before = told["now"], told["before"]
    return Agendas(
        _AGENDA.validate_python(now),
        _AGENDA.validate_python(before) if before else None,
        _CHANGES.validate_python(told["changes"]),
        told["moved_share"],
    )


def _agendas(told: Mapping[str, Any], short: Shortlist) -> Agendas:
    """The timetables with the titles and names that may be seen now."""
    made = _read(told)
    if short.built.gone is None:
        return _titled(made, short)
    plans = [one.plan for one in (made.now, made.before) if one]
    names = aliases(plans, parties_of(short))
    return replace(_titled(_read(with_aliases(told, names)), short), aliases=names)


def _titled(made: Agendas, short: Shortlist) -> Agendas:
    """Show titles as they may be seen now, not as they were when it was made."""
    titles = titles_of(short)

    def titled(kept: KeptAgenda) -> KeptAgenda:
        talks = tuple(replace(one, title=short.entrant(one.id).title) for one in kept.plan.talks)
        return replace(kept, plan=replace(kept.plan, talks=talks), titles=titles)

    return replace(made, now=titled(made.now), before=made.before and titled(made.before))
