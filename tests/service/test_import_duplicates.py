"""An import says what of it may be a second record of the same thing."""

from pathlib import Path

import pytest

from service.importer import followup
from tests.service_parts import Caller

TEXT = (
    "以双目相机定位果实，遮挡三成时仍能识别。末端执行器带柔性指，单果采收时间6 s，损伤率低于3%。"
    "整机由履带底盘驱动，15°坡地行走平稳。已在两个山地果园试用两季，采净率92%。"
)
FIRST = f"id,title,text,owner\nP1,山地果园苹果采摘机器人,{TEXT},东澜理工大学\n"
# The same from another site: in Traditional characters and with a disguise.
SECOND = (
    "id,title,text,owner\n"
    f"Q1,山地果園蘋果採摘機器亾,{TEXT.replace('单果', '單果')},东澜理工大学\n"
    "Q2,高炉煤气干法脱硫剂,以赤泥为载体，硫容高，可再生十次以上。,北岭农业科学院\n"
)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "一.csv", tmp_path / "二.csv"]
    for path, text in zip(paths, (FIRST, SECOND), strict=True):
        path.write_text(text, "utf-8")
    return paths


def suspected(document: dict) -> list:
    return [file["quality"]["duplicates"]["suspected"] for file in document["files"]]


def test_the_second_source_is_compared_with_the_first(
    duijie_new: Caller, files: list[Path]
) -> None:
    document = duijie_new.document("import", "achievements", *files, "--no-index")
    assert suspected(document) == [{"records": 0, "groups": 0}, {"records": 1, "groups": 1}]
    listed = duijie_new.document("duplicates", "achievements")["duplicates"]
    assert [(one["kept"]["id"], one["absorbed"]["id"]) for one in listed] == [("P1", "Q1")]


def test_people_are_told_and_nothing_is_merged(duijie_new: Caller, files: list[Path]) -> None:
    assert duijie_new("import", "achievements", *files, "--no-index") == 0
    assert "疑似重复  1 条，分属 1 组；用 duijie duplicates 复核" in duijie_new.out
    assert duijie_new.document("quality", "achievements")["assessed"] == 3


def test_a_trial_and_a_large_import_look_for_none(
    duijie_new: Caller, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = duijie_new.document("import", "achievements", *files, "--dry-run")
    assert suspected(trial) == [None, None]
    monkeypatch.setattr(followup, "MOST_COMPARED", 1)
    document = duijie_new.document("import", "achievements", *files, "--no-index")
    assert suspected(document) == [{"records": 0, "groups": 0}, None]
    again = duijie_new.document("import", "achievements", *files, "--no-index")
    assert suspected(again) == [None, None]  # nothing is new


def test_a_search_that_fails_does_not_hide_that_the_records_are_in(
    duijie_new: Caller, files: list[Path]
) -> None:
    duijie_new.home.prepare()
    blocked = duijie_new.home.root / "duplicates"
    blocked.write_text("在路上的文件", "utf-8")  # where the folder should be
    assert duijie_new("import", "achievements", *files, "--no-index") == 1
    assert "一.csv 已经导入（新增 1，更新 0），但质量检查没有做完" in duijie_new.err
    assert "duijie duplicates achievements --find" in duijie_new.err
    blocked.unlink()
    assert duijie_new.document("quality", "achievements")["assessed"] == 1
    assert duijie_new("duplicates", "achievements", "--find") == 0


def test_a_file_with_a_long_name_is_imported(duijie_new: Caller, tmp_path: Path) -> None:
    path = tmp_path / f"{'长' * 80}.csv"
    path.write_text("id,title\nP1,\nP2,采摘机器人\n", "utf-8")
    (file,) = duijie_new.document("import", "achievements", path, "--no-index")["files"]
    assert (file["new"], file["rejected"]) == (1, 1)
    for kept in (Path(file["quality_file"]), Path(file["rejects"])):
        assert kept.is_file()
        assert "-长长" in kept.name


OTHER = (
    "id,title,text,owner\n"
    "Q1,高炉煤气干法脱硫剂,以赤泥为载体，硫容高，可再生十次以上，阻力小。,北岭农业科学院\n"
)


@pytest.mark.parametrize(("choice", "together"), [("--auto", False), ("--merge", True)])
def test_what_was_merged_without_a_look_is_parted_when_it_becomes_another_thing(
    duijie_new: Caller, files: list[Path], tmp_path: Path, choice: str, together: bool
) -> None:
    assert duijie_new("import", "achievements", *files, "--no-index") == 0
    asked = [choice] if choice == "--auto" else [choice, "1"]
    done = duijie_new.document(
        "duplicates", "achievements", *asked, "--no-index", "--state", "merged"
    )
    assert len(done["duplicates"]) == 1
    changed = tmp_path / "三.csv"
    changed.write_text(OTHER, "utf-8")
    assert duijie_new("import", "achievements", changed, "--no-index") == 0
    assert ("已分开显示" in duijie_new.err) is not together
    merged = duijie_new.document("duplicates", "achievements", "--state", "merged")["duplicates"]
    assert bool(merged) is together  # a person's word stands


def test_a_merge_stays_when_the_record_says_the_same_in_other_words(
    duijie_new: Caller, files: list[Path], tmp_path: Path
) -> None:
    assert duijie_new("import", "achievements", *files, "--no-index") == 0
    assert duijie_new("duplicates", "achievements", "--auto", "--no-index") == 0
    again = tmp_path / "四.csv"
    again.write_text(FIRST.replace("P1", "Q1"), "utf-8")
    assert duijie_new("import", "achievements", again, "--no-index") == 0
    merged = duijie_new.document("duplicates", "achievements", "--state", "merged")["duplicates"]
    assert len(merged) == 1
