"""What can be had of a roadshow as a file; writers are imported when they are asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from service.roadshow.agenda_file import KeptAgenda
from service.roadshow.booklet import Booklet, booklet_of
from service.roadshow.meetings import make_invitations, places_of
from service.roadshow.opening import Opened
from service.web.errors import NotFoundError

FileName = Literal[
    "booklet.pdf", "booklet.docx", "invitations.xlsx", "agenda.xlsx", "agenda.ics", "audit.xlsx"
]


@dataclass(frozen=True, slots=True)
class File:
    """One file: what it is called in Chinese, its media type, who writes it."""

    label: str
    media_type: str
    write: Callable[[Opened, datetime], bytes]


def _booklet(found: Opened, made: datetime) -> Booklet:
    when = places_of(found.agendas.now) if found.agendas else None
    return booklet_of(found.short, made, when)


def _agenda(found: Opened) -> KeptAgenda:
    if found.agendas is None:
        raise NotFoundError("这场路演还没有排日程，没有日程文件。请先排日程。")
    return found.agendas.now


def _booklet_pdf(found: Opened, made: datetime) -> bytes:
    from service.exports.roadshow_booklet import booklet_as_pdf

    return booklet_as_pdf(_booklet(found, made))


def _booklet_docx(found: Opened, made: datetime) -> bytes:
    from service.exports.roadshow_booklet import booklet_as_docx

    return booklet_as_docx(_booklet(found, made))


def _invitations(found: Opened, made: datetime) -> bytes:
    from service.exports.roadshow_invitations import invitations_as_xlsx

    return invitations_as_xlsx(make_invitations(found.short), made)


def _agenda_xlsx(found: Opened, made: datetime) -> bytes:
    from service.exports.roadshow_agenda import agenda_as_xlsx

    return agenda_as_xlsx(_agenda(found), made)


def _calendar(found: Opened, made: datetime) -> bytes:
    from matcher.roadshow.agenda.ics import ZONE, calendar

    kept = _agenda(found)
    stamp = made.astimezone(ZoneInfo(ZONE)).replace(tzinfo=None, microsecond=0)
    return calendar(kept.plan, kept.agenda, stamp=stamp, sequence=kept.sequence, titles=kept.titles)


def _audit(found: Opened, made: datetime) -> bytes:
    from service.exports.roadshow_audit import audit_as_xlsx

    return audit_as_xlsx(found.short, made, found.drawn)


_OFFICE = "application/vnd.openxmlformats-officedocument"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
FILES: Mapping[FileName, File] = {
    "booklet.pdf": File("会刊 PDF", "application/pdf", _booklet_pdf),
    "booklet.docx": File("会刊 Word", f"{_OFFICE}.wordprocessingml.document", _booklet_docx),
    "invitations.xlsx": File("邀请名单", XLSX, _invitations),
    "agenda.xlsx": File("日程表", XLSX, _agenda_xlsx),
    "agenda.ics": File("日历", "text/calendar; charset=utf-8", _calendar),
    "audit.xlsx": File("评审底稿", XLSX, _audit),
}


def attachment(name: str) -> dict[str, str]:
    """The header by which a browser keeps an answer as a file of this name."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
