import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from matcher.types import Achievement, Need
from service.errors import (
    NoRecognisedColumnError,
    UnknownColumnError,
)
from service.importer.records import MAX_CHARACTERS, derived_id
from service.importer.report import ImportReport
from service.settings import Home
from service.store.store import Store
from tests.import_rows import NEEDS, rejected_rows

FIRST = Need(
    id="N1",
    title="耐高温涂层",
    text="长期工作的陶瓷涂层",
    organisation="甲公司",
    industry="新材料",
    region="浙江",
    budget_wan=50.0,
    deadline=date(2025, 12, 31),
    cooperation="联合开发",
    min_trl=6,
    visibility="公开",
    posted=date(2025, 3, 1),
)
CsvFile = Callable[..., Path]


def test_chinese_headings_fill_all_fields(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    report = take(csv_file(NEEDS))
    assert (report.read, report.new, report.rejected) == (2, 2, 0)
    assert store.get("need", "N1") == FIRST
    assert store.get("need", "N2") == Need(
        id="N2",
        title="电池回收",
        text="拆解与分选",
        organisation="乙公司",
        industry="环保",
        region="江苏",
        cooperation="委托开发",
        visibility="本机构",
    )
    assert report.rejects is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_every_encoding_gives_the_same_records(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile, encoding: str
) -> None:
    take(csv_file(NEEDS, encoding))
    assert store.get("need", "N1") == FIRST


def test_the_contracts_own_names_fill_an_achievement(
    store: Store, take: Callable[..., ImportReport], tmp_path: Path
) -> None:
    achievement = Achievement(
        id="A1",
        title="陶瓷涂层",
        text="制备方法",
        owner="某大学",
        owner_type="高校",
        industry="新材料",
        region="北京",
        trl=7,
        ip="已授权专利",
        transfer_modes=("转让", "许可"),
        price_wan=80.0,
        published=date(2025, 3, 1),
        visibility="受限",
    )
    values = {name: getattr(achievement, name) for name in Achievement.__dataclass_fields__} | {
        "published": "2025-03-01",
        "unknown": {"a": [1, None], "phone": "13800000000"},
    }
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(values, ensure_ascii=False), "utf-8")
    assert take(path, "achievement").new == 1
    assert store.get("achievement", "A1") == achievement
    details = store.details("achievement", "A1")
    assert details is not None
    assert details.extra == {"unknown": {"a": [1, None]}}


def test_personal_data_is_stored_nowhere(
    store: Store, home: Home, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    report = take(csv_file(NEEDS))
    details = store.details("need", "N1")
    assert details is not None
    assert details.extra == {"备注": "急"}
    assert "“联系电话”列可能是个人信息，没有保存" in report.warnings
    for file in home.root.rglob("*"):
        assert not file.is_file() or b"13800000000" not in file.read_bytes()


def test_columns_that_were_not_understood_are_told(
    take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    path = csv_file("需求名称,投资意愿,备注\n甲,50,急\n")
    (told,) = [one for one in take(path).warnings if "没有认出的列" in one]
    assert "：投资意愿、备注；" in told
    assert "--map" in told
    many = "需求名称," + ",".join(f"甲{at}" for at in range(12)) + "\n乙" + "," * 12 + "\n"
    (told,) = [one for one in take(csv_file(many)).warnings if "没有认出的列" in one]
    assert "甲9 等 12 列" in told
    assert "甲10" not in told


def test_importing_twice_changes_nothing(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    path = csv_file(NEEDS)
    take(path)
    report = take(path)
    assert (report.new, report.updated, report.unchanged) == (0, 0, 2)
    assert store.last_revision("need") == 2


def test_a_bad_value_is_left_out_with_a_warning_and_kept_as_it_was(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    text = "id,title,预算,截止日期,公开范围\nN1,甲,若干,2025/13/1,看情况\nN2,乙,很多,,公开\n"
    report = take(csv_file(text))
    assert (report.new, report.rejected) == (2, 0)
    assert store.get("need", "N1") == Need(id="N1", title="甲", visibility="受限")
    details = store.details("need", "N1")
    assert details is not None
    assert details.extra == {"预算": "若干", "截止日期": "2025/13/1", "公开范围": "看情况"}
    warned = report.warnings["“预算”列有的值不是能看懂的金额，已留空"]
    assert (warned.count, warned.example) == (2, "第 2 行：若干")


def test_bad_rows_are_listed_with_place_and_reason_and_stop_nothing(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    text = (
        "id,title,text\n"
        "N1,甲,一\n"
        "N2,,\n"
        "N1,甲,别的\n"
        f"N3,长,{'字' * (MAX_CHARACTERS + 1)}\n"
        f"N4,刚好,{'字' * MAX_CHARACTERS}\n"
        "N1,甲,一\n"
        "N5,乙,二\n"
    )
    report = take(csv_file(text))
    counts = (report.read, report.new, report.duplicate, report.rejected)
    assert counts == (7, 3, 1, 3)
    assert report.duplicates == [("第 7 行", "N1")]
    rows = rejected_rows(report)
    assert [(row["位置"], row["编号"]) for row in rows] == [
        ("第 3 行", "N2"),
        ("第 4 行", "N1"),
        ("第 5 行", "N3"),
    ]
    assert "标题和正文都是空的" in rows[0]["原因"]
    assert "第 2 行" in rows[1]["原因"]
    assert "200,001" in rows[2]["原因"]
    assert [need.id for need in store.iterate("need")] == ["N1", "N4", "N5"]
    assert report.rejects is not None
    assert not report.rejects.with_name(report.rejects.name + ".part").exists()


def test_what_a_killed_import_left_is_tidied_away(
    home: Home, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    home.rejects.mkdir()
    (home.rejects / "old.csv.part").write_text("x")
    (home.rejects / "old.csv").write_text("x")
    take(csv_file(NEEDS))
    assert [file.name for file in home.rejects.iterdir()] == ["old.csv"]


def test_a_missing_id_is_derived_from_side_and_content(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    report = take(csv_file("title,text,预算\n甲,一,1\n甲,一,1\n甲,一,2\n乙,,\n"))
    assert (report.new, report.duplicate, report.rejected) == (2, 1, 1)
    expected = derived_id("need", "甲", "一", "")
    assert store.get("need", expected) == Need(id=expected, title="甲", text="一", budget_wan=1.0)
    assert expected.startswith("N")
    assert derived_id("achievement", "甲", "一", "").startswith("A")


def test_derived_ids_are_the_same_forever() -> None:
    # People quote them, and a second import must meet the first.
    assert derived_id("need", "耐高温涂层", "", "") == "Ncajq83rzqh5a"


def test_a_row_without_id_that_is_in_the_store_already_is_a_duplicate(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    take(csv_file("id,title\nN1,甲\n"))
    report = take(csv_file("title\n甲\n乙\n"))
    assert (report.new, report.duplicate) == (1, 1)
    assert report.duplicates == [("第 2 行", "N1")]


def test_rows_that_clash_without_a_column_of_ids_get_advice_and_no_id_of_the_programs_making(
    take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    report = take(csv_file("title,预算\n甲,3\n甲,5\n"))
    assert report.rejected == 1
    said = str(rejected_rows(report))
    assert "没有编号列" in said
    assert "指定它填哪一项" in said
    named = take(csv_file("id,title\nN1,甲\nN1,乙\n"))
    assert "编号 N1 与" in str(rejected_rows(named))


def test_several_text_columns_are_joined_under_their_headings(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    text = "id,成果名称,成果简介,技术指标,创新点\nA1,甲,简介,耐温1200℃,\nA2,乙,,指标,新\n"
    take(csv_file(text), "achievement")
    first, second = store.get_many("achievement", ["A1", "A2"])
    assert first.text == "简介\n技术指标：耐温1200℃"
    assert second.text == "指标\n创新点：新"


def test_the_first_filled_column_of_a_field_wins(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    take(csv_file("id,需求名称,项目名称\nN1,甲,乙\nN2,,丙\n"))
    first, second = store.get_many("need", ["N1", "N2"])
    assert (first.title, second.title) == ("甲", "丙")
    details = store.details("need", "N1")
    assert details is not None
    assert details.extra == {"项目名称": "乙"}


def test_a_column_can_be_chosen(
    store: Store, take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    path = csv_file("名字,说法\n甲,一\n")
    with pytest.raises(NoRecognisedColumnError, match="名字、说法"):
        take(path)
    report = take(path, chosen={"名字": "title", "说法": "text"})
    assert report.columns == {"名字": "title", "说法": "text"}
    assert [need.text for need in store.iterate("need")] == ["一"]
    with pytest.raises(UnknownColumnError, match="没有的"):
        take(path, chosen={"没有的": "title"})
