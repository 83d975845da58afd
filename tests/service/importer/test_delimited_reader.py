import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import DecodingError
from service.importer import text_files
from service.importer.report import ImportReport
from tests.office_files import read_records, read_tables

CsvFile = Callable[..., Path]

TEXT = "需求名称{0}描述{0}预算\n高温涂层{0}长期工作的陶瓷涂层{0}50\n电池回收{0}拆解与分选{0}\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "，"])
def test_each_delimiter_is_found_without_quotes(csv_file: CsvFile, delimiter: str) -> None:
    records = read_records(csv_file(TEXT.format(delimiter)))
    assert records[0] == {"需求名称": "高温涂层", "描述": "长期工作的陶瓷涂层", "预算": "50"}


def test_full_width_commas_in_a_text_delimit_nothing(csv_file: CsvFile) -> None:
    records = read_records(csv_file("需求名称,描述\n甲，乙,一，二，三\n丙，丁,四，五，六\n"))
    assert records == [
        {"需求名称": "甲，乙", "描述": "一，二，三"},
        {"需求名称": "丙，丁", "描述": "四，五，六"},
    ]


def test_headings_that_a_text_says_again_and_again_are_no_header(csv_file: CsvFile) -> None:
    text = "需求名称,描述\n甲,描述，描述，需求名称，描述，预算\n"
    assert read_records(csv_file(text))[0]["需求名称"] == "甲"
    assert (
        read_records(csv_file("需求名称\t描述\n甲\t描述,描述,描述,预算\n"))[0]["需求名称"] == "甲"
    )


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-8", b"\xef\xbb\xbf"),
        ("gb18030", b""),
    ],
)
def test_each_encoding_gives_the_same_rows(tmp_path: Path, encoding: str, mark: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(mark + TEXT.format(",").encode(encoding))
    assert read_records(path)[1]["描述"] == "拆解与分选"


def test_gb18030_characters_of_four_bytes_are_read(tmp_path: Path) -> None:
    rare = "㐀䶵𠮷𬭚"
    assert all(len(one.encode("gb18030")) == 4 for one in "𠮷𬭚㐀")
    path = tmp_path / "x.csv"
    path.write_bytes(f"需求名称,描述\n{rare},高温下长期工作的陶瓷涂层{rare}\n".encode("gb18030"))
    assert read_records(path) == [{"需求名称": rare, "描述": f"高温下长期工作的陶瓷涂层{rare}"}]


def test_mixed_line_ends_end_lines(csv_file: CsvFile) -> None:
    text = '需求名称,描述\r\n甲,一\n乙,二\r丙,"三\r\n四"\n'
    assert [one["描述"] for one in read_records(csv_file(text))] == ["一", "二", "三\r\n四"]


def test_nul_bytes_are_taken_out(csv_file: CsvFile, take: Callable[..., ImportReport]) -> None:
    report = take(csv_file("需求名称,描述\n高温\0涂层,长期工作的陶瓷涂层\n乙,二\n"))
    assert report.new == 2


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DecodingError):
        read_tables(path)


@pytest.fixture
def _short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    from service.importer import delimited

    monkeypatch.setattr(text_files, "LONGEST_LINE", 1000)
    monkeypatch.setattr(delimited, "LONGEST_LINE", 1000)


@pytest.mark.usefixtures("_short_lines")
@pytest.mark.parametrize(
    "endless",
    [
        "甲," + "长" * 200_000,
        "甲" + ",二" * 100_000,
        '乙,"' + "长" * 200_000 + '"',
        '"' + "甲\n" * 499 + "长" * 200_000 + '"',
    ],
)
def test_an_endless_line_is_a_bad_row_and_the_rest_goes_on(csv_file: CsvFile, endless: str) -> None:
    ((_, rows),), _ = read_tables(csv_file(f"需求名称,描述\n前,一\n{endless}\n后,二\n"))
    assert rows[0].cells["需求名称"] == "前"
    assert "超过" in rows[1].problem
    assert rows[1].position == 3
    assert rows[-1].cells == {"需求名称": "后", "描述": "二"}


@pytest.mark.usefixtures("_short_lines")
def test_an_endless_json_line_is_a_bad_row_and_the_rest_goes_on(csv_file: CsvFile) -> None:
    text = '{"title": "' + "长" * 200_000 + '"}\n{"title": "后"}\n{"title": "' + "长" * 2000
    ((_, rows),), _ = read_tables(csv_file(text, name="x.jsonl"))
    assert [(row.position, bool(row.problem)) for row in rows] == [(1, True), (2, False), (3, True)]


def test_an_endless_line_is_never_held_whole(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "x.jsonl"
    with path.open("wb") as stream:
        stream.write(b'{"title": "')
        for _ in range(60):
            stream.write(b"x" * 1_000_000)
        stream.write(b'"}\n{"title": "y"}\n')
    tracemalloc.start()
    ((_, rows),), _ = read_tables(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [bool(row.problem) for row in rows] == [True, False]
    assert peak < 40_000_000


def test_cells_that_a_spreadsheet_would_run_are_defused_in_the_list_of_rejects(
    csv_file: CsvFile, take: Callable[..., ImportReport]
) -> None:
    text = "需求编号,需求名称,描述\n=1+1,=HYPERLINK(1),一\n=1+1,@SUM(2),二\n"
    report = take(csv_file(text))
    assert report.rejects is not None
    with report.rejects.open(encoding="utf-8-sig", newline="") as stream:
        (_, row) = csv.reader(stream)
    assert row[1:3] == ["'=1+1", "'@SUM(2)"]
    again = report.rejects.with_name("again.csv")
    again.write_bytes(report.rejects.read_bytes())
    ((_, rows),), _ = read_tables(again)
    assert rows[0].cells["编号"] == "=1+1"
    assert rows[0].cells["标题"] == "@SUM(2)"
