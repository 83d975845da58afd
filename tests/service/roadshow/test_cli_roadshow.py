"""`duijie shortlist`, `agenda`, `events`, `import mandates`: the organiser's whole way."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from icalendar import Calendar
from python_calamine import CalamineWorkbook

from tests.roadshow_world import PLAN
from tests.service_parts import Caller

Plans = Callable[..., Path]

AGENDA = """
[invitations]
least_per_talk = 0
least_score = 0.0

[[broker]]
name = "小李"

[agenda]
place = "三层"
talks_from = "9:00"
meetings_to = "14:30"
tables = 2

[[break]]
begins = "9:10"
ends = "9:40"
"""


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def table(path: Path, name: str) -> list[list[Any]]:
    """Rows below the headings, which follow a blank line."""
    rows = sheet(path, name)
    blank = next(at for at, row in enumerate(rows) if at and not any(row))
    return rows[blank + 2 :]


def test_the_shortlist_says_who_why_and_how_sure(duijie: Caller, plan_file: Plans) -> None:
    document = duijie.document("shortlist", plan_file(), "--why-not", "A6", "--draws", "3")
    assert (document["status"], document["gap"]) == ("optimal", 0.0)
    assert document["value"] == pytest.approx(sum(document["terms"].values()))
    chosen = {one["id"]: one for one in document["chosen"]}
    assert len(chosen) == 3
    assert not {"A1", "A4"} <= set(chosen)  # one institution
    assert chosen["A1"]["needs"][0]["id"] == "N1"
    assert chosen["A1"]["needs"][0]["proof"]
    rejected = {one["id"]: one for one in document["rejected"]}
    assert set(rejected) | set(chosen) == {"A1", "A2", "A3", "A4", "A5", "A6"}
    assert rejected["A6"]["cause"] == "must_not"
    assert document["forced"]["A6"]["loss"] == pytest.approx(-rejected["A6"]["gain"])
    assert document["sensitivity"]["draws"] == 3
    assert document["quotas"][0]["count"] >= document["quotas"][0]["least"]


def test_people_read_the_proof_the_needs_and_the_quotas(duijie: Caller, plan_file: Plans) -> None:
    code = duijie("shortlist", plan_file(), "--why-not", "A6", "--why-not", "A1", "--draws", "2")
    assert code == 0, duijie.err
    lines = duijie.out.splitlines()
    assert lines[0] == "春季路演：6 项候选成果、3 条听众需求，选 3 项"
    assert "结论：已证明最优" in lines[1]
    assert "差距 0.00%" in lines[1]
    assert any("单位类型 高校：1 项（至少 1）" in line for line in lines)
    assert any(line.startswith("A6 玉米秸秆深翻还田机：方案不许登台") for line in lines)
    assert "A1 在名单里。" in lines
    assert any(line.startswith("敏感性：按概率抽 2 次") for line in lines)


def test_the_files_of_a_shortlist(duijie: Caller, plan_file: Plans, tmp_path: Path) -> None:
    out = tmp_path / "名单"
    document = duijie.document("shortlist", plan_file(), "--out", out, "--draws", "2")
    names = {"shortlist.json", "audit.xlsx", "booklet.docx", "booklet.pdf"}
    assert {path.name for path in out.iterdir()} == names
    assert document["files"] == [str(out / Path(one).name) for one in document["files"]]
    kept = json.loads((out / "shortlist.json").read_text("utf-8"))
    assert kept["chosen"] == document["chosen"]
    facts = dict(row[:2] for row in table(out / "audit.xlsx", "结论"))
    assert facts["结论"] == "已证明最优"
    assert facts["指纹（计划与候选）"] == document["fingerprint"]
    assert facts["指纹（匹配模型与候选）"] == document["matcher_fingerprint"] != ""
    assert facts["计划文件的 SHA-256"] == hashlib.sha256(PLAN.encode()).hexdigest()
    assert {row[1] for row in table(out / "audit.xlsx", "入选")} == {
        one["id"] for one in document["chosen"]
    }
    rejected = table(out / "audit.xlsx", "未入选")
    assert {row[0]: row[4] for row in rejected} == {
        one["id"]: one["text"] for one in document["rejected"]
    }
    assert len(table(out / "audit.xlsx", "全部候选")) == 6
    assert [row[1] for row in table(out / "audit.xlsx", "计划")] == PLAN.split("\n")
    assert len(table(out / "audit.xlsx", "敏感性")) >= 3
    booklet = Document(str(out / "booklet.docx"))
    assert [row.cells[2].text for row in booklet.tables[0].rows[1:]] == [
        one["title"] for one in document["chosen"]
    ]


def test_mistakes_of_a_plan_end_the_call_with_all_of_them(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    plan = plan_file('[[conflict]]\nbetween = ["A1", "A77"]\n[[qouta]]\nx = 1\n')
    assert duijie("shortlist", plan) == 2
    assert "计划 计划.toml 有 2 处要改" in duijie.err
    assert "第 21 行 conflict[1].between[2]：没有编号为“A77”" in duijie.err
    assert "第 22 行 qouta：没有这个键。是不是想写 quota？" in duijie.err
    assert duijie("shortlist", tmp_path / "没有.toml") == 2
    assert duijie("shortlist", plan_file(), "--why-not", "A88") == 2
    assert "A88 不在候选成果里" in duijie.err
    assert duijie("shortlist", plan_file(), "--out", plan_file()) == 2


def test_rules_that_clash_are_named(duijie: Caller, plan_file: Plans) -> None:
    rule = '[[quota]]\ndimension = "region"\nvalue = "*"\nmost = 0\n'
    assert duijie("shortlist", plan_file(rule)) == 2
    assert "不能同时" in duijie.err


def test_what_was_held_counts_for_the_next_event(duijie: Caller, plan_file: Plans) -> None:
    plan = plan_file()
    first = duijie.document("shortlist", plan, "--record")
    assert first["recorded"] == 1
    assert {one["groups"]["first_time"][0] for one in first["chosen"]} == {"是"}
    assert duijie("shortlist", plan, "--record") == 2
    assert "已经记过，是第 1 场" in duijie.err
    capped = plan_file(
        text=PLAN.replace("[caps]\n", "[caps]\nshown = 1\n").replace("3\n", "1\n", 1)
    )
    again = duijie.document("shortlist", capped)
    shown = {one["id"] for one in first["chosen"]}
    assert not shown & {one["id"] for one in again["chosen"]}
    assert {one["id"] for one in again["rejected"] if one["cause"] == "shown"} == shown
    # A4 itself is new, but its institution was on stage.
    groups = {one["id"]: one["groups"]["first_time"] for one in again["chosen"]}
    assert groups == {"A4": ["否"]}
    assert duijie.document("events", "list")["events"] == [
        {"number": 1, "title": "春季路演", "held_on": "2026-12-05", "achievements": 3}
    ]
    assert duijie("events", "list") == 0
    assert "2026-12-05  春季路演（3 项成果）" in duijie.out
    assert duijie.document("events", "undo", "1") == {"undone": 1}
    assert duijie("events", "undo", "1") == 2
    assert duijie("events", "list") == 0
    assert "还没有记下的活动" in duijie.out
    assert duijie("shortlist", plan, "--record") == 0
    assert "撤销：duijie events undo" in duijie.out
    assert duijie("events", "undo", "1") == 0


def test_an_event_without_a_date_is_not_recorded(duijie: Caller, plan_file: Plans) -> None:
    plan = plan_file(text=PLAN.replace("date = 2026-12-05\n", ""))
    assert duijie("shortlist", plan, "--record") == 2
    assert "没有 event.date" in duijie.err
    assert duijie("agenda", plan) == 2
    assert "event.date：没有写" in duijie.err


@pytest.fixture
def timetable(duijie: Caller, plan_file: Plans, tmp_path: Path) -> Path:
    out = tmp_path / "日程"
    assert duijie("agenda", plan_file(AGENDA), "--out", out) == 0, duijie.err
    return out


def test_the_agenda_in_all_its_files(duijie: Caller, timetable: Path) -> None:
    text = duijie.out
    assert "邀请 " in text
    assert "路演 3 场" in text
    assert "  09:40  主会场" in text  # after the break
    assert "已证明最优" in text
    kept = json.loads((timetable / "agenda.json").read_text("utf-8"))
    calendar = Calendar.from_ical((timetable / "agenda.ics").read_bytes())
    events = calendar.walk("VEVENT")
    placed = len(kept["agenda"]["talks"]) + len(kept["agenda"]["meetings"])
    assert len(events) == placed + 1
    assert sum(str(one["summary"]).startswith("洽谈：") for one in events) >= 2
    assert len(table(timetable / "agenda.xlsx", "路演")) == 3
    assert len(table(timetable / "agenda.xlsx", "洽谈")) == len(kept["agenda"]["meetings"])
    days = table(timetable / "agenda.xlsx", "各单位")
    assert any(row[0] == "东澜理工大学" and row[3].startswith("路演：A1") for row in days)
    guests = table(timetable / "invitations.xlsx", "按单位")
    assert {row[1] for row in guests} == {"小李"}
    assert table(timetable / "agenda.xlsx", "证明")
    content = (timetable / "booklet.docx").read_bytes()
    cells = [row.cells[1].text for row in Document(io.BytesIO(content)).tables[0].rows]
    assert cells[1:] == sorted(cells[1:])
    assert "09:40 主会场" in cells


def test_who_is_absent_is_taken_out_and_little_else_moves(
    duijie: Caller, timetable: Path, tmp_path: Path
) -> None:
    kept, again = timetable / "agenda.json", tmp_path / "again"
    before = json.loads(kept.read_text("utf-8"))
    document = duijie.document("agenda", kept, "--absent", "甲动力公司", "--out", again)
    gone = {one["id"] for one in document["changes"] if one["kind"] == "cancelled"}
    theirs = {
        id_
        for id_, one in document["agenda"]["requests"].items()
        if "甲动力公司" in (one["host"], one["guest"])
    }
    assert gone
    assert gone <= theirs
    stayed = [one for one in before["agenda"]["meetings"] if one["request"] not in theirs]
    assert [one for one in document["agenda"]["meetings"] if one in stayed] == stayed
    assert document["agenda"]["sequence"] == 1
    assert (again / "agenda.ics").is_file()
    assert (
        duijie("agenda", again / "agenda.json", "--absent", "乙水务公司", "--since", "13:50") == 0
    )
    assert "乙水务公司 缺席：改动" in duijie.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{json}"], "请用"),
        (["{toml}", "--absent", "甲"], "请用"),
        (["{toml}", "--absent", "甲", "--since", "9"], "agenda.json"),
        (["{toml}", "--since", "9:00"], "--since 要和 --absent 一起用"),
        (["{json}", "--absent", "无此单位"], "不在这份日程里；参加的有："),
        (["{json}", "--absent", "甲动力公司", "--since", "下午"], "--since 要写时刻"),
        (["{bad}", "--absent", "甲"], "不是 duijie agenda 保存的日程"),
        (["{none}", "--absent", "甲"], "不存在"),
    ],
)
def test_calls_of_agenda_that_make_no_sense_are_explained(
    duijie: Caller,
    plan_file: Plans,
    timetable: Path,
    tmp_path: Path,
    arguments: list[str],
    words: str,
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"plan": 1}', "utf-8")
    places = {"json": timetable / "agenda.json", "toml": plan_file(), "bad": bad}
    places["none"] = tmp_path / "none.json"
    given = [one.format(**places) for one in arguments]
    if words == "请用":
        words = "排日程用计划文件"
    elif words == "agenda.json":
        words = "并给出保存的 agenda.json"
    assert duijie("agenda", *given) == 2
    assert words in duijie.err


def test_absence_that_is_planned_names_who_takes_part(duijie: Caller, plan_file: Plans) -> None:
    rule = AGENDA + '[[absent]]\nparty = "东澜理工"\n'
    assert duijie("agenda", plan_file(rule)) == 2
    assert "absent[1].party：“东澜理工”不参加这场活动。是不是“东澜理工大学”？" in duijie.err
    rule = rule.replace("东澜理工", "东澜理工大学") + 'begins = "12:00"\n'
    document = duijie.document("agenda", plan_file(rule))
    busy = {
        party
        for one in document["agenda"]["meetings"]
        for key, party in document["agenda"]["requests"][one["request"]].items()
        if key in ("host", "guest")
    }
    assert "东澜理工大学" not in busy
    assert any(one["talk"] == "A1" for one in document["agenda"]["talks"])
