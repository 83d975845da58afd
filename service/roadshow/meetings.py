"""From a shortlist to invitations, and on to a timetable."""

from dataclasses import dataclass
from datetime import datetime

from matcher.roadshow.agenda.arrange import arrange
from matcher.roadshow.agenda.replan import absent, replan
from matcher.roadshow.agenda.result import Replanned
from matcher.roadshow.brokers import Broker, Shares, share_out
from matcher.roadshow.invite import Invitations, Limits, chances, invite
from matcher.types import Record
from service.access.ids import shown_id
from service.present import name_of
from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.errors import AgendaFileError
from service.roadshow.shortlist import Shortlist
from service.roadshow.timetable import agenda_plan
from service.web.errors import ConflictError


@dataclass(frozen=True)
class Invited:
    """Who is invited to hear whom, and who calls them.

    Attributes:
        shares: None where the plan names no broker.
    """

    short: Shortlist
    invitations: Invitations
    shares: Shares | None = None


def make_invitations(short: Shortlist) -> Invited:
    """Choose the invitations of a shortlist, and who makes the calls.

    Who is gone is neither invited nor presented.

    Raises:
        RoadshowError: limits or brokers that make no sense.
    """
    asked, gone = short.written.invitations, short.built.gone
    chosen = [id_ for id_ in short.selection.chosen if id_ not in short.gone]
    offered = chances(
        short.built.pool,
        chosen,
        worth=short.plan.worth,
        barred=short.plan.barred,
        threshold=asked.least_score,
    )
    offered = [one for one in offered if gone is None or one.invitee not in gone.needs]
    limits = Limits(
        least_per_entrant=asked.least_per_talk,
        most_per_entrant=asked.most_per_talk,
        most_per_invitee=asked.most_per_need,
        most_per_organisation=asked.most_per_guest,
    )
    found = invite(chosen, offered, limits)
    brokers = [
        Broker(
            id=one.name,
            most=one.most,
            only=None if one.only is None else tuple(one.only),
            knows=tuple(one.knows),
        )
        for one in short.written.broker
    ]
    organisations = {one.organisation for one in found.items}
    return Invited(short, found, share_out(organisations, brokers) if brokers else None)


def make_agenda(invited: Invited) -> KeptAgenda:
    """Make the timetable of a shortlist with its invitations.

    Raises:
        ConflictError: somebody on stage is gone.
        PlanFileError: the plan has no date, or names somebody who does not take part.
        RoadshowError: the timetable makes no sense.
    """
    short = invited.short
    if lost := short.gone.intersection(short.selection.chosen):
        raise ConflictError(
            f"选出名单以后，登台的成果里有 {len(lost)} 项撤回了或不再公开，排不了日程。请先重新选。"
        )
    plan = agenda_plan(short, invited.invitations.items)
    return KeptAgenda(plan, arrange(plan), titles_of(short), selection=short.selection.fingerprint)


def titles_of(short: Shortlist) -> dict[str, str]:
    """What achievements on stage and needs in the audience are called."""
    records: tuple[Record, ...] = (*short.chosen, *short.built.needs.values())
    return {one.id: f"{shown_id(one.id)} {name_of(one)}" for one in records}


def places_of(kept: KeptAgenda) -> dict[str, str]:
    """Time and room of each talk, for people."""
    slots = {one.id: one for one in kept.plan.talk_slots}
    rooms = {one.id: one.name or one.id for one in kept.plan.rooms}
    return {
        one.talk: f"{slots[one.slot].begins:%H:%M} {rooms[one.room]}" for one in kept.agenda.talks
    }


def without(
    kept: KeptAgenda, party: str, since: datetime | None = None
) -> tuple[KeptAgenda, Replanned]:
    """Change a timetable as little as possible because somebody is not there.

    Args:
        kept: the timetable.
        party: id or name of who is absent.
        since: from when on; the whole event unless given. What began before stays.

    Raises:
        AgendaFileError: nobody of that name takes part.
    """
    ids = [one.id for one in kept.plan.parties if party in (one.id, one.name)]
    if not ids:
        named = "、".join(one.name or one.id for one in kept.plan.parties)
        raise AgendaFileError(f"“{party}”不在这份日程里；参加的有：{named}。")
    plan = absent(kept.plan, ids[0], since or datetime.min)
    found = replan(kept.agenda, plan, since)
    after = KeptAgenda(plan, found.agenda, kept.titles, kept.sequence + 1, kept.selection)
    return after, found
