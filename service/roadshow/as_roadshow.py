"""A plan of another kind as far as it is one of a roadshow: the records that it means, the aim."""

from collections.abc import Sequence

from matcher.roadshow.pool import Pool
from service.roadshow.meeting_shapes import InvitationsSection
from service.roadshow.plan_file import PlanFile
from service.roadshow.plan_shapes import (
    AudienceSection,
    CandidatesSection,
    CapsSection,
    EventSection,
    QuotaSection,
    Section,
    WorthSection,
)
from service.roadshow.pools import Built, own_pairs
from service.roadshow.sections import Draft

TABLES: dict[str, type[Section]] = {
    "candidates": CandidatesSection,
    "audience": AudienceSection,
    "worth": WorthSection,
}
"""Sections that these plans share with a roadshow's."""


def as_roadshow(
    draft: Draft, title: str, size: int = 1, quotas: Sequence[QuotaSection] = ()
) -> PlanFile:
    """Shape a plan without mistakes as one of a roadshow with so many places."""
    told = draft.sections
    return PlanFile(
        toml=draft.toml,
        event=EventSection(title=title, size=size),
        candidates=told.get("candidates") or CandidatesSection(),
        audience=told.get("audience") or AudienceSection(),
        worth=told.get("worth") or WorthSection(),
        caps=CapsSection(),
        invitations=InvitationsSection(),
        agenda=None,
        quota=tuple(quotas),
        conflict=tuple(told.get("conflict") or ()),
        barred=tuple(told.get("barred") or ()),
    )


def without_own(built: Built) -> Pool:
    """The pool without what an organisation would offer to itself."""
    own = set(own_pairs(built))
    pool = built.pool
    fits = tuple(one for one in pool.fits if (one.entrant, one.guest) not in own)
    return Pool(pool.entrants, pool.guests, fits)
