"""Invitation lists as a workbook: by achievement, by organisation, by who calls."""

from collections.abc import Iterator
from datetime import datetime

from service.access.ids import shown_id
from service.exports.sheets import Cell, Sheet, as_workbook
from service.present import name_of
from service.roadshow.meetings import Invited
from service.roadshow.timetable import host_of, party_name

_BY_TALK = (
    ("成果编号", 14), ("成果", 34), ("成果单位", 22), ("邀请单位", 24), ("需求编号", 14),
    ("需求", 34), ("匹配等级", 10), ("匹配度", 9), ("满足/部分/未提到", 14), ("依据原文", 46),
    ("联系人", 12),
)  # fmt: skip
_BY_GUEST = (
    ("邀请单位", 26),
    ("联系人", 12),
    ("场次数", 8),
    ("请听的成果", 60),
    ("对应的需求", 60),
)


def invitations_as_xlsx(invited: Invited, made: datetime) -> bytes:
    """Write the lists; texts are stored as texts."""
    found = invited.invitations
    about = (
        f"共 {len(found.items)} 份邀请，总期望价值 {found.value:.2f}（已证明最优）",
        *(f"{shown_id(id_)} 还差 {count} 家才够下限" for id_, count in found.missing.items()),
    )
    left = invited.shares.left if invited.shares else ()
    if left:
        about += (f"没有人联系的单位：{'、'.join(left)}",)
    sheets = (
        Sheet("按成果", _BY_TALK, _by_talk(invited), about),
        Sheet("按单位", _BY_GUEST, _by_guest(invited)),
    )
    return as_workbook(invited.short.plan.title, sheets, made)


def _by_talk(invited: Invited) -> Iterator[tuple[Cell, ...]]:
    short = invited.short
    place = {id_: at for at, id_ in enumerate(short.selection.chosen)}
    fits = {(one.entrant, one.guest): one for one in short.built.pool.fits}
    for one in sorted(invited.invitations.items, key=lambda one: (place[one.entrant], -one.value)):
        fit, need = fits[one.entrant, one.invitee], short.need(one.invitee)
        yield (
            shown_id(one.entrant),
            short.entrant(one.entrant).title,
            host_of(short, one.entrant),
            party_name(short, one.organisation),
            "；".join(map(shown_id, (one.invitee, *one.also))),
            name_of(need),
            fit.level.label,
            round(fit.score, 3),
            f"{fit.met}/{fit.partly}/{fit.missing}",
            fit.proof,
            _caller(invited, one.organisation),
        )


def _by_guest(invited: Invited) -> Iterator[tuple[Cell, ...]]:
    short = invited.short
    for organisation in sorted({one.organisation for one in invited.invitations.items}):
        own = [one for one in invited.invitations.items if one.organisation == organisation]
        needs = dict.fromkeys(name_of(short.need(one.invitee)) for one in own)
        yield (
            party_name(short, organisation),
            _caller(invited, organisation),
            len(own),
            "\n".join(
                f"{short.entrant(one.entrant).title}（{host_of(short, one.entrant)}）"
                for one in own
            ),
            "\n".join(needs),
        )


def _caller(invited: Invited, organisation: str) -> str:
    return invited.shares.broker.get(organisation, "") if invited.shares else ""
