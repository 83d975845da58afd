import base64
import zlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from service.errors import PackedFileError, WorkbookError
from service.importer import workbook, workbook_sizes
from service.importer.apart import ApartError
from service.importer.report import ImportReport
from service.store.store import Store
from tests.office_files import read_tables

Write = Callable[[Callable[[Workbook, Worksheet], None]], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def run(fill: Callable[[Workbook, Worksheet], None]) -> Path:
        path = tmp_path / "x.xlsx"
        with xlsxwriter.Workbook(path) as book:
            fill(book, book.add_worksheet("甲表"))
        return path

    return run


def test_a_value_merged_over_rows_is_filled_into_each(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:C1", "企业技术需求汇总表")
        sheet.write_row("A2", ["单位名称", "需求名称", "描述"])
        sheet.merge_range("A3:A5", "甲公司")
        sheet.merge_range("A7:B7", "跨列的标题")
        for row, name in enumerate(("一", "二"), start=2):
            sheet.write_row(row, 1, [name, f"{name}的说明"])
        sheet.write_row("A6", ["乙公司", "三", "三的说明"])
        sheet.write_row("C7", ["四的说明"])

    ((_, rows),), _ = read_tables(write(fill))
    assert [(row.position, row.cells["单位名称"], row.cells["需求名称"]) for row in rows] == [
        (3, "甲公司", "一"),
        (4, "甲公司", "二"),
        (6, "乙公司", "三"),
        (7, "跨列的标题", ""),
    ]


XLS = (
    "eNrtWE1oE0EU/t4maX5o0qSmQiuUULBq7UW9eKlbC9pTY2sVRQSb2hykIZWoh3qxWnNTEDyI4qXQi5eqF39QRG8ehP"
    "pzEAQhsfTkRUGhhzbrm7ezkNYeGqhFZb5lvnn75s3M25k3szv7djZRmnrYUsYK7IMPFSeMuiodcQp7N3FwueMo0ctD"
    "nByDfwrhEE9kXQDPom+Cag7VfJdh4YH/FTPwhdNJnEV6LJ9NbSB6xIcMKR+6mAl3WRNDs3jVKHxaeJPwfbF8Ltwtmu"
    "vCXWxbohOYtdMde3UUH7fapCwG1e5jqfNJNLvQhNcqii/dINc2gP2FM5nc31nQ6q/HNHjeerP5bCGTKyHJEziNn04K"
    "+OGt1Jcpo99YPYH1C8v1wVX0Ny0/MAFnSAK8yJvrO587wecWORYDLKrkBx0d7DsUPfJtnEXc6skp0QfafSE3sDBIrE"
    "szXUtH1AYtCzq+bEFHJdDrmUfQIHJCwj3OW/bive/v+4b77VOimZBN3N3qtyrv4OCyqsGVY1IiDopth/BO4SvS6haR"
    "W4ST7Drn7f1NWjg4KTZXpbSd+9kj+GBvq5K3s1z8OvCktThn72B5prd8MTnz0Z5CG4/OCEiuSXRSJ925rfDU9nLS28"
    "Jn4ebftoiQFde+O/p91oAlRERMCLt3anRI29Mq9iT2lrYnsfdpe2uF/Qt+Bku3r6zdsVfjOq/rWu7r1mrEIxG7q164"
    "ERgYGBgYGBgYGBisK0h/zPvknOGeN9SRIaj/6yxxqpjfJP8tDmOMr/N8MD2APOcFjNcUP5sRIK8tWmMd73+hwjHuvY"
    "BRDIsfozXHLx/5qPp51lwxvn5LqNb+K7X4+Yf7/wV1tMiM"
)


def test_merged_cells_of_an_old_workbook_are_filled_too(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(XLS)))
    ((_, rows),), _ = read_tables(path)
    assert [list(row.cells.values()) for row in rows] == [["甲公司", "一"], ["甲公司", "二"]]


def test_headings_of_two_rows_are_joined(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:A2", "需求名称")
        sheet.merge_range("B1:C1", "联系信息")
        sheet.merge_range("D1:E1", "需求情况")
        sheet.write_row("B2", ["电话", "其他", "需求描述", "预算（万元）"])
        sheet.write_row("A3", ["涂层", "138", "x", "耐高温", 50])

    ((table, rows),), _ = read_tables(write(fill))
    assert table.columns == (
        "需求名称",
        "联系信息（电话）",
        "联系信息（其他）",
        "需求描述",
        "预算（万元）",
    )
    assert [list(row.cells.values()) for row in rows] == [["涂层", "138", "x", "耐高温", 50.0]]


def test_the_parts_of_a_heading_may_be_the_known_ones(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:A2", "序号")
        sheet.merge_range("B1:D1", "需求情况")
        sheet.write_row("B2", ["需求名称", "需求描述", "预算"])
        sheet.write_row("A3", [1, "涂层", "耐高温", 50])

    ((table, rows),), _ = read_tables(write(fill))
    assert table.columns == ("序号", "需求名称", "需求描述", "预算")
    assert rows[0].position == 3


def test_a_row_below_merged_headings_that_is_no_part_of_them_is_a_record(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write("A1", "需求名称")
        sheet.merge_range("B1:C1", "需求描述")
        sheet.write_row("A2", ["涂层", "耐高温", "又耐磨"])

    ((table, rows),), _ = read_tables(write(fill))
    assert table.columns == ("需求名称", "需求描述", "第3列")
    assert len(rows) == 1


def test_headings_with_line_breaks_are_known(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row("A1", ["需求\n名称", "描 述", "预算\n（万元）"])
        sheet.write_row("A2", ["涂层", "耐高温", 5])

    ((table, _),), _ = read_tables(write(fill))
    assert table.columns == ("需求\n名称", "描 述", "预算\n（万元）")


def test_numbers_as_text_and_dates_are_understood(
    write: Write, take: Callable[..., ImportReport], store: Store
) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row("A1", ["编号", "需求名称", "预算（万元）", "发布日期", "截止日期"])
        sheet.write_row("A2", ["007", "甲", "50", "", 45747])
        sheet.write_datetime(
            "D2", datetime(2025, 3, 1), book.add_format({"num_format": "yyyy/m/d"})
        )

    take(write(fill))
    need = store.get("need", "007")
    assert need is not None
    assert (need.budget_wan, need.posted, need.deadline) == (
        50,
        date(2025, 3, 1),
        date(2025, 3, 31),
    )


def test_a_sheet_may_be_a_form(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.merge_range("A1:D1", "技术需求表")
        sheet.write("A2", "需求名称：")
        sheet.merge_range("B2:D2", "耐高温涂层")
        sheet.write_row("A3", ["预算（万元）", 50, "所属行业", "新材料"])
        sheet.write("A4", "需求描述")
        sheet.merge_range("B4:D4", "需要一种涂层")

    ((table, rows),), _ = read_tables(write(fill))
    assert rows[0].cells == {
        "其他内容": "技术需求表",
        "需求名称": "耐高温涂层",
        "预算（万元）": 50.0,
        "所属行业": "新材料",
        "需求描述": "需要一种涂层",
    }
    assert table.place(1) == "工作表“甲表”第 1 条"


def test_hidden_sheets_are_noted_and_not_read(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        for name in ("甲表", "旧表", "选项"):
            one = book.get_worksheet_by_name(name) or book.add_worksheet(name)
            one.write_row("A1", ["需求名称", "描述"] if name != "选项" else ["是", "否"])
            one.write_row("A2", [name, "x"])
            if name != "甲表":
                one.hide()

    tables, notes = read_tables(write(fill))
    assert [table.name for table, _ in tables] == ["甲表"]
    assert notes == [("工作表是隐藏的，没有读取；要导入请先取消隐藏", "工作表“旧表”")]


def test_formulas_give_their_values_and_links_are_noted(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write_row("A1", ["需求名称", "描述"])
        sheet.write_formula("A2", "=[1]x!A1", None, "存着的值")
        sheet.write_formula("B2", "=cmd|'/c calc'!A1", None, "0")

    path = write(fill)
    with ZipFile(path, "a") as packed:
        packed.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    ((_, rows),), notes = read_tables(path)
    assert rows[0].cells["需求名称"] == "存着的值"
    assert [where for _, where in notes] == ["x.xlsx"]
    assert "没有打开它们" in notes[0][0]


def test_two_cells_at_opposite_corners_are_refused(write: Write) -> None:
    def fill(book: Workbook, sheet: Worksheet) -> None:
        sheet.write("A1", "需求名称")
        sheet.write("XFD1048576", "x")

    with pytest.raises(WorkbookError, match="内存太多"):
        read_tables(write(fill))


def test_a_sheet_with_too_many_cells_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(lambda book, sheet: sheet.write("C2", "x") and None)
    assert workbook_sizes.sizes(path) == [("甲表", 2, 3)]
    monkeypatch.setattr(workbook, "_MOST_CELLS", 5)
    with pytest.raises(WorkbookError, match="2 行、3 列"):
        read_tables(path)


def test_a_workbook_that_ends_its_reader_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(module: str, path: Path) -> None:
        raise ApartError("内容异常，读取程序中途出错")

    monkeypatch.setattr(workbook, "run_apart", crash)
    with pytest.raises(WorkbookError, match="中途出错"):
        read_tables(write(lambda book, sheet: None))


def test_a_workbook_that_would_unpack_to_too_much_is_refused(write: Write) -> None:
    path = write(lambda book, sheet: sheet.write("A1", "x") and None)
    with ZipFile(path, "a", ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/x", "\0" * (70 << 20))
    with pytest.raises(PackedFileError, match="压缩炸弹"):
        read_tables(path)


def test_entities_that_grow_do_not(write: Write) -> None:
    path = write(lambda book, sheet: sheet.write_row("A1", ["需求名称", "描述"]) and None)
    grow = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    sheet = (
        f"<!DOCTYPE x [{grow}]>"
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="str"><v>需求名称</v></c></row>'
        '<row r="2"><c r="A2" t="str"><v>&e8;</v></c></row></sheetData></worksheet>'
    )
    with ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    try:
        tables, _ = read_tables(path)
    except WorkbookError:
        return
    assert all(
        len(str(cell)) < 1000 for _, rows in tables for row in rows for cell in row.cells.values()
    )


def test_a_damaged_workbook_has_no_sizes(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04")
    assert workbook_sizes.sizes(path) == []
