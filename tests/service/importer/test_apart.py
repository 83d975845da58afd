import sys
from pathlib import Path

import pytest

from service.importer import apart
from service.importer.apart import ApartError, run_apart

WORK = """
import sys, time
from service.importer.apart import answer

def work(path):
    word = path.read_text()
    if word == "sleep":
        time.sleep(60)
    if word == "memory":
        return len(bytearray(4 << 30))
    if word == "crash":
        raise ValueError("x")
    return {"word": word}

if __name__ == "__main__":
    answer(work)
"""


@pytest.fixture
def work_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "work_for_a_test.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    return "work_for_a_test"


@pytest.mark.parametrize(
    ("word", "reason"),
    [("sleep", "秒还没有读完"), ("memory", "内存太多"), ("crash", "中途出错")],
)
def test_what_goes_wrong_apart_is_an_error_here(
    tmp_path: Path, work_module: str, word: str, reason: str
) -> None:
    if word == "memory":
        pytest.importorskip("resource")
    path = tmp_path / "x"
    path.write_text(word)
    with pytest.raises(ApartError, match=reason):
        run_apart(work_module, path, seconds=0.5 if word == "sleep" else 60, limit=1 << 30)


def test_the_answer_comes_back(tmp_path: Path, work_module: str) -> None:
    path = tmp_path / "x"
    path.write_text("好", encoding="utf-8")
    assert run_apart(work_module, path) == {"word": "好"}


def test_an_answer_is_json_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["x", "文件"])
    monkeypatch.setattr(apart, "_hold_memory", lambda limit: None)
    apart.answer(lambda path: [str(path)])
    assert capsys.readouterr().out == '["\\u6587\\u4ef6"]'


def test_the_limit_of_memory_is_set_below_what_the_system_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resource = pytest.importorskip("resource")
    kept = []
    monkeypatch.setattr(resource, "setrlimit", lambda kind, limits: kept.append(limits))
    for hard in (resource.RLIM_INFINITY, 500):
        monkeypatch.setattr(resource, "getrlimit", lambda kind, hard=hard: (hard, hard))
        apart._hold_memory(1000)
    assert kept == [(1000, resource.RLIM_INFINITY), (500, 500)]


def test_a_system_without_limits_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    apart._hold_memory(1000)
