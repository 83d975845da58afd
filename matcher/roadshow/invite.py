"""Whom to invite to hear which entrant: the greatest expected value, as a flow of least cost.

Source → entrants → needs (or mandates) → organisations → sink; each arc carries as many invitations
as its limit allows. Flows of least cost are whole numbers and exact, so the answer is always proved
(Ahuja, Magnanti and Orlin, *Network Flows*, 1993, §9).
"""

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from matcher.errors import RoadshowError
from matcher.roadshow.flow import Flow
from matcher.roadshow.plan import Worth
from matcher.roadshow.pool import Pool
from matcher.roadshow.selection import Status
from matcher.roadshow.values import expected_worth

UNIT = 1_000_000
"""Values are counted in millionths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """An invitation that could be sent.

    Attributes:
        entrant: id of the achievement on stage.
        invitee: id of the need, or of the mandate of a fund, that it fits.
        organisation: whose it is; it gets one invitation to an entrant at the most.
        value: expected, above 0.
    """

    entrant: str
    invitee: str
    organisation: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many invitations anyone should get; None for no bound.

    Attributes:
        least_per_entrant: sent for each entrant, as far as there are chances enough.
        most_per_entrant: sent for each entrant.
        most_per_invitee: talks that answer the same need, or mandate.
        most_per_organisation: talks that an organisation is invited to.
    """

    least_per_entrant: int = 3
    most_per_entrant: int | None = 10
    most_per_invitee: int | None = 3
    most_per_organisation: int | None = 6


@dataclass(frozen=True, slots=True)
class Invitation:
    """One organisation is invited to one entrant.

    Attributes:
        invitee: the need, or mandate, that counts.
        also: others of the same organisation that the entrant fits, by falling value.
    """

    entrant: str
    invitee: str
    organisation: str
    value: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitations:
    """Who is invited to what.

    Attributes:
        items: by entrant, then falling value.
        status: always `optimal`; first the fewest missing, then the greatest value.
        value: of all.
        bound: no invitations with as few missing are worth more.
        missing: invitations to the least number, by entrant; those that have it are left out.
        seconds: wall time.
    """

    items: tuple[Invitation, ...]
    status: Status = "optimal"
    value: float
    bound: float
    missing: Mapping[str, int] = field(default_factory=dict)
    seconds: float


def chances(
    pool: Pool,
    chosen: Iterable[str],
    *,
    worth: Worth | None = None,
    barred: Iterable[tuple[str, str]] = (),
    threshold: float = 0.3,
) -> list[Chance]:
    """The pairs of chosen entrants and guests that are worth an invitation.

    Args:
        pool: entrants, guests and fits.
        chosen: ids of entrants.
        worth: of a covered need by level.
        barred: pairs (entrant, guest) that are never brought together.
        threshold: on P(level >= 3).

    Raises:
        RoadshowError: ids that the pool does not have; all of them.
    """
    names, apart = set(chosen), set(barred)
    guests = {one.id: one for one in pool.guests}
    unknown = sorted(names - {one.id for one in pool.entrants})
    unknown += sorted({guest for _, guest in apart} - set(guests))
    if unknown:
        listed = "、".join(f"“{one}”" for one in unknown)
        raise RoadshowError(f"邀请名单提到候选与听众之外的编号：{listed}，请改正。")
    valued = worth or Worth()
    found = []
    for fit in pool.fits:
        if fit.entrant not in names or (fit.entrant, fit.guest) in apart or fit.score < threshold:
            continue
        guest = guests[fit.guest]
        value = expected_worth(valued, fit) * guest.weight
        if value > 0:
            found.append(
                Chance(
                    entrant=fit.entrant,
                    invitee=guest.id,
                    organisation=guest.organisation or guest.id,
                    value=value,
                )
            )
    return found


def invite(
    chosen: Iterable[str], offered: Iterable[Chance], limits: Limits | None = None
) -> Invitations:
    """Choose the invitations of greatest value.

    Args:
        chosen: ids of the entrants on stage.
        offered: of `chances`, of funds' mandates, or of both.
        limits: on both sides.

    Raises:
        RoadshowError: limits or chances that make no sense; all of them.
    """
    clock = time.monotonic()
    kept = limits or Limits()
    entrants = sorted(set(chosen))
    every = sorted(offered, key=lambda one: (one.entrant, one.organisation, one.invitee))
    wrong = [*_limits(kept), *_chances(entrants, every)]
    if wrong:
        lines = "\n".join(f"{number}. {one}" for number, one in enumerate(wrong, 1))
        raise RoadshowError(f"邀请名单有 {len(wrong)} 处错误：\n{lines}")
    beside: dict[tuple[str, str], list[Chance]] = {}
    for one in every:
        beside.setdefault((one.entrant, one.organisation), []).append(one)
    picked = _flow(entrants, every, kept)
    items = sorted(
        (_invitation(one, beside[one.entrant, one.organisation]) for one in picked),
        key=lambda one: (one.entrant, -one.value, one.invitee),
    )
    sent = Counter(one.entrant for one in items)
    short = {one: kept.least_per_entrant - sent[one] for one in entrants}
    value = math.fsum(one.value for one in items)
    return Invitations(
        items=tuple(items),
        value=value,
        bound=value,
        missing={one: count for one, count in short.items() if count > 0},
        seconds=time.monotonic() - clock,
    )


def _flow(entrants: Sequence[str], every: Sequence[Chance], limits: Limits) -> list[Chance]:
    flow = Flow()
    total = len(every)
    worth = [round(one.value * UNIT) for one in every]
    # one more of the least number outweighs everything else
    prize = sum(worth) + 1
    most = total if limits.most_per_entrant is None else limits.most_per_entrant
    least = min(limits.least_per_entrant, most)
    for one in entrants:
        flow.arc("source", f"entrant {one}", least, -prize)
        flow.arc("source", f"entrant {one}", most - least, 0)
    for pair in sorted({(one.entrant, one.organisation) for one in every}):
        flow.arc(f"entrant {pair[0]}", f"pair {pair}", 1, 0)
    arcs = [
        flow.arc(f"pair {(one.entrant, one.organisation)}", f"invitee {one.invitee}", 1, -value)
        for one, value in zip(every, worth, strict=True)
    ]
    organisation = {one.invitee: one.organisation for one in every}
    each = total if limits.most_per_invitee is None else limits.most_per_invitee
    for invitee, whose in sorted(organisation.items()):
        flow.arc(f"invitee {invitee}", f"organisation {whose}", each, 0)
    each = total if limits.most_per_organisation is None else limits.most_per_organisation
    for whose in sorted(set(organisation.values())):
        flow.arc(f"organisation {whose}", "sink", each, 0)
    carried = flow.solve("source", "sink", total)
    return [one for one, arc in zip(every, arcs, strict=True) if carried[arc]]


def _invitation(one: Chance, beside: Sequence[Chance]) -> Invitation:
    others = sorted(
        (other for other in beside if other != one),
        key=lambda other: (-other.value, other.invitee),
    )
    also = tuple(other.invitee for other in others)
    return Invitation(one.entrant, one.invitee, one.organisation, one.value, also)


def _limits(limits: Limits) -> Iterator[str]:
    for name, said in (
        ("least_per_entrant", "每项成果至少邀请数"),
        ("most_per_entrant", "每项成果至多邀请数"),
        ("most_per_invitee", "每项需求至多受邀数"),
        ("most_per_organisation", "每家单位至多受邀数"),
    ):
        value = getattr(limits, name)
        if value is not None and value < 0:
            yield f"{said}是 {value}，请写 0 或更大的整数。"
    most = limits.most_per_entrant
    if most is not None and limits.least_per_entrant > most:
        yield f"每项成果至少邀请 {limits.least_per_entrant}，却至多邀请 {most}，请改正其中一个。"


def _chances(entrants: Sequence[str], every: Sequence[Chance]) -> Iterator[str]:
    known = set(entrants)
    for one in every:
        where = f"“{one.entrant}”与“{one.invitee}”"
        if one.entrant not in known:
            yield f"{where}：成果没有登台，请去掉或加入登台名单。"
        if not (math.isfinite(one.value) and 0 < one.value <= UNIT):
            yield f"{where}的价值是 {one.value}，请写大于 0、至多 {UNIT} 的数。"
    pairs = Counter((one.entrant, one.invitee) for one in every)
    for (entrant, invitee), count in sorted(pairs.items()):
        if count > 1:
            yield f"“{entrant}”与“{invitee}”写了 {count} 次，请去掉重复的。"
    owners: dict[str, set[str]] = {}
    for one in every:
        owners.setdefault(one.invitee, set()).add(one.organisation)
    for invitee, whose in sorted(owners.items()):
        if len(whose) > 1:
            names = "、".join(f"“{one}”" for one in sorted(whose))
            yield f"“{invitee}”同时属于 {names}，请只留一家。"
