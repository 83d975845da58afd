import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from indexing.filters import InRange
from matcher.batch.executor import Processes
from matcher.batch.job import Outcome
from matcher.batch.plan import Plan
from matcher.errors import BatchError, WorkerLostError
from matcher.types import Need
from tests import batch_world
from tests.batch_jobs import DENSE, HIGH, ROOT, Dying, change, rows, run, tables
from tests.batch_world import EMBEDDER, PLAN, open_parts
from tests.matcher import worlds
from tests.matcher.worlds import NEEDS


@pytest.mark.parametrize("words", [True, False])
@pytest.mark.parametrize("filters", [(), (HIGH,)])
@pytest.mark.parametrize("without", [frozenset(), frozenset({"A01", "A07", "B03"})])
def test_each_need_gets_the_list_that_it_gets_alone(
    world: worlds.World,
    saved: Path,
    tmp_path: Path,
    words: bool,
    filters: tuple,
    without: frozenset[str],
) -> None:
    plan = replace(PLAN, uses_words=words, filters=filters, without=without)
    run(saved, tmp_path / "out", plan)
    alone = world.matcher(depth=6, rerank=0, read=0, lexical=words)
    wanted = [
        (need.id, match.rank, match.record.id, match.score)
        for need in NEEDS
        for match in alone.match(need, k=4, filters=filters, hidden=without).matches
    ]
    assert rows(tmp_path / "out") == wanted
    assert wanted


def test_what_both_sides_of_retrieval_say_stands_in_the_table(
    world: worlds.World, saved: Path, tmp_path: Path
) -> None:
    run(saved, tmp_path / "out")
    answers = open_parts(saved).answers
    for row in pq.read_table(tmp_path / "out" / "parts").to_pylist():
        need = next(one for one in NEEDS if one.id == row["need"])
        vector = EMBEDDER.vectors([world.read(need)])[0]
        stored = answers.vectors(answers.rows([row["achievement"]]))[0]
        assert row["dense"] == pytest.approx(float(vector @ stored), abs=1e-6)
        assert 0 <= row["lexical"] <= 1


def test_an_interrupted_job_goes_on_and_ends_the_same(saved: Path, tmp_path: Path) -> None:
    run(saved, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(saved, tmp_path / "out", executor=Dying(1))
    assert len(tables(tmp_path / "out")) == 1
    assert not json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]
    assert run(saved, tmp_path / "out") == Outcome(8, 3, 1, 5, 5)
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]


def test_a_job_may_die_before_anything_but_its_manifest_is_written(
    saved: Path, tmp_path: Path
) -> None:
    run(saved, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(saved, tmp_path / "out", executor=Dying(0))
    (tmp_path / "out" / "achievements.parquet").unlink()
    (tmp_path / "out" / ".manifest.json.99").write_text("{")
    run(saved, tmp_path / "out")
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
    assert not [*(tmp_path / "out").rglob(".*")]


def test_a_killed_process_leaves_whole_parts_and_the_rest_is_done_later(
    saved: Path, tmp_path: Path
) -> None:
    out, needs = tmp_path / "out", batch_world.NEEDS
    code = "import sys; from tests.batch_world import run_slowly; run_slowly(*sys.argv[1:])"
    with subprocess.Popen([sys.executable, "-c", code, saved, out], cwd=ROOT) as process:
        while len(list(out.glob("parts/part-*"))) < 2:  # not those that are being written
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    there = len(list(out.glob("parts/part-*")))
    assert 2 <= there < 10
    outcome = run(saved, out, needs=needs)
    assert outcome.kept == there
    run(saved, tmp_path / "whole", needs=needs)
    assert tables(out) == tables(tmp_path / "whole")
    assert len(tables(out)) == outcome.parts == 10


def test_processes_do_what_one_process_does(saved: Path, tmp_path: Path) -> None:
    run(saved, tmp_path / "whole")
    outcome = run(saved, tmp_path / "out", executor=Processes(2))
    assert outcome == Outcome(8, 3, 0, 8, 8)
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")


def test_a_process_that_is_ended_from_outside_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkerLostError, match="内存"):
        list(Processes(1).map(signal.raise_signal, [signal.SIGKILL]))


def test_an_error_of_a_part_ends_the_job(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="x"):
        list(Processes(2).map(int, ["1", "x"]))


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (replace(PLAN, top=3), "--top"),
        (replace(PLAN, filters=(HIGH,)), "筛选条件"),
        (DENSE, "--dense-only"),
        (replace(PLAN, without=frozenset({"A01"})), "撤回的成果"),
        (replace(PLAN, made_of={"needs": "2"}), "需求"),
        (replace(PLAN, made_of={"needs": "1", "matcher": "x"}), "编码模型、词典或权重"),
        (replace(PLAN, made_of={"needs": "1", "index": "x"}), "成果的词语索引"),
        (replace(PLAN, made_of={"needs": "1", "new": "x"}), "new"),
    ],
)
def test_a_folder_of_another_job_is_refused(
    saved: Path, tmp_path: Path, other: Plan, word: str
) -> None:
    run(saved, tmp_path / "out")
    before = tables(tmp_path / "out")
    with pytest.raises(BatchError, match=word) as raised:
        run(saved, tmp_path / "out", other)
    assert "--since" in str(raised.value)
    assert tables(tmp_path / "out") == before


def test_a_folder_is_refused_once_the_index_has_changed(saved: Path, tmp_path: Path) -> None:
    home = shutil.copytree(saved, tmp_path / "home")
    run(home, tmp_path / "out", DENSE)
    change(home, "achievement", [], ["A01"])
    with pytest.raises(BatchError, match="不同的是：成果。"):
        run(home, tmp_path / "out", DENSE)


def test_an_index_that_changes_meanwhile_is_noticed(saved: Path, tmp_path: Path) -> None:
    home = shutil.copytree(saved, tmp_path / "home")

    class Changing:
        def map(self, work: Callable, tasks: Iterable) -> Iterator:
            change(home, "achievement", [], ["A01"])
            return map(work, tasks)

    with pytest.raises(BatchError, match=r"新版本.*--since"):
        run(home, tmp_path / "out", executor=Changing())
    outcome = run(home, tmp_path / "new", since=tmp_path / "out")
    assert outcome.answered == 8


@pytest.mark.parametrize("name", ["manifest.json", "other.txt"])
def test_a_folder_of_something_else_is_left_alone(saved: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("[1]", encoding="utf-8")
    with pytest.raises(BatchError, match="说明文件"):
        run(saved, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_need_that_the_index_does_not_have_is_encoded(saved: Path, tmp_path: Path) -> None:
    stale = replace(NEEDS[1], text=NEEDS[3].text)
    for out, given in (("known", ["N2"]), ("believed", [])):
        run(saved, tmp_path / out, needs=[stale], stale=given)
    run(saved, tmp_path / "other", needs=[replace(stale, id="N99")])
    assert [row[2:] for row in rows(tmp_path / "known")] == [
        row[2:] for row in rows(tmp_path / "other")
    ]
    assert rows(tmp_path / "known") != rows(tmp_path / "believed")


def test_a_need_without_words_has_no_list_and_one_with_no_answers_neither(
    saved: Path, tmp_path: Path
) -> None:
    outcome = run(saved, tmp_path / "out", needs=[Need(id="N0", title=" "), NEEDS[0]])
    assert outcome.answered == 1
    assert {row[0] for row in rows(tmp_path / "out")} == {"N1"}
    nothing = replace(PLAN, filters=(InRange("trl", 10, None),))
    run(saved, tmp_path / "nothing", nothing)
    assert rows(tmp_path / "nothing") == []
    run(saved, tmp_path / "none", needs=[])
    assert not (tmp_path / "none" / "parts").exists()


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    for wrong in ({"top": 0}, {"top": 7}, {"block": 0}):
        with pytest.raises(ValueError, match="top"):
            replace(PLAN, **wrong)
