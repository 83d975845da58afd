import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import EmptyFileError, FileMissingError, UnknownFormatError, WorkbookError
from service.importer.readers import opened
from service.importer.tables import Row, Table, find_header, name_columns

KNOWN = {"需求名称", "描述", "预算", "id", "title", "text"}


def read(path: Path) -> tuple[list[Table], list[list[Row]]]:
    with opened(path, KNOWN.__contains__) as source:
        return source.tables, [list(table.rows) for table in source.tables]


def read_one(path: Path) -> tuple[tuple[str, ...], list[Row]]:
    (table,), (rows,) = read(path)
    return table.columns, rows


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(csv_file: Callable[..., Path], delimiter: str) -> None:
    lines = ["需求名称|描述|预算", "甲，乙；丙|一,二;三|50", "丁||"]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in line.split("|")) for line in lines)
    columns, rows = read_one(csv_file(text))
    assert columns == ("需求名称", "描述", "预算")
    assert rows[0].cells == {"需求名称": "甲，乙；丙", "描述": "一,二;三", "预算": "50"}


def test_commas_in_a_tab_separated_text_do_not_mislead(csv_file: Callable[..., Path]) -> None:
    text = "题目\t内容\n甲\t一,二,三,四\n乙\t五,六,七,八\n"
    columns, rows = read_one(csv_file(text, name="x.tsv"))
    assert columns == ("题目", "内容")
    assert rows[1].cells == {"题目": "乙", "内容": "五,六,七,八"}


def test_one_column_is_enough(csv_file: Callable[..., Path]) -> None:
    columns, rows = read_one(csv_file("需求名称\n甲\n乙\n"))
    assert columns == ("需求名称",)
    assert [row.position for row in rows] == [2, 3]


def test_headings_may_stand_below_other_rows(csv_file: Callable[..., Path]) -> None:
    text = "2025年度企业技术需求汇总表,,\n填表说明：一行一条,,\n\n需求名称,描述,预算\n甲,一,2\n"
    columns, rows = read_one(csv_file(text))
    assert columns == ("需求名称", "描述", "预算")
    assert rows == [Row(5, {"需求名称": "甲", "描述": "一", "预算": "2"})]


def test_rows_are_counted_like_a_spreadsheet_does(csv_file: Callable[..., Path]) -> None:
    text = '需求名称,描述\r\n甲,"第一行\r\n第二行"\r\n\r\n,\r\n乙,三\r\n'
    _, rows = read_one(csv_file(text))
    assert [(row.position, row.cells["描述"]) for row in rows] == [
        (2, "第一行\r\n第二行"),
        (5, "三"),
    ]


def test_more_cells_than_headings_are_told(csv_file: Callable[..., Path]) -> None:
    _, rows = read_one(csv_file("需求名称,描述\n甲,一,二\n乙,三,\n丙\n"))
    assert [row.surplus for row in rows] == [True, False, False]
    assert rows[2].cells == {"需求名称": "丙"}


def test_blank_and_twin_headings_get_names_of_their_own() -> None:
    assert name_columns(["名称", "", "名称", None, " 名称 "]) == (
        "名称",
        "第2列",
        "名称 (2)",
        "第4列",
        "名称 (3)",
    )


def test_the_first_row_with_the_most_known_headings_is_the_header() -> None:
    rows = [["说明"], ["需求名称", "x"], ["需求名称", "描述"], ["描述", "需求名称"]]
    assert find_header(rows, KNOWN.__contains__) == 2
    assert find_header([["a"], ["b"]], KNOWN.__contains__) is None
    assert find_header([], KNOWN.__contains__) is None


def test_an_open_quotation_mark_does_not_swallow_rows_silently(
    csv_file: Callable[..., Path],
) -> None:
    _, rows = read_one(csv_file('需求名称,描述\n甲,一\n乙,"没有关上\n丙,三\n丁,四\n'))
    assert rows[0].cells["需求名称"] == "甲"
    assert rows[1].position == 3
    assert "引号" in rows[1].problem
    assert len(rows) == 2


def test_an_endless_cell_is_a_problem_of_its_row_only(csv_file: Callable[..., Path]) -> None:
    endless = "长" * 4_000_001
    _, rows = read_one(csv_file(f"需求名称,描述\n甲,{endless}\n乙,二\n"))
    assert "超过 4,000,000 字" in rows[0].problem
    assert rows[-1].cells == {"需求名称": "乙", "描述": "二"}


def test_without_a_known_heading_the_first_filled_row_names_the_columns(
    csv_file: Callable[..., Path],
) -> None:
    columns, rows = read_one(csv_file("\n甲,乙\n1,2\n"))
    assert columns == ("甲", "乙")
    assert [row.position for row in rows] == [3]


def test_progress_of_a_text_file_goes_from_nought_to_one(csv_file: Callable[..., Path]) -> None:
    path = csv_file("需求名称\n" + "很长的内容\n" * 20_000)
    with opened(path, KNOWN.__contains__) as source:
        (table,) = source.tables
        first = table.fraction()
        for _ in table.rows:
            pass
        assert first < 0.2
        assert table.fraction() == 1.0
        assert source.encoding == "utf-8"


cell_texts = st.text(st.sampled_from('甲乙ab,;\t"\n '), max_size=6)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(cell_texts, cell_texts), max_size=6))
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "x.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerows([("需求名称", "描述"), *cells])
    _, rows = read_one(path)
    filled = [
        {"需求名称": left, "描述": right} for left, right in cells if left.strip() or right.strip()
    ]
    assert [dict(row.cells) for row in rows] == filled


def test_json_lines_are_read_with_the_line_of_each_problem(csv_file: Callable[..., Path]) -> None:
    lines = [
        json.dumps({"id": "N1", "title": "甲\u2028乙", "tags": ["x"]}, ensure_ascii=False),
        "",
        "{broken",
        "[1, 2]",
        "[" * 100_000,
        '{"id": "N2", "late": 1}',
        '{"id": ' + "9" * 5000 + "}",
    ]
    columns, rows = read_one(csv_file("\n".join(lines), name="x.jsonl"))
    assert columns == ("id", "title", "tags", "late")
    assert rows[0] == Row(1, {"id": "N1", "title": "甲\u2028乙", "tags": ["x"]})
    assert [(row.position, bool(row.problem)) for row in rows[1:]] == [
        (3, True),
        (4, True),
        (5, True),
        (6, False),
        (7, True),
    ]
    assert "第 2 个字符" in rows[1].problem


def write_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as book:
        plain = book.add_worksheet("说明")
        plain.write_row(0, 0, ["本表由各单位填写"])
        book.add_worksheet("空表")
        sheet = book.add_worksheet("需求一")
        sheet.merge_range(0, 0, 0, 2, "企业技术需求汇总表")
        sheet.write_row(2, 0, ["需求名称", "描述", "预算"])
        sheet.write_row(3, 0, ["甲", "一", 50])
        sheet.write_datetime(
            3, 3, datetime(2025, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"})
        )
        sheet.write_row(6, 0, ["乙", "二", 1.5])
        sheet.write_formula(6, 3, "=1/0", None, "#DIV/0!")
        other = book.add_worksheet("需求二")
        other.write_row(4, 2, ["描述", "需求名称"])
        other.write_row(5, 2, ["三", "丙"])


def test_every_sheet_of_a_workbook_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook(path)
    tables, rows = read(path)
    assert [table.name for table in tables] == ["说明", "需求一", "需求二"]
    assert tables[1].columns == ("需求名称", "描述", "预算", "第4列")
    filled = {"需求名称": "甲", "描述": "一", "预算": 50.0, "第4列": date(2025, 3, 1)}
    assert rows[1][0] == Row(4, filled)
    assert rows[1][1].position == 7
    assert rows[2] == [Row(6, {"描述": "三", "需求名称": "丙"})]
    assert tables[1].place(4) == "工作表“需求一”第 4 行"
    assert tables[1].fraction() == 1.0


def test_dates_of_a_workbook_are_dates(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["需求名称", "日期"])
        sheet.write(1, 0, "甲")
        sheet.write_datetime(
            1, 1, datetime(2025, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"})
        )
    _, rows = read(path)
    assert rows[0][0].cells["日期"] == date(2025, 3, 1)


def test_an_empty_workbook_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet()
    with pytest.raises(EmptyFileError, match="工作表"), opened(path, bool):
        pass


def test_a_damaged_workbook_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(WorkbookError, match="另存为"), opened(path, bool):
        pass


@pytest.mark.parametrize(
    ("name", "content", "expected", "words"),
    [
        ("x.csv", b"", EmptyFileError, "是空的"),
        ("x.csv", b"\n\n \n", EmptyFileError, "是空的"),
        ("x.jsonl", b"\n\n", EmptyFileError, "是空的"),
        ("x.png", b"PNG", UnknownFormatError, "csv、tsv"),
        ("x.doc", b"x", UnknownFormatError, "另存为 docx"),
        ("x.wps", b"x", UnknownFormatError, "另存为 docx"),
        ("x.rar", b"x", UnknownFormatError, "zip"),
        ("x.txt", b"%PDF-1.7", UnknownFormatError, "其实是 PDF"),
        ("x.txt", b"\n \n", EmptyFileError, "是空的"),
        ("x.json", b"[]", UnknownFormatError, "jsonl"),
        ("x.et", b"abc", UnknownFormatError, "WPS"),
        ("noending", b"abc", UnknownFormatError, "无扩展名"),
        ("x.csv", b"PK\x03\x04...", UnknownFormatError, "xlsx"),
        ("x.csv", b"\xd0\xcf\x11\xe0...", UnknownFormatError, "xls"),
    ],
)
def test_files_that_cannot_be_imported_are_refused(
    tmp_path: Path, name: str, content: bytes, expected: type[Exception], words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(expected, match=words), opened(path, bool):
        pass


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileMissingError, match="不存在"), opened(tmp_path / "x.csv", bool):
        pass
    with pytest.raises(FileMissingError, match="文件夹"), opened(tmp_path, bool):
        pass
