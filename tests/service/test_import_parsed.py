from collections.abc import Callable
from pathlib import Path

from service.importer.report import ImportReport
from service.store.store import Store
from tests.import_rows import NEEDS

OFFERED = """\
成果编号,成果名称,成果简介,完成单位,所属行业,行业代码,技术成熟度,转化方式,价格（元）,发布日期
A1,陶瓷涂层,已完成中试。,浙江大学,新材料,C30,,技术许可/转让,500000-800000,2024年一季度
A2,分选设备,正在研究。,李建国,环保,,较成熟,面议,10万美元,很久以前
"""
CsvFile = Callable[..., Path]
Take = Callable[..., ImportReport]


def parsed(store: Store, side: str, id_: str) -> dict:
    details = store.details(side, id_)  # type: ignore[arg-type]
    assert details is not None
    return details.parsed


def test_what_was_written_is_kept_beside_what_was_read(
    store: Store, take: Take, csv_file: CsvFile
) -> None:
    take(csv_file(NEEDS))
    found = parsed(store, "need", "N1")
    assert found["budget_wan"]["raw"] == "50万元"
    assert found["deadline"]["raw"] == "2025年12月31日"
    assert found["trl"] == {"raw": "TRL6", "value": 6}
    assert found["region"]["province"] == "浙江省"
    found = parsed(store, "need", "N2")
    assert found["budget_wan"] == {"raw": "面议", "state": "negotiable"}
    assert found["deadline"] == {"raw": "长期", "state": "open"}


def test_the_unit_of_the_heading_counts(store: Store, take: Take, csv_file: CsvFile) -> None:
    take(csv_file(OFFERED), "achievement")
    found = parsed(store, "achievement", "A1")["price_wan"]
    assert (found["raw"], found["low_wan"], found["high_wan"]) == ("500000-800000", 50.0, 80.0)


def test_a_value_that_was_refused_is_kept_raw(store: Store, take: Take, csv_file: CsvFile) -> None:
    report = take(csv_file(OFFERED), "achievement")
    details = store.details("achievement", "A2")
    assert details is not None
    assert details.record.price_wan is details.record.published is details.record.trl is None
    found = details.parsed
    assert found["price_wan"] == {"raw": "10万美元", "state": "foreign", "currency": "USD"}
    assert found["published"] == {"raw": "很久以前", "state": "unreadable"}
    assert found["trl"] == {"raw": "较成熟", "value": None}
    assert found["transfer_modes"] == {"raw": "面议", "modes": [], "open": True}
    assert any("外币" in line for line in report.warnings)


def test_a_proposed_level_never_becomes_a_stated_one(
    store: Store, take: Take, csv_file: CsvFile
) -> None:
    take(csv_file(OFFERED), "achievement")
    details = store.details("achievement", "A1")
    assert details is not None
    assert details.record.trl is None
    assert details.parsed["proposed_trl"]["level"] == 6


def test_an_industry_code_column_is_a_field(store: Store, take: Take, csv_file: CsvFile) -> None:
    take(csv_file(OFFERED), "achievement")
    details = store.details("achievement", "A1")
    assert details is not None
    assert (details.record.industry, details.record.industry_code) == ("新材料", "C30")


def test_reading_the_same_file_again_changes_nothing(
    store: Store, take: Take, csv_file: CsvFile
) -> None:
    take(csv_file(OFFERED), "achievement")
    revision = store.last_revision("achievement")
    report = take(csv_file(OFFERED), "achievement")
    assert (report.unchanged, report.updated) == (2, 0)
    assert store.last_revision("achievement") == revision


def test_the_first_column_that_can_be_read_gives_the_raw_value(
    store: Store, take: Take, csv_file: CsvFile
) -> None:
    text = (
        "成果名称,成果简介,成果编号,价格,报价\n涂层,陶瓷,A1,看情况,60万\n涂层二,陶瓷,A2,50万,60万\n"
    )
    take(csv_file(text), "achievement")
    assert parsed(store, "achievement", "A1")["price_wan"]["raw"] == "60万"
    assert parsed(store, "achievement", "A2")["price_wan"]["raw"] == "50万"
