import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.types import Achievement, Side
from service.errors import (
    DecodingError,
    EmptyFileError,
    StrictImportError,
)
from service.importer.report import ImportReport, rejects_beside
from service.importer.run import import_file
from service.settings import Home
from service.store.rows import FIELDS
from service.store.store import Store
from tests.import_rows import NEEDS, rejected_rows

CsvFile = Callable[..., Path]


@pytest.fixture(scope="module")
def memory() -> Iterator[Store]:
    with Store.open("sqlite://") as opened:
        yield opened


def test_a_workbook_with_two_sheets_and_late_headings(
    store: Store, take: Callable[..., ImportReport], tmp_path: Path
) -> None:
    path = tmp_path / "成果.xlsx"
    with xlsxwriter.Workbook(path) as book:
        one = book.add_worksheet("一")
        one.write(0, 0, "成果汇总")
        one.write_row(2, 0, ["编号", "成果名称", "转让价格（元）"])
        one.write_row(3, 0, [1, "甲", 500000])
        two = book.add_worksheet("二")
        two.write_row(0, 0, ["编号", "成果名称"])
        two.write_row(1, 0, [1, "别的"])
        two.write_row(2, 0, [2, "乙"])
        book.add_worksheet("说明").write(0, 0, "请逐行填写")
    report = take(path, "achievement")
    assert (report.new, report.rejected, report.encoding) == (2, 1, "")
    assert store.get("achievement", "1") == Achievement(id="1", title="甲", price_wan=50.0)
    (row,) = rejected_rows(report)
    assert row["位置"] == "工作表“二”第 2 行"
    assert "工作表“一”第 4 行" in row["原因"]
    assert "工作表“说明”没有标题列或正文列，已跳过" in report.warnings


def test_rows_that_cannot_be_read_and_cells_without_heading_are_told(
    take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    report = take(csv_file('id,title\nN1,甲,多\nN2,乙\nN3,"没有关上\n'))
    assert (report.new, report.rejected) == (2, 1)
    assert "引号" in rejected_rows(report)[0]["原因"]
    warned = report.warnings["有的行比表头多出几格，多出的内容没有导入"]
    assert (warned.count, warned.example) == (1, "第 2 行")


def test_other_columns_of_any_kind_are_kept_as_json(
    store: Store, take: Callable[..., ImportReport], tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "title", "时刻", "时长", "是否", "备注"])
        sheet.write_row(1, 0, ["N1", "甲"])
        sheet.write_datetime(
            1, 2, datetime(2025, 3, 1, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_datetime(1, 3, timedelta(hours=30), book.add_format({"num_format": "[h]:mm"}))
        sheet.write_boolean(1, 4, True)
        sheet.write(1, 5, "急\x07")
    take(path)
    odd = tmp_path / "x.jsonl"
    odd.write_text('{"id": "N2", "title": "乙", "a": NaN, "b": Infinity, "c": 1.5}', "utf-8")
    take(odd)
    first, second = store.details("need", "N1"), store.details("need", "N2")
    assert first is not None
    assert second is not None
    assert first.extra == {
        "时刻": "2025-03-01T08:30:00",
        "时长": "1 day, 6:00:00",
        "是否": True,
        "备注": "急",
    }
    assert second.extra == {"a": "nan", "b": "inf", "c": 1.5}


def test_two_imports_in_one_second_keep_both_lists_of_rejects(
    home: Home, csv_file: CsvFile
) -> None:
    started = datetime(2025, 3, 1, 8, 30)
    for _ in range(3):
        with rejects_beside(home.rejects, Path("需求.csv"), started) as rejects:
            rejects.add("第 2 行", {}, "原因")
            rejects.finish()
    assert sorted(path.name for path in home.rejects.iterdir()) == [
        "20250301-083000-需求-2.csv",
        "20250301-083000-需求-3.csv",
        "20250301-083000-需求.csv",
    ]


def test_the_list_of_rejects_goes_when_the_import_fails(home: Home) -> None:
    def fail(*, finished: bool) -> None:
        with rejects_beside(home.rejects, Path("x.csv"), datetime(2025, 3, 1)) as rejects:
            rejects.add("第 2 行", {}, "原因")
            if finished:
                rejects.finish()
            raise ZeroDivisionError

    for finished in (False, True):
        with pytest.raises(ZeroDivisionError):
            fail(finished=finished)
        assert list(home.rejects.iterdir()) == []


def test_strict_stops_at_the_first_bad_row_and_keeps_nothing(
    store: Store, home: Home, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    path = csv_file("id,title\nN1,甲\nN2,\nN3,\n")
    with pytest.raises(StrictImportError, match="第 3 行"):
        take(path, strict=True)
    assert store.count("need") == 0
    assert not home.rejects.exists()


def test_a_dry_run_reports_the_same_and_keeps_nothing(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    path = csv_file(NEEDS + "N3,,,,,,,,,,,,,\n")
    trial = take(path, dry_run=True)
    assert store.count("need") == 0
    assert rejected_rows(trial)[0]["位置"] == "第 4 行"
    real = take(path)
    assert replace(trial, dry_run=False, rejects=real.rejects) == real
    assert trial.rejects != real.rejects


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", EmptyFileError),
        ("需求名称,描述\n".encode(), EmptyFileError),
        (b"Name,R\xe9sum\xe9\nCaf\xe9,d\xe9j\xe0\n", DecodingError),
    ],
)
def test_files_without_usable_rows_are_refused(
    store: Store,
    take: Callable[..., ImportReport],
    csv_file: CsvFile,
    content: bytes,
    expected: type[Exception],
) -> None:
    path = csv_file("")
    path.write_bytes(content)
    with pytest.raises(expected):
        take(path)
    assert store.last_revision("need") == 0


def test_escaped_line_breaks_are_undone_where_a_file_uses_them(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    take(csv_file("id,描述\nN1,第一行\\n第二行\nN2,其他\\r\\n内容\\n\n"))
    assert [need.text for need in store.get_many("need", ["N1", "N2"])] == [
        "第一行\n第二行",
        "其他\n内容\n",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        "N1,一\\n二\n",  # once may be meant
        'N1,一\\n二\\n三\nN2,"真的\n换行"\n',
        "N1,路径 C:\\new 和\\n二\\n三\n",
    ],
)
def test_escaped_line_breaks_stay_where_a_file_may_mean_them(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile, rows: str
) -> None:
    take(csv_file(f"id,描述\n{rows}"))
    first = store.get("need", "N1")
    assert first is not None
    assert "\\n" in first.text


def test_progress_is_told_and_ends_at_one(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    told: list[tuple[int, float]] = []
    text = "id,title\n" + "".join(f"N{n},需求{n}\n" for n in range(1200))
    take(csv_file(text), progress=lambda rows, part: told.append((rows, part)))
    assert [rows for rows, _ in told] == [500, 1000, 1200]
    assert told[-1][1] == 1.0


def test_many_warnings_and_duplicates_stay_short(
    take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    text = "id,title,预算\n" + "N1,甲,若干\n" * 50
    report = take(csv_file(text))
    assert report.duplicate == 49
    assert len(report.duplicates) == 20
    assert [one.count for one in report.warnings.values()] == [50]


def test_the_report_as_json_is_json(take: Callable[..., ImportReport], csv_file: CsvFile) -> None:
    report = take(csv_file(NEEDS + "N3,,,,,,,,,,,,,\n"))
    document = json.loads(json.dumps(report.as_json()))
    assert document["read"] == 3
    assert document["rejects"] == str(report.rejects)
    assert document["columns"]["需求名称"] == "title"
    assert document["warnings"][0]["count"] == 1


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**300, 10**320)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["\ud800", "面议", "2025-02-30", "9级", "\0", "①", "²"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
columns = st.sampled_from(sorted({*FIELDS["need"], *FIELDS["achievement"]})) | st.text(max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.dictionaries(columns, anything, max_size=8), min_size=1, max_size=4),
    side=st.sampled_from(["need", "achievement"]),
)
def test_no_json_whatever_can_break_an_import(
    memory: Store,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    side: Side,
) -> None:
    folder = tmp_path_factory.mktemp("json")
    lines = [json.dumps({"title": "甲"}), *map(json.dumps, rows)]
    (folder / "x.jsonl").write_text("\n".join(lines), "utf-8")
    report = import_file(memory, folder / "x.jsonl", side, rejects_folder=folder, dry_run=True)
    assert report.read == len(lines)
    json.dumps(report.as_json(), allow_nan=False)


titles = st.text(st.sampled_from("甲乙 \0\n,"), max_size=3)
ids = st.sampled_from(["", "1", "2", "3"])


@settings(max_examples=15, deadline=None)
@given(files=st.lists(st.lists(st.tuples(ids, titles), min_size=1, max_size=8), max_size=3))
def test_every_row_is_counted_exactly_once(
    tmp_path_factory: pytest.TempPathFactory,
    empty_database: bytes,
    files: list[list[tuple[str, str]]],
) -> None:
    folder = tmp_path_factory.mktemp("counts")
    (folder / "x.db").write_bytes(empty_database)
    with Store.open(folder / "x.db") as store:
        for number, rows in enumerate(files):
            path = folder / f"{number}.jsonl"
            lines = [json.dumps({"id": id_, "title": title}) for id_, title in rows]
            path.write_text("\n".join(lines), "utf-8")
            before = store.count("need")
            report = import_file(
                store, path, "need", rejects_folder=folder, chosen={"title": "title"}
            )
            parts = (report.new, report.updated, report.unchanged, report.duplicate)
            assert report.read == len(rows) == sum(parts) + report.rejected
            assert store.count("need") == before + report.new
            assert (report.rejects is not None) == (report.rejected > 0)
