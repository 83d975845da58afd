import csv
from pathlib import Path
from typing import Any

import pytest

from matcher.duplicates.reading import Outline
from matcher.types import Achievement, Record
from service.duplicates import find_duplicates
from service.store.merges import Merges
from service.store.store import Store
from tests.service_parts import Caller

TEXT = (
    "以双目相机定位果实，遮挡三成时仍能识别。末端执行器带柔性指，单果采收时间6 s，损伤率低于3%。"
    "整机由履带底盘驱动，15°坡地行走平稳。已在两个山地果园试用两季，采净率92%。"
)
HEADINGS = "id,title,text,owner\n"
FIRST = f"{HEADINGS}P1,山地果园苹果采摘机器人,{TEXT},东澜理工大学\n"
SECOND = (
    f"{HEADINGS}P2,一种山地果园的苹果采摘机器人技术,{TEXT[:60]},东澜理工大学\n"
    f"P3,山地果园柑橘采摘机器人,{TEXT.replace('6 s', '9 s')},东澜理工大学\n"
    "P4,=高炉煤气干法脱硫剂,以赤泥为载体，硫容高。,北岭农业科学院\n"
    "P5,=高炉煤气干法脱硫剂,以赤泥为载体，硫容高。,\n"
)


@pytest.fixture
def filled(duijie_indexed: Caller, tmp_path: Path) -> Caller:
    for name, text in (("一.csv", FIRST), ("二.csv", SECOND)):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        assert duijie_indexed("import", "achievements", path, "--no-index", "--no-report") == 0
    return duijie_indexed


def pairs(document: Any) -> set[tuple[str, str]]:
    return {(row["kept"]["id"], row["absorbed"]["id"]) for row in document["duplicates"]}


def test_finding_suggests_and_merges_nothing(filled: Caller) -> None:
    document = filled.document("duplicates", "achievements", "--find")
    assert pairs(document) == {("P1", "P2"), ("P4", "P5")}
    assert document["found"] == {"proposed": 2, "merged": 0}
    assert document["index"] is None
    assert filled.document("duplicates", "achievements")["duplicates"] == document["duplicates"]
    assert filled.document("duplicates", "achievements", "--find")["found"]["proposed"] == 0


def test_a_merged_record_leaves_the_index_and_comes_back(filled: Caller) -> None:
    assert filled("index") == 0
    assert filled("duplicates", "achievements", "--find", "--no-index") == 0
    rows = filled.document("duplicates", "achievements")["duplicates"]
    (number,) = [str(row["number"]) for row in rows if row["absorbed"]["id"] == "P2"]
    done = filled.document("duplicates", "achievements", "--merge", number)
    assert done["index"]["achievements"]["removed"] == 1
    found = filled.document("match", "--need", "N1", "--top", "50")
    assert "P2" not in {one["id"] for one in found["matches"]}
    asked = filled.document("match", "--achievement", "P2")
    assert asked["query"]["id"] == "P1"  # the old id leads to the kept record
    assert filled("duplicates", "achievements", "--undo", f"#{number}") == 0
    assert "已撤销合并 1 条" in filled.out
    found = filled.document("match", "--need", "N1", "--top", "50")
    assert {"P1", "P2"} <= {one["id"] for one in found["matches"]}


def test_auto_merges_what_is_sure(filled: Caller) -> None:
    document = filled.document("duplicates", "achievements", "--auto", "--state", "merged")
    assert ("P1", "P2") in pairs(document)
    assert document["found"]["merged"] == len(document["duplicates"])
    assert {row["decided_by"] for row in document["duplicates"]} == {"duijie"}
    assert all(row["decided_at"] for row in document["duplicates"])


def test_a_rejected_pair_never_comes_again(filled: Caller) -> None:
    filled("duplicates", "achievements", "--find")
    rows = filled.document("duplicates", "achievements")["duplicates"]
    numbers = ",".join(str(row["number"]) for row in rows)
    assert filled("duplicates", "achievements", "--reject", numbers) == 0
    document = filled.document("duplicates", "achievements", "--auto", "--state", "all")
    assert {row["state"] for row in document["duplicates"]} == {"rejected"}
    assert document["found"] == {"proposed": 0, "merged": 0}


def test_a_call_that_is_refused_changes_nothing(filled: Caller) -> None:
    filled("duplicates", "achievements", "--find")
    rows = filled.document("duplicates", "achievements")["duplicates"]
    first, other = (str(row["number"]) for row in rows)
    assert filled("duplicates", "achievements", "--merge", first) == 0
    assert filled("duplicates", "achievements", "--auto", "--undo", first, "--merge", "99") == 2
    assert "第 99 条不存在。什么也没有改动" in filled.err
    states = filled.document("duplicates", "achievements", "--state", "all")["duplicates"]
    assert {str(row["number"]): row["state"] for row in states} == {
        first: "merged",
        other: "proposed",
    }


def test_a_merge_is_told_when_the_index_cannot_follow(
    filled: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled("duplicates", "achievements", "--find")
    number = filled.document("duplicates", "achievements")["duplicates"][0]["number"]
    with monkeypatch.context() as patch:
        patch.setattr(filled.parts, "make_indexer", refuse)
        assert filled("duplicates", "achievements", "--merge", str(number)) == 1
    assert "合并和撤销已经生效，但索引没有更新完" in filled.err
    assert "duijie index" in filled.err
    rows = filled.document("duplicates", "achievements", "--state", "merged")["duplicates"]
    assert [row["number"] for row in rows] == [number]


def refuse(*_: object) -> None:
    raise OSError(5, "坏了", "向量")


def test_the_list_shows_ids_titles_and_reasons(filled: Caller) -> None:
    assert filled("duplicates", "achievements", "--find") == 0
    assert "成果查重：新提出 2 条待复核，合并 0 条。" in filled.out
    assert "保留 P1 山地果园苹果采摘机器人" in filled.out
    assert "单位相同" in filled.out


def test_an_exported_list_holds_no_formula(filled: Caller, tmp_path: Path) -> None:
    out = tmp_path / "待复核.csv"
    assert filled("duplicates", "achievements", "--find", "--export", out) == 0
    assert f"已把 2 条写入 {out}" in filled.out
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["并入"] for row in rows} == {"P2", "P5"}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert any("=高炉煤气" in row["保留的标题"] for row in rows)


def test_nothing_found_is_said(duijie_new: Caller) -> None:
    assert duijie_new("duplicates", "needs", "--find") == 0
    assert "没有要列出的需求" in duijie_new.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--merge", "三"), "“三”不是条目的编号"),
        (("--merge", "7"), "第 7 条不存在"),
        (("--export", "x.xlsx"), "应以 .csv 结尾"),
        (("--state", "gone"), "--state"),
    ],
)
def test_a_wrong_call_is_told(duijie_new: Caller, arguments: tuple[str, ...], said: str) -> None:
    assert duijie_new("duplicates", "needs", *arguments) == 2
    assert said in duijie_new.err


def test_an_import_can_ask_for_the_likes_of_its_own_records(store: Store) -> None:
    old = [
        Achievement(id="A1", title="山地果园苹果采摘机器人", text=TEXT),
        Achievement(id="A2", title="山地果园的苹果采摘机器人", text=TEXT),
    ]
    new = Achievement(id="B1", title="苹果采摘机器人（山地果园）", text=TEXT)
    with store.importing("achievement", "x") as batch:
        for record in (*old, new):
            batch.put(record)
    found = find_duplicates(store, "achievement", {"B1"})
    assert "B1" in found.ids
    assert found.merged == ()
    asked = {(one.kept, one.absorbed) for one in Merges(store).listed("achievement")}
    assert asked
    assert all("B1" in pair for pair in asked)


def test_copies_of_one_record_become_one_group(store: Store) -> None:
    copies = [
        Achievement(id=f"C{at}", title="山地果园苹果采摘机器人", text=TEXT[at * 5 :])
        for at in range(5)
    ]
    with store.importing("achievement", "x") as batch:
        for record in copies:
            batch.put(record)
    found = find_duplicates(store, "achievement", merge=True)
    assert len(found.merged) == 4
    assert [one.id for one in store.iterate("achievement")] == ["C0"]
    assert find_duplicates(store, "achievement", merge=True).merged == ()


def test_what_candidates_are_found_by_is_kept_and_follows_the_store(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "made" / "x.npz"

    def put(*records: Achievement) -> None:
        with store.importing("achievement", "x") as batch:
            for record in records:
                batch.put(record)

    read: list[str] = []
    plainly = Outline.of

    def counted(record: Record) -> Outline:
        read.append(record.id)
        return plainly(record)

    monkeypatch.setattr(Outline, "of", counted)
    put(
        Achievement(id="A", title="山地果园苹果采摘机器人", text=TEXT),
        Achievement(id="B", text="短"),
    )
    assert find_duplicates(store, "achievement", cache=cache).proposed == ()
    put(Achievement(id="C", title="山地果园苹果采摘机器人", text=TEXT))
    store.withdraw("achievement", ["B"])
    read.clear()
    assert len(find_duplicates(store, "achievement", {"C"}, cache=cache, merge=True).merged) == 1
    assert read == ["C"]
    read.clear()
    put(Achievement(id="D", title="山地果园苹果采摘机器人", text=TEXT[:70]))
    assert len(find_duplicates(store, "achievement", cache=cache, merge=True).merged) == 1
    assert read == ["A", "D"]  # A is shown with C since
    cache.write_bytes(b"damaged")
    assert find_duplicates(store, "achievement", cache=cache).ids == frozenset()
