import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from matcher.evaluation import resampling
from matcher.memory.compared import Comparer
from matcher.memory.folder import MEMORY, MODEL
from service.pairs import ADDED
from service.training import folder as folders
from service.training.labels import LABEL_COLUMNS
from tests.service_parts import Caller

TOPICS = ("热障涂层", "低温脱氮", "保鲜薄膜", "激光熔覆", "秸秆还田", "焊缝检测", "余热回收")
KINDS = ("工艺", "设备", "材料", "软件")
CsvFile = Callable[..., Path]


def rows(count: int = 84) -> list[dict[str, Any]]:
    """Needs of one topic each, achievements of all topics: the same topic fits."""
    made = []
    for at in range(count):
        need, other, kind = at % 7, (at // 7) % 7, at % 4
        level = 4 if need == other else 1 + (kind == 1) + (need + 1 == other)
        made.append(
            {
                "need_id": f"N{need}",
                "need_title": f"寻求{TOPICS[need]}",
                "need_text": f"我公司需要{TOPICS[need]}方面的技术，希望能够尽快落地并降低成本。",
                "achievement_title": f"{TOPICS[other]}{KINDS[kind]}{at}",
                "achievement_text": f"提供一种{TOPICS[other]}的{KINDS[kind]}。",
                "level": level,
            }
        )
    return made


def write(path: Path, some: list[dict[str, Any]]) -> Path:
    if path.suffix == ".jsonl":
        lines = (json.dumps(row, ensure_ascii=False) for row in some)
        path.write_text("\n".join(lines), "utf-8")
        return path
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        sheet = csv.DictWriter(stream, LABEL_COLUMNS)
        sheet.writeheader()
        sheet.writerows(some)
    return path


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resampling, "ROUNDS", 20)


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write(tmp_path / "标注.csv", rows())


def test_a_model_is_trained_measured_and_used(
    duijie_new: Caller, labels: Path, tmp_path: Path
) -> None:
    model, out = tmp_path / "模型", tmp_path / "分数.jsonl"
    assert duijie_new("train", "fit", "--pairs", labels, "--out", model, "--split", "pair") == 0
    assert "84 对标注，7 条需求，84 项成果" in duijie_new.out
    assert "按需求交叉验证" in duijie_new.out
    assert "按对交叉验证" in duijie_new.out
    assert duijie_new("score", labels, "--model", model, "--out", out) == 0, duijie_new.err
    scored = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    strong = [row["score"] for row in scored if row["level"] == 4 and row["need_id"] == "N1"]
    assert len(scored) == 84
    assert {*ADDED} <= set(scored[0])
    assert strong
    plain = tmp_path / "随程序.jsonl"
    assert duijie_new("score", labels, "--out", plain) == 0
    assert plain.read_text("utf-8") != out.read_text("utf-8")


def test_the_card_tells_counts_figures_and_fingerprints_but_no_text(
    duijie_new: Caller, labels: Path, tmp_path: Path
) -> None:
    model = tmp_path / "m"
    card = duijie_new.document("train", "fit", "--pairs", labels, "--out", model)
    assert (card["pairs"], card["needs"], card["achievements"]) == (84, 7, 84)
    assert sum(card["levels"].values()) == 84
    assert set(card["made_with"]) == {"encoder", "reader", "segmenter", "weights"}
    found = card["cross_validation"]["need"]
    assert list(card["cross_validation"]) == ["need"]
    for name in ("ndcg@10", "p@5", "mae", "1/(1+mae)", "qwk", "ece"):
        assert {*found["own"][name]} == {*found["shipped"][name]} == {"value", "low", "high"}
    assert set(found["difference"]) == {"ndcg@10", "mae"}
    stored = json.loads((model / MODEL).read_text("utf-8"))
    assert stored["card"]["made_with"] == card["made_with"]
    written = (model / MODEL).read_bytes() + (model / MEMORY).read_bytes()
    assert not any(topic.encode() in written for topic in TOPICS)
    assert stored["abstention"] > 0


def test_jsonl_and_level_names_are_read_too(duijie_new: Caller, tmp_path: Path) -> None:
    some = rows()
    names = {1: "无相关", 2: "弱相关", 3: "较强相关", 4: "强相关"}
    plain = write(tmp_path / "a.jsonl", some)
    named = write(tmp_path / "b.jsonl", [{**row, "level": names[row["level"]]} for row in some])
    first = duijie_new.document("train", "fit", "--pairs", plain, "--out", tmp_path / "m1")
    second = duijie_new.document("train", "fit", "--pairs", named, "--out", tmp_path / "m2")
    assert first["cross_validation"] == second["cross_validation"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": "5"}, "第 3 条：level 是“5”，须为 1、2、3、4"),
        ({"level": ""}, "第 3 条：没有 level"),
        ({"need_id": " "}, "第 3 条：没有 need_id"),
        ({"need_title": "", "need_text": ""}, "第 3 条：需求没有标题也没有正文"),
        ({"achievement_title": "", "achievement_text": ""}, "第 3 条：成果没有标题也没有正文"),
        ({"need_id": "N0"}, "第 3 条：需求 N0 的文字与第 1 条不同"),
    ],
)
def test_a_bad_row_is_named(
    duijie_new: Caller, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    some = rows()
    some[2] = {**some[2], **change}
    out = tmp_path / "m"
    assert duijie_new("train", "fit", "--pairs", write(tmp_path / "x.csv", some), "--out", out) == 2
    assert said in duijie_new.err
    assert not out.exists()


def test_of_many_bad_rows_the_first_are_told_and_the_rest_counted(
    duijie_new: Caller, tmp_path: Path
) -> None:
    bad = write(tmp_path / "x.csv", [{**row, "level": "高"} for row in rows()])
    assert duijie_new("train", "fit", "--pairs", bad, "--out", tmp_path / "m") == 2
    assert "第 5 条" in duijie_new.err
    assert "第 6 条" not in duijie_new.err
    assert "共 84 条有误" in duijie_new.err


@pytest.mark.parametrize(
    ("some", "said"),
    [
        (rows(40), "7 条不同的需求、40 对标注，太少"),
        ([row for row in rows(280) if row["need_id"] < "N4"], "4 条不同的需求"),
        ([{**row, "level": 2} for row in rows()], "等级太单一（2 级 84 对）"),
        ([{**row, "level": 3} for row in rows()], "等级太单一"),
    ],
)
def test_too_few_labels_or_one_level_only_is_refused(
    duijie_new: Caller, tmp_path: Path, some: list[dict[str, Any]], said: str
) -> None:
    file = write(tmp_path / "x.csv", some)
    assert duijie_new("train", "fit", "--pairs", file, "--out", tmp_path / "m") == 2
    assert said in duijie_new.err


def test_a_missing_column_is_named(duijie_new: Caller, csv_file: CsvFile, tmp_path: Path) -> None:
    file = csv_file("need_id,need_title,need_text,achievement_title\n1,甲,乙,丙\n")
    assert duijie_new("train", "fit", "--pairs", file, "--out", tmp_path / "m") == 2
    assert "achievement_text、level" in duijie_new.err


def test_another_folder_is_not_overwritten_and_an_earlier_model_is(
    duijie_new: Caller, labels: Path, tmp_path: Path
) -> None:
    other = tmp_path / "资料"
    other.mkdir()
    (other / "合同.txt").write_text("x", "utf-8")
    assert duijie_new("train", "fit", "--pairs", labels, "--out", other) == 2
    assert "请换一个 --out" in duijie_new.err
    assert duijie_new("train", "fit", "--pairs", labels, "--out", labels) == 2
    assert "是文件" in duijie_new.err
    model = tmp_path / "m"
    for _ in range(2):
        assert duijie_new("train", "fit", "--pairs", labels, "--out", model) == 0
    assert {one.name for one in model.iterdir()} == {MODEL, MEMORY}
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".m.")]


def test_a_failed_write_leaves_the_earlier_model(
    duijie_new: Caller, labels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "m"
    assert duijie_new("train", "fit", "--pairs", labels, "--out", model) == 0
    before = (model / MODEL).read_bytes()

    def fail(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "write_model", fail)
    assert duijie_new("train", "fit", "--pairs", labels, "--out", model) == 1
    assert (model / MODEL).read_bytes() == before
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".m.")]


def test_a_model_made_with_another_encoder_or_reader_is_refused(
    duijie_new: Caller, labels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "m"
    assert duijie_new("train", "fit", "--pairs", labels, "--out", model) == 0
    now = Comparer.fingerprints.fget  # type: ignore[attr-defined]
    changed = {"encoder": "x", "reader": "y"}
    monkeypatch.setattr(Comparer, "fingerprints", property(lambda self: {**now(self), **changed}))
    out = tmp_path / "x.csv"
    assert duijie_new("score", labels, "--model", model, "--out", out) == 2
    assert "是用另外的编码模型、精读模型训练的" in duijie_new.err
    assert not out.exists()


def test_what_is_no_model_is_told(duijie_new: Caller, labels: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "没有"
    assert duijie_new("score", labels, "--model", nowhere, "--out", tmp_path / "x.csv") != 0
    assert "不是完好的自训练模型" in duijie_new.err


def test_the_group_lists_its_commands_and_knows_no_others(duijie_new: Caller) -> None:
    assert duijie_new("train", "--help") == 0
    assert "fit" in duijie_new.out
    assert duijie_new("train", "fti") == 2
    assert "是不是想用：fit" in duijie_new.err
    assert duijie_new("train") == 2
    assert "用法" in duijie_new.err
    assert duijie_new("train", "fit", "--help") == 0
    assert "duijie train fit" in duijie_new.out


def test_rows_without_text_are_left_blank(duijie_new: Caller, labels: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "m", tmp_path / "x.csv"
    assert duijie_new("train", "fit", "--pairs", labels, "--out", model) == 0
    empty = [{**row, "achievement_title": "", "achievement_text": ""} for row in rows(3)]
    file = write(tmp_path / "空.csv", empty)
    assert duijie_new("score", file, "--model", model, "--out", out) == 0
    assert "有 3 对缺少" in duijie_new.err
