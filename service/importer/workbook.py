"""Workbooks (xlsx, xls and their kin): each sheet with a known heading is a table."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

from service.errors import WorkbookError
from service.importer.tables import (
    HEADER_ROWS,
    Cell,
    Recognise,
    Table,
    find_header,
    is_filled,
    name_columns,
    rows_below,
)

Grid = list[Sequence[Cell]]


def read(path: Path, recognise: Recognise) -> list[Table]:
    """Read every worksheet that has a row; those without a known heading have it as is.

    Raises:
        WorkbookError: the file is damaged, has a password, or is no workbook.
    """
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = [
                sheet.name
                for sheet in workbook.sheets_metadata
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]
            grids = {name: _grid(workbook, name) for name in names}
    except PasswordError as error:
        raise WorkbookError(path, "设有密码", "请先在 Excel 里取消密码再导入。") from error
    except CalamineError as error:
        raise WorkbookError(
            path, f"文件损坏或不是工作簿（{error}）", "请用 Excel 打开后另存为 xlsx 再导入。"
        ) from error
    tables = (_table(name, grid, recognise) for name, grid in grids.items())
    return [table for table in tables if table is not None]


def _grid(workbook: CalamineWorkbook, name: str) -> Grid:
    sheet = workbook.get_sheet_by_name(name)
    # Row numbers are told to people, so the empty rows above the first filled one count too.
    return [*sheet.iter_rows()]


def _table(name: str, grid: Grid, recognise: Recognise) -> Table | None:
    head = grid[:HEADER_ROWS]
    at = find_header(head, recognise)
    if at is None:
        at = next((n for n, row in enumerate(head) if any(map(is_filled, row))), None)
    if at is None:
        return None
    columns = name_columns(grid[at])
    read = [at + 1]
    rows = rows_below(columns, _numbered(grid, at + 1, read))
    return Table(name, columns, rows, lambda: read[0] / len(grid))


def _numbered(grid: Grid, start: int, read: list[int]) -> Iterator[tuple[int, Sequence[Cell], str]]:
    for at, cells in enumerate(islice(grid, start, None), start=start):
        read[0] = at + 1
        yield at + 1, cells, ""
