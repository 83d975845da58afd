import csv
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.types import Record
from service.pairs import ADDED, COLUMNS
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller

HEAD = "编号,need_title,need_text,achievement_title,achievement_text\n"
ROWS = (
    "甲,叶片涂层,需要热障涂层,热障涂层,喷涂叶片\n"
    "乙,污水脱氮,,生物滤池,低温脱氮\n"
    "丙,,果蔬保鲜,保鲜薄膜,\n"
    "丁,,,热障涂层,喷涂叶片\n"
    "戊,叶片涂层, ,　,\n"
)
FEW = HEAD + ROWS
FILLED = ["甲", "乙", "丙"]
CsvFile = Callable[..., Path]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def check_figures(row: dict[str, Any]) -> None:
    figures = {name: float(row[name]) for name in ADDED}
    shares = [figures[f"p{level}"] for level in (1, 2, 3, 4)]
    assert all(0 <= share <= 1 for share in shares)
    assert sum(shares) == pytest.approx(1, abs=5e-6)
    assert figures["score"] == pytest.approx(shares[2] + shares[3], abs=5e-6)
    expected = sum(level * share for level, share in zip((1, 2, 3, 4), shares, strict=True))
    assert figures["expected"] == pytest.approx(expected, abs=2e-5)
    assert figures["level"] in (1, 2, 3, 4)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_scored_row_by_row(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path, encoding: str
) -> None:
    out = tmp_path / "结果.csv"
    assert duijie_new("score", csv_file(FEW, encoding), "--out", out) == 0
    assert "已打分 3 对" in duijie_new.out
    assert "有 2 对缺少需求或成果的文字" in duijie_new.err
    rows = read_csv(out)
    assert list(rows[0]) == ["编号", *COLUMNS, *ADDED]
    assert [row["编号"] for row in rows] == ["甲", "乙", "丙", "丁", "戊"]
    assert rows[0]["need_text"] == "需要热障涂层"
    for row in rows:
        if row["编号"] in FILLED:
            check_figures(row)
        else:
            assert {row[name] for name in ADDED} == {""}
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")  # spreadsheets then show Chinese
    assert [path.name for path in tmp_path.glob("*.tmp")] == []


def test_json_lines_keep_their_types(duijie_new: Caller, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    kept = {"id": 7, "tags": ["一", None], **dict.fromkeys(COLUMNS, "叶片涂层")}
    empty = {**dict.fromkeys(COLUMNS), "id": 8}
    pairs.write_text(json.dumps(kept) + "\n\n" + json.dumps(empty) + "\n", encoding="utf-8")
    out = tmp_path / "out.jsonl"
    document = duijie_new.document("score", pairs, "--out", out)
    assert document == {"scored": 1, "skipped": 1, "out": str(out)}
    assert duijie_new.err == ""
    first, second = read_jsonl(out)
    assert {name: first[name] for name in kept} == kept
    check_figures(first)
    assert isinstance(first["level"], int)
    assert second == {**empty, **dict.fromkeys(ADDED, "")}


def test_either_kind_of_file_can_come_out(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path
) -> None:
    pairs = csv_file(FEW)
    for name in ("out.jsonl", "out.CSV"):
        assert duijie_new("score", pairs, "--out", tmp_path / name) == 0
    as_json, as_csv = read_jsonl(tmp_path / "out.jsonl"), read_csv(tmp_path / "out.CSV")
    assert [{k: str(v) for k, v in row.items()} for row in as_json] == as_csv


def test_many_rows_are_scored_as_few_are(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = csv_file(FEW)
    assert duijie_new("score", pairs, "--out", tmp_path / "whole.csv") == 0
    monkeypatch.setattr("service.pairs.BATCH", 2)
    assert duijie_new("score", pairs, "--out", tmp_path / "parts.csv") == 0
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_file_without_a_whole_pair_is_not_an_error(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    document = duijie_new.document("score", csv_file(HEAD + "丁,,,热障涂层,\n"), "--out", out)
    assert (document["scored"], document["skipped"]) == (0, 1)
    assert len(read_csv(out)) == 1


def _row(need: Record, achievement: Record) -> dict[str, str]:
    values = need.title, need.text, achievement.title, achievement.text
    return dict(zip(COLUMNS, values, strict=True))


def test_a_pair_scores_here_as_in_a_list(duijie_indexed: Caller, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    rows = [_row(NEEDS[0], one) for one in ACHIEVEMENTS]
    pairs.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "out.jsonl"
    assert duijie_indexed("score", pairs, "--out", out) == 0
    matches = duijie_indexed.document("match", "--need", "N1")["matches"]
    listed = {match["id"]: match for match in matches}
    assert listed
    for achievement, row in zip(ACHIEVEMENTS, read_jsonl(out), strict=True):
        if match := listed.get(achievement.id):
            assert row["score"] == pytest.approx(match["score"], abs=2e-6)
            assert row["level"] == match["level"]
            assert row["p4"] == pytest.approx(match["probabilities"]["4"], abs=2e-6)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("pairs.csv", "need_title,need_text,achievement_text\n一,二,三\n", "achievement_title"),
        ("pairs.csv", HEAD, "是空的"),
        ("pairs.csv", "", "是空的"),
        ("pairs.jsonl", '{"need_title": "一"}\n', "achievement_text"),
        ("pairs.jsonl", '{"need_title": "一"}\n{oops\n', "第 2 行不是 JSON"),
        ("pairs.jsonl", "\n[1, 2]\n", "第 2 行不是 JSON"),
        ("pairs.jsonl", '"need_title"\n', "第 1 行不是 JSON"),
        ("pairs.jsonl", "[" * 100_000 + "\n", "第 1 行不是 JSON"),
        ("pairs.csv", HEAD + '甲,"' + "涂层\n" * 1_400_000, "引号可能没有配对"),
        ("pairs.xlsx", "need_title", "不是 csv 或 jsonl"),
    ],
)
def test_a_file_that_holds_no_pairs_is_refused(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path, name: str, text: str, words: str
) -> None:
    out = tmp_path / "out.csv"
    assert duijie_new("score", csv_file(text, name=name), "--out", out) == 2
    assert words in duijie_new.err
    assert "请" in duijie_new.err
    assert not out.exists()


def test_missing_files_and_other_kinds_of_results_are_refused(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path
) -> None:
    assert duijie_new("score", tmp_path / "没有.csv", "--out", tmp_path / "o.csv") == 2
    assert "没有.csv 不存在" in duijie_new.err
    assert duijie_new("score", csv_file(FEW), "--out", tmp_path / "o.xlsx") == 2
    assert ".csv 或 .jsonl" in duijie_new.err
    assert duijie_new("score", csv_file(FEW), "--out", tmp_path / "没有" / "o.csv") == 1
    assert "没有" in duijie_new.err


def test_cells_beyond_the_headings_and_long_cells_are_taken(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path
) -> None:
    long = "涂层" * 70_000  # longer than the csv module takes by itself
    csv.field_size_limit(131_072)
    text = HEAD + f"甲,叶片,{long},涂层,,多余,的\n乙,叶片,涂层\n"
    assert duijie_new("score", csv_file(text), "--out", tmp_path / "out.csv") == 0
    first, second = read_csv(tmp_path / "out.csv")
    assert list(first) == ["编号", *COLUMNS, *ADDED]
    check_figures(first)
    assert second["score"] == ""


def test_a_result_appears_whole_or_not_at_all(
    duijie_new: Caller, csv_file: CsvFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("before", encoding="utf-8")
    monkeypatch.setattr("service.pairs.BATCH", 1)
    score = duijie_new.parts.make_scorer

    def failing(settings: Any) -> Any:
        calls = iter([True, False])

        def judge(pairs: Any) -> Any:
            if next(calls):
                return score(settings)(pairs)
            raise OSError(28, os.strerror(28), str(out))

        return judge

    with monkeypatch.context() as patch:
        patch.setattr(duijie_new.parts, "make_scorer", failing)
        assert duijie_new("score", csv_file(FEW), "--out", out) == 1
    assert "磁盘空间不足" in duijie_new.err
    assert out.read_text("utf-8") == "before"
    assert list(tmp_path.glob("*.tmp")) == []
    assert duijie_new("score", csv_file(FEW), "--out", out, "--encoder", "another") == 0
    assert len(read_csv(out)) == 5
    assert duijie_new.parts.encoders[-1] == "another"
