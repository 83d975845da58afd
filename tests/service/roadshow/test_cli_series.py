"""`duijie series`, `package`, `supply`, `pairs`: from a plan of its own kind to a workbook."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from tests.service_parts import Caller

Plans = Callable[..., Path]

SERIES = """[series]
title = "全年"
most_times = 1
promised_quality = 0.0

[[event]]
id = "春"
size = "大型"
date = 2027-03-01
places = 2
must = ["A6"]

[[event.quota]]
dimension = "单位类型"
value = "高校"
least = 1

[[event]]
id = "小"
date = 2027-04-01
times = 2
days_apart = 10
places = 1
industries = ["生态保护和环境治理业", "橡胶和塑料制品业"]

[[event]]
id = "去年"
date = 2026-01-05
places = 1
held = ["A4"]
"""
PACKAGE = """[package]
title = "环保包"
size = 4

[candidates]
must_not = ["A6"]

[theme]
least_readiness = 4

[[quota]]
dimension = "institution"
value = "*"
most = 1

[[alike]]
between = ["A1", "A3"]
"""
SUPPLY = """[supply]
title = "水处理链"
ready = 9

[[link]]
id = "L1"
name = "低温脱氮"
keywords = ["总氮", "低温"]

[[link]]
id = "L2"
name = "果蔬包装"
keywords = ["保鲜"]
after = ["L1"]
"""
PAIRS = """[pairs]
title = "双选"
asking = "企业"
asked = "团队"

[[asking]]
name = "甲"
prefers = ["x", "y"]
most = 2

[[asking]]
name = "乙"
prefers = ["x"]

[[asked]]
name = "x"
prefers = ["乙", "甲"]

[[asked]]
name = "y"
prefers = ["甲"]

[[asked]]
name = "z"
prefers = ["乙"]
"""


def rows(path: Path, name: str) -> list[list[Any]]:
    """Rows below the headings, which follow a blank line."""
    found = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    blank = next(at for at, row in enumerate(found) if at and not any(row))
    return found[blank + 2 :]


def test_a_series_keeps_its_caps_and_leaves_what_is_held(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    plan, out = plan_file(text=SERIES), tmp_path / "out"
    document = duijie.document("series", plan, "--out", out)
    events = {one["id"]: one for one in document["events"]}
    assert [*events] == ["去年", "春", "小1", "小2"]
    assert events["去年"]["chosen"] == ["A4"]
    assert events["去年"]["held"]
    assert "A6" in events["春"]["chosen"]
    assert (events["小2"]["date"], events["小2"]["places"]) == ("2027-04-11", 1)
    assert {*events["小1"]["chosen"], *events["小2"]["chosen"]} <= {"A2", "A3", "A5"}
    shown = [id_ for one in document["events"] for id_ in one["chosen"]]
    assert len(set(shown)) == len(shown)
    assert document["value"] <= document["bound"] + 1e-9
    book = out / "series.xlsx"
    assert document["files"] == [str(book)]
    staged = rows(book, "登台")
    assert sorted(row[3] for row in staged) == sorted(shown)
    assert [row[:3] for row in rows(book, "配额")] == [["春", "单位类型", "高校"]]
    assert dict(map(tuple, rows(book, "结论")))["场次"] == 4
    assert {row[0] for row in rows(book, "没有登台的单位")} == {
        one["institution"] for one in document["forgotten"]
    }


def test_people_read_each_event_and_who_is_left_out(duijie: Caller, plan_file: Plans) -> None:
    assert duijie("series", plan_file(text=SERIES)) == 0, duijie.err
    lines = duijie.out.splitlines()
    assert lines[0] == "全年：6 项候选成果、3 条听众需求，4 场"
    assert lines[1].startswith("结论：")
    assert "差距" in lines[1]
    assert " 2026-01-05 去年（小型）：1/1 项，已办" in lines
    assert any("A4  叶片激光熔覆修复" in line for line in lines)
    assert any(line.startswith("单位登台：基尼系数") for line in lines)


def test_an_institution_that_finds_no_place_is_named(duijie: Caller, plan_file: Plans) -> None:
    plan = '[series]\npromised_quality = 0.0\n\n[[event]]\nid = "E"\nplaces = 1\n'
    assert duijie("series", plan_file(text=plan)) == 0, duijie.err
    assert "应展示而没有排上的单位 4 家：" in duijie.out.splitlines()


def test_a_package_takes_one_of_what_is_alike_and_says_who_was_out(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    document = duijie.document("package", plan_file(text=PACKAGE), "--out", out)
    chosen = [one["id"] for one in document["chosen"]]
    assert set(chosen) == {"A2", "A3", "A4"}  # A1 is like A3, and of the institution of A4
    assert document["status"] == "optimal"
    assert set(document["left_out"]) == {"A5", "A6"}
    assert {"between": ["A1", "A3"], "overlap": 0.0, "given": 1.0} in [
        {**one, "overlap": 0.0} for one in document["kept_apart"]
    ]
    answered = {one["need"] for one in document["answered"]}
    assert answered | set(document["unanswered"]) == {"N1", "N2", "N3"}
    book = out / "package.xlsx"
    assert [row[1] for row in rows(book, "成果包")] == chosen
    assert {row[0] for row in rows(book, "范围之外")} == {"A5", "A6"}
    assert {row[0] for row in rows(book, "覆盖的需求")} == answered
    assert dict(map(tuple, rows(book, "结论")))["入包"] == 3


def test_people_read_what_is_in_a_package(duijie: Caller, plan_file: Plans) -> None:
    assert duijie("package", plan_file(text=PACKAGE)) == 0, duijie.err
    lines = duijie.out.splitlines()
    assert lines[0] == "环保包：从 4 项符合范围的成果里选出 3 项（至多 4 项）"
    assert lines[1].startswith("结论：已证明最优")
    assert any(line.startswith("覆盖需求 ") for line in lines)


def test_a_supply_list_tells_links_needs_and_gaps(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    document = duijie.document("supply", plan_file(text=SUPPLY), "--out", out)
    links = {one["id"]: one for one in document["links"]}
    assert links["L1"]["needs"] == ["N2"]
    assert links["L2"]["after"] == ["L1"]
    assert all(one["state"] != "covered" for one in links.values())  # ready at 9 only
    supplied = {one["id"] for link in links.values() for one in link["achievements"]}
    assert supplied
    assert len(document["matrix"]["levels"]) == 2
    book = out / "supply.xlsx"
    assert [row[0] for row in rows(book, "清单")] == ["L1", "L2"]
    assert {row[1] for row in rows(book, "供给的成果")} == supplied
    assert ["低温脱氮", "N2"] in [row[:2] for row in rows(book, "背后的需求")]
    assert duijie("supply", plan_file(text=SUPPLY)) == 0, duijie.err
    assert duijie.out.splitlines()[0].startswith("水处理链：2 个环节，有供给 0")


def test_pairs_are_stable_and_the_rest_is_named(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    document = duijie.document("pairs", plan_file(text=PAIRS), "--out", out)
    assert [(one["asking"], one["asked"]) for one in document["pairs"]] == [
        ("乙", "x"),
        ("甲", "y"),
    ]
    assert document["pairs"][1]["rank_of_asked"] == 2
    assert document["left"] == {"asking": [], "asked": ["z"]}
    assert next(row[:3] for row in rows(out / "pairs.xlsx", "配对")) == ["乙", 1.0, "x"]
    assert rows(out / "pairs.xlsx", "没有配上") == [["团队", "z"]]
    assert duijie("pairs", plan_file(text=PAIRS)) == 0
    assert "没有配上的团队：z" in duijie.out.splitlines()


def test_a_plan_that_is_not_there_is_said(duijie: Caller, tmp_path: Path) -> None:
    assert duijie("pairs", tmp_path / "没有.toml") == 2
    assert "没有.toml" in duijie.err
