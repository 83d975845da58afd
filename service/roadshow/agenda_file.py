"""A timetable with its plan as JSON, so that it can be changed on the day with the least change."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from matcher.roadshow.agenda.result import Agenda
from matcher.roadshow.agenda.types import AgendaPlan
from service.errors import FileMissingError
from service.roadshow.errors import AgendaFileError

LARGEST = 50_000_000
"""Bytes of a file."""


@dataclass(frozen=True, slots=True)
class KeptAgenda:
    """A timetable as it was handed out.

    Attributes:
        titles: of achievements and needs, by id.
        sequence: how often it was changed since the first one.
        selection: fingerprint of the selection behind it.
    """

    plan: AgendaPlan
    agenda: Agenda
    titles: Mapping[str, str]
    sequence: int = 0
    selection: str = ""


_ADAPTER = TypeAdapter(KeptAgenda)


def agenda_as_json(kept: KeptAgenda) -> str:
    """Write a timetable."""
    return _ADAPTER.dump_json(kept, indent=1).decode()


def agenda_of_json(content: str | bytes, name: str) -> KeptAgenda:
    """Read a timetable.

    Raises:
        AgendaFileError: it is none, or it was changed by hand into one that makes no sense.
    """
    try:
        return _ADAPTER.validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "开头"
        raise AgendaFileError(
            f"{name} 不是 duijie agenda 保存的日程（{place} 处不对）。"
            "请用 --out 目录里的 agenda.json。"
        ) from error


def open_agenda(path: Path) -> KeptAgenda:
    """Read a timetable from a disk.

    Raises:
        FileMissingError: it is not there.
        AgendaFileError: it is no timetable.
    """
    if not path.is_file():
        raise FileMissingError(path)
    if path.stat().st_size > LARGEST:
        raise AgendaFileError(f"{path.name} 太大，不是 duijie agenda 保存的日程。")
    return agenda_of_json(path.read_bytes(), path.name)
