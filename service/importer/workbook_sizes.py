"""The process apart that loads a workbook before the program itself does; see `apart`.

It imports little: it is started for each workbook.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
)

from service.importer.apart import answer


def sizes(path: Path) -> list[tuple[str, int, int]]:
    """Load every worksheet; give name, rows and columns, or nothing where calamine refuses."""
    try:
        with loaded(path) as workbook:
            sheets = [workbook.get_sheet_by_name(one.name) for one in worksheets(workbook)]
            return [(one.name, *size(one)) for one in sheets]
    except CalamineError:
        return []  # the reader will say why


@contextmanager
def loaded(path: Path) -> Iterator[CalamineWorkbook]:
    """Open a workbook; many an xls of a web system is an xlsx, and the other way round."""
    with path.open("rb") as stream:
        try:
            workbook = CalamineWorkbook.from_path(path)
        except PasswordError:
            raise
        except CalamineError:
            workbook = CalamineWorkbook.from_filelike(stream)
        with workbook:
            yield workbook


def worksheets(workbook: CalamineWorkbook) -> list[SheetMetadata]:
    """Give the sheets that hold cells, not charts or macros."""
    return [one for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]


def size(sheet: CalamineSheet) -> tuple[int, int]:
    """Give rows and columns, counted from A1."""
    return (sheet.end[0] + 1, sheet.end[1] + 1) if sheet.end is not None else (0, 0)


if __name__ == "__main__":
    answer(sizes)
