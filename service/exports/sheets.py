"""A workbook of several tables; texts are stored as texts, never as formulas or links."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import xlsxwriter

_LONGEST = 32_000
"""Characters; a spreadsheet's cell holds hardly more."""
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table.

    Attributes:
        name: of the worksheet.
        headings: with the width of each column, in characters.
        rows: as many cells each as there are headings.
        about: lines above the table.
        fixed: columns that stay in sight.
    """

    name: str
    headings: Sequence[tuple[str, float]]
    rows: Iterable[Sequence[Cell]]
    about: Sequence[str] = field(default=())
    fixed: int = 0


def as_workbook(title: str, sheets: Iterable[Sheet], made: datetime, comments: str = "") -> bytes:
    """Write the sheets; the same contents give the same bytes."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        created = made.replace(tzinfo=None)
        book.set_properties({"title": title, "comments": comments, "created": created})
        styles = {
            "head": book.add_format(
                {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True}
            ),
            "cell": book.add_format({"text_wrap": True, "valign": "top", "border": 1}),
            "fraction": book.add_format({"valign": "top", "border": 1, "num_format": "0.00##"}),
            "bold": book.add_format({"bold": True, "font_size": 14}),
        }
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name), title, sheet, styles)
    return buffer.getvalue()


def _write(
    page: "xlsxwriter.worksheet.Worksheet",
    title: str,
    sheet: Sheet,
    styles: "dict[str, xlsxwriter.format.Format]",
) -> None:
    page.write_string(0, 0, f"{title} · {sheet.name}", styles["bold"])
    for at, told in enumerate(sheet.about, start=1):
        page.write_string(at, 0, told)
    first = len(sheet.about) + 2
    for column, (heading, width) in enumerate(sheet.headings):
        page.write_string(first, column, heading, styles["head"])
        page.set_column(column, column, width)
    for line, row in enumerate(sheet.rows, start=first + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                page.write_string(line, column, cell[:_LONGEST], styles["cell"])
            elif cell is None:
                page.write_blank(line, column, None, styles["cell"])
            else:
                style = "fraction" if isinstance(cell, float) else "cell"
                page.write_number(line, column, cell, styles[style])
    page.freeze_panes(first + 1, sheet.fixed)
    page.set_landscape()
    page.fit_to_pages(1, 0)
