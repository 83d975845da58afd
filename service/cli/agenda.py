"""`duijie agenda`: invitations and the timetable of a plan, and changes on the day."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from service.cli.invocation import Invocation, current
from service.cli.options import EncoderName, JsonFlag
from service.cli.out_folder import OutFolder, check_folder, write_files
from service.cli.progress import ProgressLine
from service.cli.shortlist import files_of, scope_of
from service.errors import InputError

if TYPE_CHECKING:
    from service.roadshow.agenda_file import KeptAgenda

Files = Callable[[], Mapping[str, bytes]]
"""Contents by name; written only where a folder is named."""

HELP = """按计划文件选出名单，定下邀请谁来听，把路演排进时段和会场，把一对一洽谈排进时段和桌位。
有人缺席时，用保存的 agenda.json 和 --absent 重排，尽量少改。计划文件的写法见 docs/roadshow.md。"""


def run(
    plan: Annotated[
        Path, typer.Argument(metavar="计划.toml|agenda.json", help="计划文件；重排时是保存的日程")
    ],
    out: OutFolder = None,
    absent: Annotated[
        list[str] | None,
        typer.Option("--absent", metavar="单位", help="这家单位缺席，重排；可以写多次"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="时刻", help="从几点起缺席，例如 14:30；不写是全天"),
    ] = None,
    encoder: EncoderName = None,
    as_document: JsonFlag = False,
) -> None:
    """Make a timetable, or change one; see `HELP`."""
    invocation = current()
    check_folder(out)
    if bool(absent) != (plan.suffix.lower() == ".json"):
        raise InputError(
            "排日程用计划文件（.toml）；有人缺席时用 --absent 单位，并给出保存的 agenda.json。"
        )
    if absent:
        document, files = _again(invocation, plan, absent, since, quiet=as_document)
    elif since is not None:
        raise InputError("--since 要和 --absent 一起用。")
    else:
        document, files = _first(invocation, plan, encoder, quiet=as_document)
    written = write_files(out, files()) if out else []
    if as_document:
        invocation.emit_json({**document, "files": [str(one) for one in written]})
        return
    for file in written:
        invocation.say(f"已写入 {file}")


def _first(
    invocation: Invocation, plan: Path, encoder: str | None, *, quiet: bool
) -> tuple[dict[str, Any], Files]:
    from service.exports.roadshow_invitations import invitations_as_xlsx
    from service.roadshow.meetings import make_agenda, make_invitations, places_of
    from service.roadshow.open_plan import open_plan
    from service.roadshow.present import proof_line, shortlist_as_json
    from service.roadshow.present_agenda import (
        agenda_as_json,
        agenda_as_text,
        invitations_as_json,
        invitations_as_text,
    )
    from service.roadshow.shortlist import make_shortlist

    with scope_of(invocation, encoder) as scope, ProgressLine("比较", enabled=not quiet) as line:
        short = make_shortlist(scope, open_plan(scope, plan), line.show)
    invited = make_invitations(short)
    kept = make_agenda(invited)
    if not quiet:
        lines = (proof_line(short.selection), *invitations_as_text(invited), *agenda_as_text(kept))
        for text in lines:
            invocation.say(text)
    chosen = shortlist_as_json(short)

    def files() -> dict[str, bytes]:
        made = datetime.now().astimezone()
        return {
            **files_of(short, chosen, made, places_of(kept)),
            **agenda_files(kept, made),
            "invitations.xlsx": invitations_as_xlsx(invited, made),
        }

    document = {
        "shortlist": chosen,
        "invitations": invitations_as_json(invited),
        "agenda": agenda_as_json(kept),
    }
    return document, files


def _again(
    invocation: Invocation, file: Path, absent: list[str], since: str | None, *, quiet: bool
) -> tuple[dict[str, Any], Files]:
    from service.roadshow.agenda_file import open_agenda
    from service.roadshow.meetings import without
    from service.roadshow.present_agenda import agenda_as_json, change_as_json, change_lines

    before = kept = open_agenda(file)
    moment = _moment(before, since)
    changes, moved = [], 0.0
    for party in absent:
        earlier = kept
        kept, found = without(earlier, party, moment)
        changes += [change_as_json(one) for one in found.changes]
        moved = max(moved, found.moved_share)
        if not quiet:
            told = f"改动 {len(found.changes)} 处，改时间的洽谈占 {found.moved_share:.1%}"
            invocation.say(f"{party} 缺席：{told}")
            for text in change_lines(earlier, kept, found.changes):
                invocation.say(text)
    document = {"agenda": agenda_as_json(kept), "changes": changes, "moved_share": moved}
    return document, lambda: agenda_files(kept, datetime.now().astimezone())


def agenda_files(kept: "KeptAgenda", made: datetime) -> dict[str, bytes]:
    """The timetable for people, for calendars, and to be changed later."""
    from matcher.roadshow.agenda.ics import ZONE, calendar
    from service.exports.roadshow_agenda import agenda_as_xlsx
    from service.roadshow.agenda_file import agenda_as_json

    stamp = made.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, microsecond=0)
    calendars = calendar(
        kept.plan, kept.agenda, stamp=stamp, sequence=kept.sequence, titles=kept.titles
    )
    return {
        "agenda.json": agenda_as_json(kept).encode(),
        "agenda.xlsx": agenda_as_xlsx(kept, made),
        "agenda.ics": calendars,
    }


def _moment(kept: "KeptAgenda", since: str | None) -> datetime | None:
    if since is None:
        return None
    slots = (*kept.plan.talk_slots, *kept.plan.meeting_slots)
    try:
        clock = datetime.strptime(since.replace("：", ":"), "%H:%M").time()
    except ValueError as error:
        raise InputError(f"--since 要写时刻，例如 14:30，而不是“{since}”。") from error
    return datetime.combine(min(one.begins for one in slots).date(), clock)
