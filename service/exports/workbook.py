"""xlsx for a meeting: the list on one sheet, every requirement with its proof on another."""

import io

import xlsxwriter

from service.exports.rows import HEADINGS, about, table_rows, verdict_line
from service.workbench.issued_list import IssuedList

_WIDTHS = (6, 14, 36, 20, 14, 11, 9, 34, 34, 34, 48, 16, 10, 18, 10, 10, 24)
_DETAILS = ("序号", "编号", "要求", "类别", "依据或说明")


def as_xlsx(issued: IssuedList) -> bytes:
    """Write a workbook; texts are stored as texts, never as formulas or links."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        made = issued.issued_at.replace(tzinfo=None)
        book.set_properties(
            {"title": issued.title, "comments": f"sha256 {issued.sha256}", "created": made}
        )
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        number = book.add_format({"valign": "top", "border": 1, "num_format": "0.00"})
        bold = book.add_format({"bold": True, "font_size": 14})
        sheet = book.add_worksheet("匹配清单")
        sheet.write_string(0, 0, issued.title, bold)
        for at, (label, value) in enumerate(about(issued), start=1):
            sheet.write_string(at, 0, f"{label}：{value}")
        first = len(about(issued)) + 2
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            sheet.write_string(first, column, heading, head)
            sheet.set_column(column, column, width)
        for line, row in enumerate(table_rows(issued), start=first + 1):
            for column, told in enumerate(row):
                if isinstance(told, str):
                    sheet.write_string(line, column, told, cell)
                else:
                    sheet.write_number(line, column, told, cell if column == 0 else number)
        sheet.freeze_panes(first + 1, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        _details(book, issued, head, cell)
    return buffer.getvalue()


def _details(
    book: xlsxwriter.Workbook,
    issued: IssuedList,
    head: "xlsxwriter.format.Format",
    cell: "xlsxwriter.format.Format",
) -> None:
    sheet = book.add_worksheet("逐条要求")
    for column, (heading, width) in enumerate(zip(_DETAILS, (6, 14, 44, 8, 70), strict=True)):
        sheet.write_string(0, column, heading, head)
        sheet.set_column(column, column, width)
    line = 0
    for one in issued.matches:
        for verdict in one.verdicts:
            line += 1
            asked, kind, proof = verdict_line(verdict)
            sheet.write_number(line, 0, one.rank, cell)
            for column, value in enumerate((one.record.shown_id, asked, kind, proof), start=1):
                sheet.write_string(line, column, value, cell)
    sheet.freeze_panes(1, 0)
