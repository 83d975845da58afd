import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from matcher.types import Achievement, Need
from service.cli.quality_lines import report_lines
from service.importer import quality
from service.importer.quality import DataQuality
from service.importer.quality_file import keep_report
from service.importer.report import ImportReport
from service.settings import Home
from service.store.rows import FIELDS
from tests.service_parts import Caller

CsvFile = Callable[..., Path]
TODAY = date(2026, 3, 1)
LONG = "目前涂层容易剥落，希望采用耐温不低于1200℃的涂层，用于发动机叶片，寿命2000小时，厚0.2mm。"


def empty_report() -> ImportReport:
    return ImportReport(Path("x.csv"), "need", dry_run=False)


def examined(*records: Need | Achievement) -> dict[str, Any]:
    side = "need" if isinstance(records[0], Need) else "achievement"
    observed = DataQuality(side, TODAY)
    for record in records:
        observed.observe(record)
    return json.loads(json.dumps(observed.as_json(empty_report()), allow_nan=False))  # type: ignore[no-any-return]


def test_missing_fields_are_counted_and_a_zero_is_not_missing() -> None:
    told = examined(
        Need(id="1", title="甲", budget_wan=0.0, region="江苏"),
        Need(id="2", text=LONG, region="浙江"),
    )
    assert told["records"] == 2
    assert {name: n for name, n in told["missing"].items() if n < 2} == {
        "title": 1,
        "text": 1,
        "budget_wan": 1,
        "region": 0,
    }
    assert not {"id", "visibility"} & told["missing"].keys()
    assert told["missing"].keys() < set(FIELDS["need"])


def test_short_texts_are_counted_but_absent_ones_are_missing_instead() -> None:
    told = examined(Need(id="1", title="甲"), Need(id="2", text="太短"), Need(id="3", text=LONG))
    assert told["short_texts"] == {"below": 30, "records": 1}


@pytest.mark.parametrize(
    ("record", "counted"),
    [
        (Need(id="1", deadline=date(2026, 2, 28)), {"deadline_passed"}),
        (Need(id="1", deadline=date(2026, 3, 1)), set()),
        (Need(id="1", posted=date(2024, 2, 29)), {"old"}),
        (Need(id="1", posted=date(2024, 3, 1)), set()),
        # One reason is enough to look at a record.
        (Need(id="1", posted=date(2020, 1, 1), deadline=date(2021, 1, 1)), {"deadline_passed"}),
        (Need(id="1", posted=date(2026, 3, 2)), {"future"}),
        (Achievement(id="1", published=date(2021, 2, 28)), {"old"}),
        (Achievement(id="1", published=date(2021, 3, 1)), set()),
    ],
)
def test_dates_that_have_gone_by_are_counted(record: Any, counted: set[str]) -> None:
    dates = examined(record)["dates"]
    assert {name for name in ("deadline_passed", "old", "future") if dates[name]} == counted


def test_a_leap_day_has_a_day_years_ago() -> None:
    observed = DataQuality("achievement", date(2024, 2, 29))
    observed.observe(Achievement(id="1", title="甲", published=date(2019, 2, 27)))
    assert observed.stale["old"] == 1


def test_garble_is_more_than_width_and_blanks() -> None:
    told = examined(
        Need(id="1", title="ＡＢＣ 石 墨 烯"),
        Need(id="2", title="技術轉移"),
        Need(id="3", title="应用", text=LONG),
        Need(id="4", title="推广"),
    )["garble"]
    characters = len("ＡＢＣ 石 墨 烯") + len("技術轉移") + len("应用") + len(LONG) + len("推广")
    assert (told["records"], told["share"]) == (1, 0.25)
    assert told["character_share"] == pytest.approx(2 / characters, abs=1e-6)
    assert told["repairs"]["characters"] == 3
    assert told["repairs"]["traditional"] == 2


def test_descriptions_are_summed_up() -> None:
    told = examined(Need(id="1", title="技术需求"), Need(id="2", title="叶片涂层", text=LONG))
    described = told["description"]
    assert sum(described["bins"]) == told["examined"] == 2
    assert described["bins"][0] == described["poor"] == 1
    assert described["missing"]["量化指标"] == 1
    assert len(described["advice"]) == 3
    assert described["advice"][0]["records"] >= described["advice"][2]["records"]


def test_a_large_file_is_sampled_evenly_and_always_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "SAMPLE", 100)
    records = [Need(id=str(n), title="甲" if n < 2000 else "技術轉移") for n in range(4000)]
    told = examined(*records)
    assert (told["records"], told["examined"]) == (4000, 100)
    # Half of all records; 4 standard deviations of a sample of 100 are 20.
    assert 30 <= told["garble"]["records"] <= 70
    assert examined(*records) == told


def test_of_a_huge_text_only_the_beginning_is_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "MOST_CHARACTERS", 50)
    beyond = "应用" * 30 + "技術轉移"
    told = examined(Need(id="1", title="甲", text=beyond), Need(id="2", title=beyond))
    assert told["garble"]["records"] == 0
    told = examined(Need(id="1", text=beyond[12:]), Need(id="2", title=beyond[12:]))
    assert told["garble"]["records"] == 2


def test_a_report_without_records_divides_by_nothing() -> None:
    told = DataQuality("need", TODAY).as_json(empty_report())
    assert told["description"]["mean"] is None
    assert report_lines(told) == []


def test_only_records_that_the_store_holds_are_observed(
    take: Callable[..., ImportReport], csv_file: CsvFile
) -> None:
    seen: list[str] = []
    path = csv_file("id,title\nN1,甲\nN1,甲\nN1,乙\nN2,\nN3,丙\n")
    report = take(path, observe=lambda record: seen.append(record.id))
    assert (report.new, report.duplicate, report.rejected) == (2, 1, 2)
    assert seen == ["N1", "N3"]
    take(path, observe=lambda record: seen.append(record.id))
    assert seen == ["N1", "N3", "N1", "N3"]


def test_the_import_command_tells_and_keeps_the_report(
    duijie_new: Caller, csv_file: CsvFile
) -> None:
    text = f"id,title,描述,地区,截止日期\nN1,叶片涂层,{LONG},江苏,2020-01-01\nN2,技術轉移,太短,,\n"
    assert duijie_new("import", "needs", csv_file(text), "--no-index") == 0
    assert "  全都没有  需求单位、行业、预算、合作方式、成熟度要求、发布日期" in duijie_new.out
    assert "  部分缺少  地区 1 条（50%）、截止日期 1 条（50%）" in duijie_new.out
    assert "  正文过短  1 条不到 30 字" in duijie_new.out
    assert "  日期      截止日期已过 1 条" in duijie_new.out
    assert "  乱码      1 条（50.0%）有乱码、异形字或繁体" in duijie_new.out
    assert "繁体转简体 2 处" in duijie_new.out
    assert "  描述质量  平均 " in duijie_new.out
    assert "    建议 1  " in duijie_new.out
    (kept,) = duijie_new.home.reports.iterdir()
    assert str(kept) in duijie_new.err
    document = json.loads(kept.read_text("utf-8"))
    assert (document["file"], document["side"], document["new"]) == ("需求.csv", "need", 2)
    assert document["quality"]["garble"]["records"] == 1
    assert "技術" not in kept.read_text("utf-8")
    assert datetime.fromisoformat(document["finished"]).tzinfo is not None


def test_json_has_the_report_and_where_it_is_kept(duijie_new: Caller, csv_file: CsvFile) -> None:
    path = csv_file("id,title\nN1,叶片涂层\nN1,叶片涂层\n")
    (file,) = duijie_new.document("import", "needs", path, "--no-index")["files"]
    none = {"records": 0, "groups": 0}
    assert file["quality"]["duplicates"] == {"exact": 1, "suspected": none}
    assert Path(file["quality_file"]).is_file()


def test_a_dry_run_examines_and_keeps_nothing(duijie_new: Caller, csv_file: CsvFile) -> None:
    path = csv_file("id,title\nN1,叶片涂层\n")
    (file,) = duijie_new.document("import", "needs", path, "--dry-run")["files"]
    assert file["quality"]["records"] == 1
    assert file["quality_file"] is None
    assert not duijie_new.home.reports.exists()


def test_the_report_can_be_left_out(duijie_new: Caller, csv_file: CsvFile) -> None:
    path = csv_file("id,title\nN1,叶片涂层\n")
    (file,) = duijie_new.document("import", "needs", path, "--no-index", "--no-report")["files"]
    assert (file["quality"], file["quality_file"]) == (None, None)
    assert not duijie_new.home.reports.exists()


def test_two_reports_of_one_second_are_both_kept(home: Home) -> None:
    at = datetime(2026, 3, 1, 8, 30)
    kept = {keep_report(home.reports, empty_report(), at).name for _ in range(3)}
    assert kept == {
        "20260301-083000-x.json",
        "20260301-083000-x-2.json",
        "20260301-083000-x-3.json",
    }


def test_what_is_in_order_is_not_told_and_a_sample_is_named() -> None:
    observed = DataQuality("need", TODAY)
    observed.observe(replace(Need(id="1", title="技術轉移"), text=LONG))
    told = observed.as_json(empty_report(), {"records": 5, "groups": 2})
    told["missing"] = dict.fromkeys(told["missing"], 0)
    told["records"] = 9
    lines = report_lines(told)
    assert lines[0] == "  疑似重复  5 条，分属 2 组；用 duijie duplicates 复核"
    assert lines[1].startswith("  乱码      抽查 1 条，1 条（100.0%）")
    assert lines[3].startswith("  描述质量  ")
    assert not any("日期" in line or "缺少" in line for line in lines)


def test_texts_that_say_nothing_are_told() -> None:
    lines = report_lines(examined(Need(id="1", title="甲", text="详见附件")))
    assert "  空话      只写了“见附件”“暂无”之类 1 条" in lines
