"""Mandates of funds and banks: their files, who sees them, triples with a shortlist."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import update

from service.roadshow.mandates import import_mandates, mandates_of
from service.roadshow.scope import Scope
from service.store.roadshow_tables import MandateRow
from tests.roadshow_world import organiser, settle
from tests.service_parts import Caller

Plans = Callable[..., Path]

HEADINGS = (
    "资金编号,资金名称,机构名称,资金类型,支持阶段,成熟度要求,单笔上限（万元）,有效期至,准入条件,"
)
MANDATES = f"""{HEADINGS}可见范围,联系电话,别的
F1,甲基金,甲投资,股权投资,初创期,4-7,800,2027-12-31,已授权发明专利,公开,139,x
F2,乙贷,乙银行,科技贷款,,,1000万元,长期有效,喜欢就行,公开,138,y
F3,,丙,股权投资,,,,,,公开,,
F1,重了,甲,股权投资,,,,,,公开,,
F5,丁,丁,不知道,,,,,,公开,,
F6,戊,戊,担保,,9-4,,下下周,,内部的,,
"""


def test_mandates_are_imported_with_what_could_not_be_read(duijie: Caller, tmp_path: Path) -> None:
    file = tmp_path / "资金.csv"
    file.write_text(MANDATES, "utf-8-sig")
    (told,) = duijie.document("import", "mandates", file, "--dry-run")["files"]
    assert (told["read"], told["new"]) == (6, 3)
    (told,) = duijie.document("import", "mandates", file)["files"]
    assert (told["new"], told["updated"], told["unchanged"]) == (3, 0, 0)
    assert [one["place"] for one in told["rejected"]] == ["第 4 行", "第 5 行", "第 6 行"]
    assert "看不懂资金类型“不知道”" in told["rejected"][2]["reason"]
    assert any("有效期至" in one["message"] for one in told["warnings"])
    assert (told["ignored_columns"], told["personal_columns"]) == (["别的"], ["联系电话"])
    file.write_text(MANDATES.replace("800", "900"), "utf-8-sig")
    assert duijie("import", "mandates", file) == 0
    assert "新增 0，更新 1，未变 2，拒绝 3" in duijie.out
    assert "提醒：第 3 行：准入条件“喜欢就行”不能自动核对" in duijie.err
    assert "不保存的个人信息列：联系电话" in duijie.err


def test_files_of_mandates_that_cannot_be_read_are_refused(duijie: Caller, tmp_path: Path) -> None:
    file = tmp_path / "资金.csv"
    file.write_text(MANDATES, "utf-8-sig")
    assert duijie("import", "mandates", file, "--strict") == 2
    assert "一行也没有导入" in duijie.err
    assert duijie("import", "mandates", file, "--map", "别的") == 2
    assert duijie("import", "mandates", file, "--map", "别的=好") == 2
    assert "不是资金的字段" in duijie.err
    assert duijie("import", "mandates", tmp_path / "没有.csv") == 2
    file.write_text("甲,乙\n1,2\n", "utf-8")
    assert duijie("import", "mandates", file) == 2
    assert "没有认出资金名称的列" in duijie.err
    assert duijie("import", "mandates", file, "--map", "甲=name", "--map", "乙=kind") == 0
    assert "拒绝 1" in duijie.out


def test_mandates_make_triples_of_a_shortlist(
    duijie: Caller, plan_file: Plans, tmp_path: Path
) -> None:
    assert duijie.document("shortlist", plan_file())["capital"] is None
    file = tmp_path / "资金.csv"
    rows = (
        "F1,环保贷,甲银行,科技贷款,低温脱氮,2027-12-31\nF2,过期的,乙,科技贷款,低温脱氮,2020-12-31\n"
    )
    file.write_text("资金编号,资金名称,机构名称,资金类型,关键词,有效期至\n" + rows, "utf-8")
    assert duijie("import", "mandates", file) == 0
    document = duijie.document("shortlist", plan_file())
    capital = document["capital"]
    chosen = {one["id"] for one in document["chosen"]}
    assert capital["status"] == "optimal"
    assert capital["triples"]
    assert {one["mandate"] for one in capital["triples"]} == {"F1"}
    assert {one["achievement"] for one in capital["triples"]} <= chosen
    assert duijie("shortlist", plan_file()) == 0
    assert "三方对接（需求–成果–资金）" in duijie.out
    assert "环保贷（甲银行，科技贷款）" in duijie.out


def test_an_id_is_made_where_a_file_has_none(duijie: Caller, tmp_path: Path) -> None:
    file = tmp_path / "资金.jsonl"
    rows = [
        '{"资金名称": "甲担保", "机构": "乙"}',
        "{坏",
        '{"资金名称": "丙基金", "阶段": "B轮前；随便"}',
    ]
    file.write_text("\n".join(rows), "utf-8")
    (told,) = duijie.document("import", "mandates", file)["files"]
    assert (told["new"], len(told["rejected"])) == (2, 1)
    assert any("看不懂阶段或成熟度“随便”" in one["message"] for one in told["warnings"])
    (told,) = duijie.document("import", "mandates", file)["files"]
    assert (told["new"], told["unchanged"]) == (0, 2)


def test_mandates_are_seen_by_whom_they_may(scope: Scope, tmp_path: Path) -> None:
    settle(scope.store, 2, 3)
    file = tmp_path / "资金.csv"
    head = "资金编号,资金名称,资金类型,可见范围\n"
    file.write_text(f"{head}F1,甲,担保,公开\nF2,乙,担保,本机构\nF3,丙,担保,看不懂\n", "utf-8")
    report = import_mandates(scope.store, file, {})
    assert (report.new, len(report.warnings)) == (3, 1)
    assert [one.id for one in mandates_of(scope.store, organiser(2))] == ["F1"]
    with scope.store.writing() as (connection, _transaction, _revision):
        connection.execute(update(MandateRow).values(holder=2))
    seen = {one.id: one.visibility for one in mandates_of(scope.store, organiser(2))}
    assert seen == {"F1": "公开", "F2": "本机构", "F3": "受限"}
    assert [one.id for one in mandates_of(scope.store, organiser(3))] == ["F1"]
    assert len(mandates_of(scope.store)) == 3
