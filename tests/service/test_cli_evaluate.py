import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.qrels import read_qrels
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller

ROOT = Path(__file__).parents[2]
FILES = ("needs.csv", "achievements.csv", "qrels.jsonl")
RANKED = {"ndcg@10", "mrr@10", "recall@10", "recall@50", "recall@100", "p@5"}
LEVELS = [
    *(("N1", "A1", 4), ("N1", "A4", 2), ("N1", "A2", 1)),
    *(("N2", "A2", 4), ("N2", "A1", 1)),
    *(("N3", "A3", 3), ("N3", "A4", 1)),
]
Files = tuple[str | Path, ...]


def line(need: str, achievement: str, level: object) -> str:
    return json.dumps({"need": need, "achievement": achievement, "level": level}) + "\n"


def options(folder: Path) -> Files:
    needs, achievements, qrels = (folder / name for name in FILES)
    return ("evaluate", "--needs", needs, "--achievements", achievements, "--qrels", qrels)


@pytest.fixture
def files(tmp_path: Path, csv_file: Callable[..., Path]) -> Files:
    for records, name in ((NEEDS, FILES[0]), (ACHIEVEMENTS, FILES[1])):
        rows = "".join(f'{one.id},{one.title},"{one.text}"\n' for one in records)
        csv_file("id,title,text\n" + rows, name=name)
    csv_file("".join(line(*one) for one in LEVELS), name=FILES[2])
    return options(tmp_path)


@pytest.mark.parametrize("more", [(), ("--fast",), ("--candidates", "judged")])
def test_good_lists_get_good_figures(
    duijie_new: Caller, files: Files, more: tuple[str, ...]
) -> None:
    answer = duijie_new.document(*files, *more)
    assert duijie_new.err == ""
    assert {name: answer[name] for name in ("needs", "achievements", "judgements")} == {
        "needs": 3,
        "achievements": 5,
        "judgements": 7,
    }
    figures = answer["figures"]
    assert set(figures) >= RANKED
    for name in RANKED:
        assert set(figures[name]) == {"value", "low", "high"}
    for name in ("mrr@10", "recall@10", "recall@100"):
        assert figures[name] == {"value": 1.0, "low": 1.0, "high": 1.0}
    assert figures["p@5"]["value"] == pytest.approx(0.2)  # one good achievement in five places
    ndcg = figures["ndcg@10"]
    assert 0.9 < ndcg["low"] <= ndcg["value"] <= ndcg["high"] <= 1
    assert 0 <= figures["mae"]["value"] <= 3


def test_both_kinds_of_candidates_judge_the_same_pairs_the_same(
    duijie_new: Caller, files: Files
) -> None:
    whole = duijie_new.document(*files)["figures"]
    judged = duijie_new.document(*files, "--candidates", "judged")["figures"]
    for name in set(whole) - RANKED:
        assert whole[name] == pytest.approx(judged[name], abs=1e-6)


def test_a_bad_order_gets_a_bad_figure(
    duijie_new: Caller, files: Files, csv_file: Callable[..., Path]
) -> None:
    # Only what has nothing to do with the need is called good: it comes second of two.
    csv_file(line("N1", "A3", 4) + line("N1", "A1", 1), name=FILES[2])
    figures = duijie_new.document(*files, "--candidates", "judged")["figures"]
    assert figures["mrr@10"]["value"] == pytest.approx(0.5)
    assert figures["ndcg@10"]["value"] == pytest.approx(1 / math.log2(3))


def test_judgements_without_a_good_pair_leave_figures_out(
    duijie_new: Caller, files: Files, csv_file: Callable[..., Path]
) -> None:
    csv_file(line("N1", "A3", 1), name=FILES[2])
    answer = duijie_new.document(*files)  # JSON has no word for nan
    assert not RANKED & set(answer["figures"])
    assert answer["figures"]["mae"]["low"] is None  # of one need nothing is sure
    assert duijie_new(*files) == 0
    assert "（需求太少，没有区间）" in duijie_new.out


def test_figures_for_people_have_intervals(duijie_new: Caller, files: Files) -> None:
    assert duijie_new(*files, "--encoder", "another") == 0
    lines = duijie_new.out.splitlines()
    assert "mrr@10      1.0000  [1.0000, 1.0000]" in lines
    assert lines[-1] == "需求 3 条，成果 5 项，标注 7 对。"
    assert set(duijie_new.parts.encoders) == {"another"}


def test_an_evaluation_leaves_the_home_alone(duijie_new: Caller, files: Files) -> None:
    assert duijie_new(*files) == 0
    home = duijie_new.home
    assert not home.database.exists()
    assert not home.index("need").exists()


@pytest.mark.parametrize(
    ("need", "achievement", "words"),
    [("N9", "A1", "1 个需求编号不在文件里，例如 N9"), ("N1", "A9", "1 个成果编号")],
)
def test_judgements_of_unknown_records_are_refused(
    duijie_new: Caller,
    files: Files,
    csv_file: Callable[..., Path],
    need: str,
    achievement: str,
    words: str,
) -> None:
    csv_file(line("N1", "A1", 4) + line(need, achievement, 2), name=FILES[2])
    assert duijie_new(*files) == 2
    assert words in duijie_new.err


@pytest.mark.parametrize(
    "bad",
    [
        "{oops\n",
        "[]\n",
        "7\n",
        line("N1", "A1", 5),
        line("N1", "A1", 0),
        line("N1", "A1", "高"),
        line(" ", "A1", 1),
        '{"need": "N1", "level": 3}\n',
        "[" * 100_000 + "\n",
    ],
)
def test_a_bad_line_of_judgements_is_named_with_its_number(
    duijie_new: Caller, files: Files, csv_file: Callable[..., Path], bad: str
) -> None:
    csv_file(line("N1", "A1", 4) + "\n" + bad, name=FILES[2])
    assert duijie_new(*files) == 2
    assert f"{FILES[2]} 第 3 行不是有效的评判记录" in duijie_new.err


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_empty_and_missing_judgements_are_told(
    duijie_new: Caller, files: Files, csv_file: Callable[..., Path], text: str
) -> None:
    path = csv_file(text, name=FILES[2])
    assert duijie_new(*files) == 2
    assert "是空的" in duijie_new.err
    path.unlink()
    assert duijie_new(*files) == 2
    assert "不存在" in duijie_new.err


def test_the_later_of_two_judgements_counts(csv_file: Callable[..., Path]) -> None:
    path = csv_file(line("N1", "A1", 4) + line(" N1 ", "A1", 2), "utf-8-sig")
    assert read_qrels(path) == {"N1": {"A1": 2}}


def test_judgements_are_read_in_any_chinese_encoding(csv_file: Callable[..., Path]) -> None:
    path = csv_file('{"need": "需求一", "achievement": "成果二", "level": 3}\n', "gb18030")
    assert read_qrels(path) == {"需求一": {"成果二": 3}}


def test_a_run_is_saved_and_a_later_one_compared_with_it(
    duijie_new: Caller, files: Files, tmp_path: Path
) -> None:
    run, report = tmp_path / "run.json", tmp_path / "report.html"
    assert duijie_new(*files, "--fast", "--save", run) == 0
    assert f"结果已写入 {run}" in duijie_new.err
    kept = run.read_text("utf-8")
    assert not any(one.text and one.text[:12] in kept for one in (*NEEDS, *ACHIEVEMENTS))
    assert duijie_new(*files, "--fast", "--against", run, "--html", report) == 0
    assert "mrr@10      +0.0000" in duijie_new.out
    assert "p = 1.000" in duijie_new.out
    assert f"报告已写入 {report}" in duijie_new.err
    text = report.read_text("utf-8")
    assert "<title>对接评测报告" in text
    assert not any(one.title and one.title in text for one in (*NEEDS, *ACHIEVEMENTS))
    answer = duijie_new.document(*files, "--against", run, "--save", run)
    assert answer["comparison"]["setup"]["fast"] is True
    assert answer["setup"]["fast"] is False
    assert answer["setup"]["fingerprint"]


def test_a_run_of_other_judgements_or_candidates_is_not_compared(
    duijie_new: Caller, files: Files, csv_file: Callable[..., Path], tmp_path: Path
) -> None:
    run = tmp_path / "run.json"
    assert duijie_new(*files, "--candidates", "judged", "--save", run) == 0
    assert duijie_new(*files, "--against", run) == 2
    assert "范围不同" in duijie_new.err
    csv_file("".join(line(*one) for one in LEVELS[1:]), name=FILES[2])
    assert duijie_new(*files, "--candidates", "judged", "--against", run) == 2
    assert "标注不同" in duijie_new.err


@pytest.mark.parametrize(
    ("option", "name", "words"),
    [
        ("--against", "absent.json", "不存在"),
        ("--save", "no/run.json", "不能写入"),
        ("--html", "no/report.html", "不能写入"),
    ],
)
def test_a_wrong_path_is_told_before_the_work(
    duijie_new: Caller, files: Files, tmp_path: Path, option: str, name: str, words: str
) -> None:
    assert duijie_new(*files, option, tmp_path / name) == 2
    assert words in duijie_new.err
    assert duijie_new.parts.encoders == []


def test_the_first_places_are_those_that_people_see(
    duijie_indexed: Caller, files: Files, tmp_path: Path
) -> None:
    run = tmp_path / "run.json"
    assert duijie_indexed(*files, "--save", run) == 0
    kept = json.loads(run.read_text("utf-8"))["needs"]
    for need in ("N1", "N2", "N3"):
        shown = duijie_indexed.document("match", "--need", need, "--top", "10")["matches"]
        assert kept[need]["ranked"] == [match["id"] for match in shown]


def test_the_places_below_are_filled_up_without_repeating_a_record(
    duijie_indexed: Caller, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.evaluation.files.SHOWN", 2)
    run = tmp_path / "run.json"
    assert duijie_indexed(*files, "--save", run) == 0
    ranked = json.loads(run.read_text("utf-8"))["needs"]["N1"]["ranked"]
    shown = duijie_indexed.document("match", "--need", "N1", "--top", "2")["matches"]
    assert ranked[:2] == [match["id"] for match in shown]
    assert sorted(ranked) == ["A1", "A2", "A3", "A4", "A5"]


def test_the_command_is_described_without_loading_what_it_needs() -> None:
    code = "import sys, service.cli.evaluate; print({'numpy', 'scipy', 'jinja2'} & {*sys.modules})"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert told.stdout.strip() == "set()"
