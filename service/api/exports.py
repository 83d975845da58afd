"""Issued lists as files, and one match of a list on one page."""

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response

from service.access.caller import Caller
from service.access.who import Place, Reader
from service.exports.formats import LISTS, SHEETS, Format, ListFormat, SheetFormat
from service.web.errors import NotFoundError
from service.web.workplace import Workplace
from service.workbench.issued import issued_list

router = APIRouter(tags=["lists"])


def _files(formats: Iterable[Format]) -> dict[int | str, dict[str, Any]]:
    """Describe an answer that is a file of one of some formats."""
    content: dict[str, Any] = {one.media_type.partition(";")[0]: {} for one in formats}
    return {200: {"description": "The file.", "content": content}}


Number = Annotated[int, Path(ge=1, le=2**31, description="Of the issued list.")]


@router.get(
    "/lists/{number}/export",
    summary="签发的清单，作为文件",
    response_class=Response,
    responses=_files(LISTS.values()),
)
async def export(
    number: Number,
    place: Place,
    caller: Reader,
    format: Annotated[ListFormat, Query(description="Of the file.")] = "xlsx",
) -> Response:
    """Give the list as it was issued; the same list gives the same content at any time."""
    content = await place.compute(_list, place, caller, number, format)
    return _file(content, LISTS[format].media_type, f"匹配清单{number}.{format}")


@router.get(
    "/lists/{number}/matches/{rank}/sheet",
    summary="清单里一条匹配的供需匹配单",
    response_class=Response,
    responses=_files(SHEETS.values()),
)
async def sheet(
    number: Number,
    rank: Annotated[int, Path(ge=1, le=1000, description="Of the match in the list.")],
    place: Place,
    caller: Reader,
    format: Annotated[SheetFormat, Query(description="Of the file.")] = "pdf",
) -> Response:
    """Give a match sheet (供需匹配单)."""
    content = await place.compute(_sheet, place, caller, number, rank, format)
    return _file(content, SHEETS[format].media_type, f"匹配单{number}-{rank}.{format}")


def _list(place: Workplace, caller: Caller, number: int, format: ListFormat) -> bytes:
    return LISTS[format].write(issued_list(place, caller, number))


def _sheet(place: Workplace, caller: Caller, number: int, rank: int, format: SheetFormat) -> bytes:
    issued = issued_list(place, caller, number)
    found = next((one for one in issued.matches if one.rank == rank), None)
    if found is None:
        raise NotFoundError(f"第 {number} 号清单里没有第 {rank} 位。")
    return SHEETS[format].write(issued, found)


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
