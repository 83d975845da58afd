"""Opens what came of a plan of a series, a package, a supply list or pairs."""

from dataclasses import dataclass
from typing import Any

from service.roadshow.kept import dump, load
from service.roadshow.on_behalf import scope_for
from service.roadshow.plan_kinds import KINDS, PlanKind
from service.roadshow.saved import NAME, Saved
from service.roadshow.sections import Draft
from service.web.errors import NotFoundError
from service.web.workplace import Workplace


@dataclass(frozen=True)
class Outcome:
    """What came of a plan, as its organisation may see it now.

    Attributes:
        found: what `PlanKind.make` has made.
        notes: in Chinese: what has changed since then.
    """

    kind: PlanKind
    found: Any
    notes: tuple[str, ...]


def kind_of(one: Saved) -> PlanKind:
    """What a plan is of."""
    if one.heading.kind == "roadshow":
        raise NotFoundError(f"第 {one.number} 号是路演的计划。")
    return KINDS[one.heading.kind]


def draft_of(place: Workplace, one: Saved) -> Draft:
    """Read a plan again, its ids compared with the records as they are now.

    Raises:
        PlanFileError: a record that it names is not there any more.
    """
    known = scope_for(place, one.heading.owner).known
    return kind_of(one).read(one.text.encode(), NAME, known)


def packed(kind: PlanKind, found: Any) -> bytes:
    """Write what is kept."""
    return dump(kind.keep(found))


def outcome_of(place: Workplace, one: Saved) -> Outcome:
    """Open what is kept.

    Raises:
        NotFoundError: nothing was worked out by this plan yet.
    """
    kind = kind_of(one)
    if one.result is None:
        raise NotFoundError(f"第 {one.number} 号{kind.title}还没有结果。请先计算。")
    # Its ids were compared with the records when it was worked out; some may be gone now.
    draft = kind.read(one.text.encode(), NAME, None)
    found, notes = kind.open(load(one.result), scope_for(place, one.heading.owner), draft)
    return Outcome(kind, found, tuple(notes))
