"""What `benchmarks.peers` does without the peers installed."""

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import peers
from benchmarks.peers_engines.duijie import Duijie
from benchmarks.peers_engines.floor import Floor
from benchmarks.peers_engines.measure import answers, gains, index, ndcg
from benchmarks.peers_engines.protocol import Engine, Question
from benchmarks.peers_texts import Pair, chosen

WORDS = ["激光 焊接 铝 合金", "废水 处理 膜", "电池 隔膜 涂布", "大豆 育种 抗旱"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small dump: 120 records, of which the first four are asked for."""
    count = 120
    words = [*WORDS, *(f"词{at} 通用 材料" for at in range(count - len(WORDS)))]
    vectors = np.random.default_rng(0).normal(size=(count, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    (tmp_path / "words.txt").write_text("\n".join(words), encoding="utf-8")
    np.save(tmp_path / "vectors.npy", vectors)
    np.save(tmp_path / "share.npy", (np.arange(count) + 0.5) / count)
    np.save(tmp_path / "questions.npy", vectors[: len(WORDS)])
    asked = [
        {"form": form, "words": words, "answer": at}
        for at, (form, words) in enumerate(zip(["title", "full"] * 2, WORDS, strict=True))
    ]
    (tmp_path / "questions.json").write_text(json.dumps(asked), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("make", [Duijie, Floor])
def test_an_engine_finds_its_records_in_a_new_process_with_and_without_filter(
    make: type[Engine], folder: Path
) -> None:
    work = folder / "work"
    work.mkdir()
    built = index(make(), folder, work)
    found = answers(make(), folder, work)
    assert found["gains"] == {"full": [1.0, 1.0], "title": [1.0, 1.0]}
    assert found["all: answers"] == found["10%: answers"] == 10
    assert built["index, CPU s"] > 0
    assert set(built["versions"]) == set(make().packages)


def test_an_answer_that_the_filter_forbids_stops_the_measurement(folder: Path) -> None:
    class Careless(Floor):
        def ask(self, question: Question, below: float | None) -> list[int]:
            return [119]

    work = folder / "work"
    work.mkdir()
    index(Floor(), folder, work)
    with pytest.raises(SystemExit, match="Careless"):
        answers(Careless(), folder, work)


def test_ndcg_of_one_right_answer_is_that_of_the_formula() -> None:
    assert ndcg([7, 3], 7) == 1.0
    assert ndcg([1, 2, 7], 7) == pytest.approx(1 / math.log2(4))
    assert ndcg(list(range(11)), 10) == 0.0


def test_gains_stop_where_the_questions_stopped() -> None:
    vector = np.zeros(2, dtype=np.float32)
    asked = [Question("title", "", vector, 1), Question("full", "", vector, 2)]
    assert gains(asked, [[1]]) == {"title": [1.0]}
    assert gains(asked, [[1], [9, 2]])["full"] == [pytest.approx(1 / math.log2(3))]


def test_questions_take_turns_and_point_at_their_own_text() -> None:
    titled = [Pair(f"摘要{at}", title=f"题{at}") for at in range(30)]
    others = [Pair(f"方法{at}", motivation=f"{at}" + "求" * 50) for at in range(70)]
    kept, asked = chosen(titled, others, 80, asked=5)
    assert len(kept) == len(set(kept)) == 80
    assert sum(bool(one.title) for one in kept) == 20
    assert [bool(need.title) for _, need in asked] == [True, False] * 5
    assert all(need.title in kept[at].title for at, need in asked)
    assert all(need.text in kept[at].motivation for at, need in asked)
    with pytest.raises(ValueError, match="100"):
        chosen(titled, others, 200)


def figures(milliseconds: float, right: list[float]) -> dict:
    return {
        "index, CPU s": 2.0,
        "all: CPU ms": milliseconds,
        "MB at the most, indexing": 100.0,
        "MB after the questions": 1500.0,
        "gains": {"title": right},
        "versions": {"that": "1.0"},
    }


def test_the_table_compares_quality_over_the_questions_that_all_answered() -> None:
    found = peers.rows({"a": figures(1, [1.0, 0.0, 0.0, 0.0]), "b": figures(9, [1.0, 1.0])})
    assert found["MB after the questions"] == {"a": "1,500", "b": "1,500"}
    assert found["nDCG@10, title → abstract"] == {"a": "0.250", "b": "1.000"}
    assert found["nDCG@10, title → abstract, the first 2"] == {"a": "0.500", "b": "1.000"}
    assert found["versions"]["a"] == "that 1.0"


def test_goals_are_met_or_missed_by_ratios_and_paired_differences() -> None:
    found = peers.goals(figures(1, [1.0, 0.0]), figures(9, [1.0, 1.0]))
    assert found["hybrid query, times as fast"]["measured"] == "9.00"
    assert found["hybrid query, times as fast"][""] == "met"
    assert found["index, times as fast"][""] == "**missed**"
    assert found["nDCG@10, title → abstract: difference"]["measured"].startswith("-0.5000 ±")
    assert found["MB after the questions: share of txtai's"][""] == "met"


def test_an_engine_that_is_not_installed_is_passed_over_with_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "ENGINES", {"txtai": ("txtai", tmp_path / "missing")})
    assert peers.measured("txtai", tmp_path) is None
    assert "make bench-peers" in capsys.readouterr().out


def test_measuring_needs_nothing_of_this_project() -> None:
    code = (
        "import sys, benchmarks.peers_engines.measure\n"
        "rooms = {'matcher', 'indexing', 'models', 'service'}\n"
        "sys.exit(bool(rooms & {name.split('.')[0] for name in sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
