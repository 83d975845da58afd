"""Questions about a shortlist that is there: why not this one, and what if."""

import re
from dataclasses import dataclass, replace

from matcher.roadshow.choose import select
from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import Entrant
from matcher.roadshow.reasons import Changed, force
from matcher.roadshow.rejections import Rejected
from matcher.roadshow.selection import Selection
from service.access.ids import held_id, shown_id
from service.roadshow.shortlist import Shortlist
from service.web.errors import ConflictError, NotFoundError

PATIENCE = 10.0
"""Seconds for a question while somebody waits."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why somebody is not on stage.

    Attributes:
        rejected: None for who is on stage.
        forced: what becomes of the list if it must be; None where the rules do not allow any.
        text: of the reason, with titles.
        came, left: who else comes with it, and who leaves.
    """

    entrant: Entrant
    rejected: Rejected | None
    forced: Changed | None = None
    text: str = ""
    came: tuple[Entrant, ...] = ()
    left: tuple[Entrant, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """The list by other weights; who came in and who left, in the order of the lists."""

    worth: Worth
    selection: Selection
    came: tuple[Entrant, ...]
    left: tuple[Entrant, ...]


def find(short: Shortlist, id_: str, owner: int | None) -> Entrant:
    """Find a candidate by its id, or by what its own organisation calls it.

    Raises:
        NotFoundError: it is no candidate, or there is no such achievement: both are told alike.
    """
    known = short.built.achievements
    for name in (id_, held_id(owner, id_)):
        if name in known:
            return short.entrant(name)
    raise NotFoundError(f"候选里没有编号为“{id_[:60]}”的成果：它不存在，或者不符合计划的候选条件。")


def why_not(short: Shortlist, entrant: Entrant) -> WhyNot:
    """Say why a candidate is not on stage: exactly, by choosing again with it on stage.

    Raises:
        ConflictError: some candidates are gone, so it cannot be told any more.
    """
    _refuse_gone(short)
    chosen = short.selection.chosen
    rejected = next((one for one in short.reasons.rejected if one.id == entrant.id), None)
    if rejected is None:
        return WhyNot(entrant, None)
    plan = replace(short.plan, seconds=min(short.plan.seconds, PATIENCE))
    forced = force(short.built.pool, plan, short.selection, entrant.id)
    others = forced.chosen if forced else chosen
    return WhyNot(
        entrant,
        rejected,
        forced,
        named(short, rejected),
        tuple(short.entrant(id_) for id_ in others if id_ not in (*chosen, entrant.id)),
        tuple(short.entrant(id_) for id_ in chosen if id_ not in others),
    )


def try_out(short: Shortlist, worth: Worth) -> Tried:
    """Choose again with other weights.

    Raises:
        RoadshowError: the weights make no sense.
        ConflictError: some candidates are gone, so it cannot be told any more.
    """
    _refuse_gone(short)
    plan = replace(short.plan, worth=worth, seconds=min(short.plan.seconds, PATIENCE))
    found, before = select(short.built.pool, plan), short.selection.chosen
    came = tuple(short.entrant(id_) for id_ in found.chosen if id_ not in before)
    left = tuple(short.entrant(id_) for id_ in before if id_ not in found.chosen)
    return Tried(worth, found, came, left)


def _refuse_gone(short: Shortlist) -> None:
    """Another list could hold who is gone, and a proof without them would be of another list."""
    if short.gone:
        raise ConflictError(
            f"选出名单以后，有 {len(short.gone)} 项候选成果撤回了或不再公开，"
            "不能再拿原来的候选比较。请先重新选，再问。"
        )


def named(short: Shortlist, one: Rejected) -> str:
    """The reason with titles in the place of ids."""
    known = short.built.achievements
    ids = sorted({id_ for id_ in (one.swap, *one.by) if id_ in known}, key=len, reverse=True)
    if not ids:
        return one.text
    sign = re.compile(r" ?(?<![\w:])(" + "|".join(map(re.escape, ids)) + r")(?!\w) ?")
    return sign.sub(
        lambda found: f"“{short.entrant(found[1]).title}”（{shown_id(found[1])}）", one.text
    )
