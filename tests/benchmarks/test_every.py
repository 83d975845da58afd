import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from benchmarks import every
from benchmarks.__main__ import NAMES
from benchmarks.every import Benchmark, all_benchmarks, is_done, main, run_all, state_of


def counting(log: Path, name: str, code: int = 0, *, data: bool = False) -> Benchmark:
    does = f"open({str(log)!r}, 'a').write({name!r} + '\\n'); print('| {name} |'); exit({code})"
    return Benchmark(name, (sys.executable, "-c", does), f"python -m {name}", data)


def test_what_is_done_is_not_run_again_but_what_failed_is(tmp_path: Path) -> None:
    log, folder = tmp_path / "log", tmp_path / "results"
    wanted = [counting(log, "good"), counting(log, "bad", 3)]
    first = run_all(wanted, folder, "abc", again=False, has_data=True)
    assert [one.failed for one in first.values()] == [False, True]
    second = run_all(wanted, folder, "abc", again=False, has_data=True)
    assert log.read_text().split() == ["good", "bad", "bad"]
    assert second["good"].state == "此前已测"
    run_all(wanted[:1], folder, "abc", again=True, has_data=True)
    assert log.read_text().split() == ["good", "bad", "bad", "good"]


def test_a_record_tells_command_date_commit_code_and_output(tmp_path: Path) -> None:
    run_all([counting(tmp_path / "log", "one", 3)], tmp_path, "abc", again=False, has_data=True)
    record = (tmp_path / "one.md").read_text(encoding="utf-8")
    for line in ("- command: `python -m one`", "- commit: abc", "- exit code: 3", "| one |"):
        assert line in record.splitlines()
    assert "- date: 20" in record
    assert "- CPU seconds: " in record


def test_one_that_was_cut_off_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    real = os.wait4

    def interrupted(pid: int, options: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(every.os, "wait4", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_all([counting(log, "one")], tmp_path, "abc", again=False, has_data=True)
    assert not is_done(tmp_path / "one.md")
    monkeypatch.setattr(every.os, "wait4", real)
    run_all([counting(log, "one")], tmp_path, "abc", again=False, has_data=True)
    assert is_done(tmp_path / "one.md")
    assert not (tmp_path / "one.part").exists()


def test_what_needs_data_is_left_out_without_it_and_said_so(tmp_path: Path) -> None:
    log = tmp_path / "log"
    wanted = [counting(log, "real", data=True), counting(log, "own")]
    found = run_all(wanted, tmp_path, "abc", again=False, has_data=False)
    assert log.read_text().split() == ["own"]
    assert "DUIJIE_DATA" in found["real"].state
    assert not is_done(tmp_path / "real.md")


def test_the_state_changes_with_the_commit_and_with_changes_to_it(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        named = ("-c", "user.name=a", "-c", "user.email=a@b", "-C", str(tmp_path))
        subprocess.run(["git", *named, *words], check=True, capture_output=True)

    assert state_of(tmp_path / "missing") == "no-commit"
    git("init")
    (tmp_path / "file").write_text("1")
    git("add", "file")
    git("commit", "-m", "one")
    clean = state_of(tmp_path)
    (tmp_path / "file").write_text("2")
    changed = state_of(tmp_path)
    (tmp_path / "file").write_text("3")
    assert len({clean, changed, state_of(tmp_path)}) == 3
    assert changed.startswith(f"{clean}-")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "benchmarks.md").write_text("figures")
    git("add", "docs")
    (tmp_path / "file").write_text("1")
    assert state_of(tmp_path) == clean


def test_every_measurement_is_among_them_and_is_there() -> None:
    names = {one.name for one in all_benchmarks()}
    assert set(NAMES) <= names
    for one in all_benchmarks():
        assert find_spec(one.command[3]) is not None, one.name
    assert names >= every.DATA


def test_without_a_folder_for_the_results_nothing_is_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DUIJIE_BENCH_HOME", raising=False)
    with pytest.raises(SystemExit):
        main([])
    assert "DUIJIE_BENCH_HOME" in capsys.readouterr().err
