"""Workbooks (xlsx, xls and their kin): each visible sheet with known headings is a table.

Only values are read: formulas give the result that the workbook stores, links are never followed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    PasswordError,
    SheetVisibleEnum,
)

from service.errors import EmptyFileError, WorkbookError
from service.importer.apart import ApartError, run_apart
from service.importer.documents import record_table
from service.importer.forms import records_of
from service.importer.grids import Grid, Region, filled_down, headings
from service.importer.limits import check_office_file
from service.importer.tables import (
    HEADER_ROWS,
    Cell,
    Note,
    Recognise,
    Source,
    Table,
    find_header,
    is_filled,
    rows_below,
)
from service.importer.workbook_sizes import loaded, size, worksheets

_LARGEST_FORM = 200
"""Rows of a sheet that may be a form to fill in; longer ones are lists."""

_MOST_CELLS = 50_000_000
_SAVE_AS = "请用 Excel 打开后另存为 xlsx 再导入。"

Cells = Sequence[Cell]


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a workbook; sheets without a known heading are given as they are.

    Raises:
        ImportFileError: it is damaged, dangerous, empty, has a password, or is no workbook.
    """
    _refuse_web_page(path)
    names = check_office_file(path)
    _try_apart(path)
    tables, notes = read(path, recognise)
    if any(name.startswith("xl/externalLinks/") for name in names):
        notes.append(("工作簿引用了别的文件；没有打开它们，只读取了表里存着的值", path.name))
    if not tables:
        raise EmptyFileError(path, "里没有任何有内容的工作表")
    yield Source(tables, notes=notes)


def _refuse_web_page(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(512).lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")):
        raise WorkbookError(path, "其实是网页或 XML 文件", _SAVE_AS)


def read(path: Path, recognise: Recognise) -> tuple[list[Table], list[Note]]:
    """Read a workbook that is known to be harmless.

    Raises:
        WorkbookError: it is damaged, has a password, or is no workbook.
    """
    tables, notes = [], []
    try:
        with loaded(path) as workbook:
            for sheet in worksheets(workbook):
                table = _table(workbook.get_sheet_by_name(sheet.name), recognise)
                if table is None:
                    continue
                if sheet.visible == SheetVisibleEnum.Visible:
                    tables.append(table)
                elif any(map(recognise, table.columns)):
                    notes.append(
                        ("工作表是隐藏的，没有读取；要导入请先取消隐藏", f"工作表“{sheet.name}”")
                    )
    except PasswordError as error:
        raise WorkbookError(path, "设有密码", "请先在 Excel 里取消密码再导入。") from error
    except CalamineError as error:
        raise WorkbookError(path, f"文件损坏或不是工作簿（{error}）", _SAVE_AS) from error
    return tables, notes


def _try_apart(path: Path) -> None:
    try:
        found = run_apart("service.importer.workbook_sizes", path)
    except ApartError as error:
        raise WorkbookError(path, str(error), _SAVE_AS) from error
    for name, height, width in found:
        if height * width > _MOST_CELLS:
            reason = f"工作表“{name}”有 {height:,} 行、{width:,} 列，大得异常"
            raise WorkbookError(path, reason, "请删去多余的空行和空列后重试。")


def _table(sheet: CalamineSheet, recognise: Recognise) -> Table | None:
    # Row numbers are told to people, so the empty rows above the first filled one count too.
    rows: Iterator[Cells] = iter(sheet.iter_rows())
    regions = [(*start, *end) for start, end in sheet.merged_cell_ranges or ()]
    if size(sheet)[0] <= _LARGEST_FORM:
        small = list(rows)
        grid = Grid(small, regions)
        if records := records_of(grid, recognise):
            return replace(record_table(records), name=sheet.name)
        rows = iter(small)
    return _list(sheet, rows, regions, recognise)


def _list(
    sheet: CalamineSheet, rows: Iterator[Cells], regions: list[Region], recognise: Recognise
) -> Table | None:
    head = list(islice(rows, HEADER_ROWS))
    at = find_header(head, recognise)
    if at is None:
        at = next((n for n, row in enumerate(head) if any(map(is_filled, row))), None)
    if at is None:
        return None
    columns, last = headings(head, regions, at, recognise)
    read = [last + 1]
    numbered = _numbered(chain(head[last + 1 :], rows), last + 1, read)
    below = filled_down(numbered, [one for one in regions if one[0] > last])
    height = size(sheet)[0]
    return Table(sheet.name, columns, rows_below(columns, below), lambda: read[0] / height)


def _numbered(
    rows: Iterator[Cells], start: int, read: list[int]
) -> Iterator[tuple[int, Cells, str]]:
    for at, cells in enumerate(rows, start=start):
        read[0] = at + 1
        yield at + 1, cells, ""
