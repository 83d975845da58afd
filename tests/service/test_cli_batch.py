import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from service.batch import on_ray, run
from service.batch.on_ray import OnRay
from service.batch.parts import parts_of
from service.errors import InputError
from service.store.store import Store
from tests.service_parts import NEEDS, Caller


def rows(out: Path) -> list[tuple]:
    found = pq.read_table(out / "parts").to_pylist()
    return [(row["need"], row["rank"], row["achievement"], row["score"]) for row in found]


def alone(duijie: Caller, *options: str) -> list[tuple]:
    found = []
    for need in NEEDS:
        answer = duijie.document("match", "--need", need.id, "--fast", *options)
        found += [(need.id, one["rank"], one["id"], one["score"]) for one in answer["matches"]]
    return found


def test_every_need_gets_its_list(duijie_indexed: Caller, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert duijie_indexed("batch", "--out", out) == 0, duijie_indexed.err
    assert f"全部 3 条需求的结果在 {out / 'parts'}（1 份）" in duijie_indexed.out
    assert rows(out) == alone(duijie_indexed)
    assert duijie_indexed("batch", "--out", out) == 0
    assert "1 份已经算好，没有重算" in duijie_indexed.out


def test_the_options_narrow_the_lists(duijie_indexed: Caller, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--top", "2", "--filter", "trl>=5")
    found = duijie_indexed.document("batch", "--out", out, *options)
    counts = {"needs": 3, "parts": 1, "kept": 0, "answered": 3, "searched": 3}
    assert found == {"out": str(out), **counts}
    assert rows(out) == alone(duijie_indexed, *options)
    assert duijie_indexed("batch", "--out", out, "--dense-only") == 2
    assert "不同的是：--top、--dense-only、筛选条件" in duijie_indexed.err
    assert duijie_indexed("batch", "--out", out, "--filter", "x=1") == 2


def test_what_was_withdrawn_or_changed_since_is_seen(
    duijie_indexed: Caller, tmp_path: Path
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    assert duijie_indexed("batch", "--out", old, "--dense-only") == 0
    with Store.open(duijie_indexed.home.database) as store:
        store.withdraw("achievement", ["A1"])
        with store.importing("need", "test") as batch:
            batch.put(replace(NEEDS[2], title="秸秆还田机"))
    assert duijie_indexed("batch", "--out", old, "--dense-only") == 2
    assert "不同的是：撤回的成果、需求" in duijie_indexed.err
    assert duijie_indexed("batch", "--out", new, "--since", old, "--dense-only") == 0
    assert "2 条需求在旧结果上更新，1 条整个重算" in duijie_indexed.out
    assert "请运行 duijie index" in duijie_indexed.err
    assert "A1" not in {row[2] for row in rows(new)}
    assert next(row for row in rows(new) if row[0] == "N3")[2] == "A5"


def test_without_its_library_the_command_says_what_to_install(
    duijie_indexed: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.cli.batch.find_spec", lambda name: None)
    assert duijie_indexed("batch", "--out", tmp_path / "out") == 2
    assert "pip install 'duijie[batch]'" in duijie_indexed.err


def test_without_ray_the_command_says_what_to_install(
    duijie_indexed: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    assert duijie_indexed("batch", "--out", tmp_path / "out", "--ray", "local") == 2
    assert "pip install 'duijie[ray]'" in duijie_indexed.err


def test_a_file_is_no_folder(duijie_indexed: Caller, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x")
    assert duijie_indexed("batch", "--out", tmp_path / "out") == 2
    assert "是文件，不是文件夹" in duijie_indexed.err


def test_the_executor_is_what_was_asked_for(tmp_path: Path) -> None:
    request = run.Request(out=tmp_path)
    assert isinstance(request.executor, run.Serial)
    assert replace(request, workers=3).executor == run.Processes(3)
    assert replace(request, ray="a:1").executor == OnRay("a:1")
    assert (request.plan.depth, replace(request, top=300).plan.depth) == (100, 300)


def test_needs_are_read_again_when_they_change_meanwhile() -> None:
    class Moving:
        revisions = iter([1, 2, 2, 2])

        def last_revision(self, side: str) -> int:
            return next(self.revisions)

        def iterate(self, side: str) -> list:
            return [*NEEDS]

    assert run._needs(Moving()) == ([*NEEDS], 2)


def test_another_process_opens_the_same(
    duijie_indexed: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from matcher.config import MatchConfig
    from service import bootstrap
    from service.batch.parts import open_parts
    from service.settings import Settings

    parts = duijie_indexed.parts
    monkeypatch.setattr(bootstrap, "make_matcher", parts.make_matcher)
    settings = Settings(home=duijie_indexed.home.root)
    opened = open_parts(settings, MatchConfig())
    assert (len(opened.answers), len(opened.asked)) == (5, 3)
    with parts.open_store(settings) as store:
        assert parts_of(parts.make_matcher(settings, store)).first == opened.first


class FakeRay:
    """As much of Ray as the executor asks for."""

    class exceptions:  # noqa: N801 - a module's name
        class RayTaskError(Exception):
            def __init__(self, cause: object) -> None:
                self.cause = cause

    def __init__(self) -> None:
        self.begun: list = []
        self.cancelled: list = []
        self.ended = False

    def is_initialized(self) -> bool:
        return False

    def init(self, address: str, **_: object) -> None:
        if address == "gone:1":
            raise ConnectionError
        self.address = address

    def shutdown(self) -> None:
        self.ended = True

    def put(self, value: object) -> object:
        return value

    def cluster_resources(self) -> dict:
        return {"CPU": 1.0}

    def remote(self, **options: object) -> object:
        fake = self

        class Remote:
            def __init__(self, act: object) -> None:
                self.act = act

            def remote(self, *given: object) -> tuple:
                fake.begun.append(given[-1])
                return self.act, given

        return Remote

    def wait(self, running: list, num_returns: int) -> tuple:
        return running[-1:], running[:-1]

    def get(self, one: tuple) -> object:
        try:
            return one[0](*one[1])
        except ValueError as error:
            raise self.exceptions.RayTaskError(error) from error

    def cancel(self, one: tuple) -> None:
        self.cancelled.append(one[1][-1])


@pytest.fixture
def fake_ray(monkeypatch: pytest.MonkeyPatch) -> FakeRay:
    fake = FakeRay()
    monkeypatch.setitem(sys.modules, "ray", fake)
    return fake


def test_ray_gives_results_as_they_finish_and_takes_tasks_as_needed(fake_ray: FakeRay) -> None:
    found = OnRay("head:1").map(int, iter("12345"))
    assert next(found) == 2
    assert fake_ray.begun == ["1", "2"]
    assert sorted(found) == [1, 3, 4, 5]
    assert (fake_ray.address, fake_ray.ended) == ("head:1", True)


def test_an_error_on_ray_is_the_error_itself(fake_ray: FakeRay) -> None:
    with pytest.raises(ValueError, match="x"):
        list(OnRay().map(int, ["1", "x", "3"]))
    assert fake_ray.cancelled == ["1"]
    assert fake_ray.ended


def test_a_cluster_that_is_not_there_is_told(fake_ray: FakeRay) -> None:
    with pytest.raises(InputError, match="连接不上 Ray 集群 gone:1"):
        list(OnRay("gone:1").map(int, ["1"]))
    assert on_ray.LOCAL == "local"


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed")
def test_a_node_that_dies_changes_nothing(tmp_path: Path) -> None:
    """In a process of its own: Ray leaves threads and sockets behind that warn."""
    import subprocess

    script = Path(__file__).parents[1] / "cluster" / "ray_node_dies.py"
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["equal"] is True
