from pathlib import Path

import pytest

from service.errors import DocumentError
from service.importer import pdf, pdf_pages
from service.importer.apart import ApartError
from service.importer.mapping import recogniser
from service.importer.pdf_layout import unwrapped
from service.importer.tables import Row, Table
from tests.office_files import read_tables
from tests.pdf_files import PdfWriter

LONG = (
    "　　本项目研制了一种能够在高温环境下长期工作的陶瓷涂层材料，采用等离子喷涂工艺制备，"
    "结合强度高，抗热震性能好，已经在多家企业完成中试验证。"
)


def read_here(path: Path) -> tuple[list[tuple[Table, list[Row]]], dict]:
    """Read a PDF in this process: the process apart is tested once."""
    from service.importer.documents import source_of

    found = pdf_pages.pages(path)
    source = source_of(pdf.blocks(path, found), recogniser("need", {}), path.stem)
    return [(one, list(one.rows)) for one in source.tables], found


def write_lines(writer: PdfWriter, top: float, text: str, width: int = 38) -> float:
    for at in range(0, len(text), width):
        writer.text(60, top, text[at : at + width])
        top += 18
    return top


def test_lines_are_joined_and_running_heads_left_out(tmp_path: Path) -> None:
    writer = PdfWriter()
    for number in range(3):
        writer.page()
        writer.text(60, 30, "科技成果汇编 2025", 9)
        writer.text(290, 800, f"— {number + 1} —", 9)
        if number == 0:
            writer.text(180, 90, "高温陶瓷涂层", 18)
        write_lines(writer, write_lines(writer, 130, LONG), LONG)
    tables, notes = read_tables(writer.write(tmp_path / "x.pdf"))
    ((_, rows),) = tables
    assert rows[0].cells == {"title": "高温陶瓷涂层", "text": "\n".join([LONG.strip()] * 6)}
    assert notes == []


def test_a_paragraph_goes_on_over_the_page(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    write_lines(writer, 120, "连续的题目")
    write_lines(writer, 150, LONG[:38])
    writer.page()
    write_lines(writer, 120, LONG[38:])
    ((_, rows),), _ = read_here(writer.write(tmp_path / "x.pdf"))
    assert rows[0].cells["text"] == LONG.strip()


def test_latin_words_keep_a_blank_and_lose_a_hyphen(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    for at, line in enumerate(("A method for coat-", "ing of steel with", "ceramics is shown.")):
        writer.text(60, 100 + 16 * at, line)
    ((_, rows),), _ = read_here(writer.write(tmp_path / "题目在文件名.pdf"))
    assert rows[0].cells["text"] == "A method for coating of steel with ceramics is shown."


def test_a_ruled_table_goes_on_over_pages(tmp_path: Path) -> None:
    heading = ["需求名称", "需求描述", "单位名称"]
    writer = PdfWriter()
    writer.page()
    writer.text(200, 90, "技术需求汇总表", 16)
    writer.grid(150, [heading, ["甲需求", "描述甲", "甲公司"]])
    writer.page()
    writer.grid(150, [heading, ["乙需求", "描述乙", "乙公司"]])
    writer.page()
    writer.grid(150, [["丙需求", "描述丙", "丙公司"], ["丁需求", "描述丁", "丁公司"]])
    ((table, rows),), _ = read_here(writer.write(tmp_path / "x.pdf"))
    assert table.columns == tuple(heading)
    assert [row.cells["需求名称"] for row in rows] == ["甲需求", "乙需求", "丙需求", "丁需求"]
    assert [row.position for row in rows] == [2, 3, 4, 5]


def test_a_form_with_joined_cells_is_a_record(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    writer.grid(
        150,
        [
            ["需求名称", "耐高温涂层", "所属行业", "新材料"],
            ["需求描述", "需要一种涂层", "", ""],
            ["联系人", "张三", "电话", "13800000000"],
        ],
    )
    ((_, rows),), _ = read_here(writer.write(tmp_path / "x.pdf"))
    assert rows[0].cells == {
        "需求名称": "耐高温涂层",
        "所属行业": "新材料",
        "需求描述": "需要一种涂层",
        "联系人": "张三",
        "电话": "13800000000",
    }


@pytest.mark.parametrize(
    ("cell", "joined"),
    [
        ("需求名\n称", "需求名称"),
        (
            "需要一种能够在高温下\n长期工作的涂层。\n另外要便宜",
            "需要一种能够在高温下长期工作的涂层。\n另外要便宜",
        ),
        ("一、耐高温材料研究\n二、耐磨", "一、耐高温材料研究\n二、耐磨"),
        ("a long coating\nof steel", "a long coating of steel"),
        ("", ""),
    ],
)
def test_lines_of_a_cell_are_joined_where_the_cell_was_full(cell: str, joined: str) -> None:
    assert unwrapped(cell) == joined


def test_text_around_a_table_keeps_its_place(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    writer.text(60, 100, "某某研究")
    writer.grid(150, [["甲", "乙"], ["一", "二"]])
    writer.text(60, 300, "表后的文字。")
    writer.grid(400, [["丙", "丁"], ["三", "四"]])
    ((_, rows),), _ = read_here(writer.write(tmp_path / "x.pdf"))
    assert rows[0].cells["text"] == "甲\t乙\n一\t二\n表后的文字。\n丙\t丁\n三\t四"


def test_a_scanned_document_is_told_so(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    writer.picture()
    with pytest.raises(DocumentError, match="扫描件，没有文字层"):
        read_here(writer.write(tmp_path / "x.pdf"))


def test_a_scanned_page_among_others_is_noted(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    writer.text(60, 100, "有文字的一页")
    writer.page()
    writer.picture()
    _, notes = read_tables(writer.write(tmp_path / "x.pdf"))
    assert notes == [("有的页是扫描件，没有文字层，没有导入", "第 2 页")]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"problem": "password"}, "密码"),
        ({"problem": "damaged"}, "损坏"),
        ({"problem": "long", "pages": 501}, "501 页"),
        ({"pages": [], "unreadable": True}, "字体编码"),
    ],
)
def test_each_problem_of_a_pdf_has_words(tmp_path: Path, found: dict, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        pdf.blocks(tmp_path / "x.pdf", found)


def test_a_password_is_noticed(tmp_path: Path) -> None:
    writer = PdfWriter()
    writer.page()
    path = writer.write(tmp_path / "x.pdf")
    locked = path.read_bytes().replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O <"
        + b"00" * 32
        + b"> /U <"
        + b"00" * 32
        + b"> /P -4 >>",
    )
    path.write_bytes(locked)
    assert pdf_pages.pages(path) == {"problem": "password"}


def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = PdfWriter()
    writer.page()
    writer.page()
    monkeypatch.setattr(pdf_pages, "_MOST_PAGES", 1)
    assert pdf_pages.pages(writer.write(tmp_path / "x.pdf")) == {"problem": "long", "pages": 2}


@pytest.mark.parametrize("content", [b"%PDF", b"no pdf at all", b"%PDF-1.4\n" + bytes(500)])
def test_what_is_no_pdf_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match="损坏"):
        read_here(path)


def test_an_empty_pdf_is_told_so(tmp_path: Path) -> None:
    from service.errors import EmptyFileError

    writer = PdfWriter()
    writer.page()
    with pytest.raises(EmptyFileError, match="没有文字"):
        read_tables(writer.write(tmp_path / "x.pdf"))


def test_a_pdf_that_takes_too_long_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(module: str, path: Path) -> None:
        raise ApartError("读了 180 秒还没有读完")

    monkeypatch.setattr(pdf, "run_apart", stopped)
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF")
    with pytest.raises(DocumentError, match="180 秒"):
        read_tables(path)
