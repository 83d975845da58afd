import errno
import json
import logging
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from indexing.errors import CorruptIndexError, FilterError
from matcher.errors import EmptyQueryError, MatchError
from matcher.types import Need
from models.errors import ModelFileMissingError, UnknownModelError
from service import bootstrap
from service.cli import failures
from service.cli.indexing_step import as_text
from service.cli.main import main
from service.errors import DiskFullError, ServiceError
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import Synced

CsvFile = Callable[..., Path]
NEEDS = "id,title,预算\nN1,甲,50万\nN2,,\nN3,乙,若干\n"


class EmptyIndexer:
    """Takes everything in and keeps nothing."""

    def create(self, side: str) -> Any:
        return SimpleNamespace(
            meta={}, compaction_due=False, save=lambda folder: folder.mkdir(exist_ok=True)
        )

    def open_or_create(self, folder: Path, side: str) -> Any:
        return self.create(side)

    def update(self, bundle: Any, changed: Any, removed: Any) -> None:
        return None


class Parts:
    """A composition root without models."""

    def __init__(self) -> None:
        self.settings: list[Settings] = []
        self.error: BaseException | None = None

    def open_store(self, settings: Settings) -> Store:
        return bootstrap.open_store(settings)

    def make_indexer(self, settings: Settings, progress: Callable[[float], None]) -> EmptyIndexer:
        self.settings.append(settings)
        progress(0.5)
        if self.error is not None:
            raise self.error
        return EmptyIndexer()


class Duijie:
    """Calls the program and keeps what it printed."""

    def __init__(self, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.parts = Parts()
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path) -> int:
        code = main(["--home", str(self.home.root), *map(str, arguments)], parts=self.parts)
        self.out, self.err = self._capsys.readouterr()
        return code

    def needs(self) -> list[str]:
        with Store.open(self.home.database) as store:
            return [need.id for need in store.iterate("need")]


@pytest.fixture
def duijie(home: Home, capsys: pytest.CaptureFixture[str]) -> Duijie:
    return Duijie(home, capsys)


def test_an_import_reports_and_brings_the_index_up_to_date(
    duijie: Duijie, csv_file: CsvFile
) -> None:
    assert duijie("import", "needs", csv_file(NEEDS)) == 0
    assert "读取 3 条需求，新增 2，更新 0，未变 0，重复 0，拒绝 1" in duijie.out
    assert "索引已是最新：需求更新 2 条；成果更新 0 条。" in duijie.out
    assert "第 4 行：若干" in duijie.err
    (rejects,) = duijie.home.rejects.iterdir()
    assert str(rejects) in duijie.err
    assert duijie.needs() == ["N1", "N3"]


def test_json_is_one_document_on_stdout_and_nothing_else(duijie: Duijie, csv_file: CsvFile) -> None:
    assert duijie("import", "needs", csv_file(NEEDS), "--json") == 0
    document = json.loads(duijie.out)
    assert document["kind"] == "needs"
    assert document["files"][0]["new"] == 2
    assert document["index"]["needs"] == {
        "changed": 2,
        "removed": 0,
        "revision": 2,
        "rebuilt": False,
    }
    assert duijie.err == ""


def test_several_files_are_imported_one_by_one(duijie: Duijie, csv_file: CsvFile) -> None:
    first = csv_file("id,title\nN1,甲\n", name="1.csv")
    second = csv_file("id,title\nN2,乙\n", name="2.csv")
    assert duijie("import", "needs", first, second, "--json") == 0
    assert [one["new"] for one in json.loads(duijie.out)["files"]] == [1, 1]
    assert len(duijie.parts.settings) == 1


def test_the_files_before_a_bad_one_stay_imported(duijie: Duijie, csv_file: CsvFile) -> None:
    good = csv_file("id,title\nN1,甲\n", name="1.csv")
    bad = csv_file("列一,列二\n1,2\n", name="2.csv")
    assert duijie("import", "needs", good, bad) == 2
    assert duijie.needs() == ["N1"]
    assert "1.csv：读取 1" in duijie.out
    *_, told, error = duijie.err.strip().splitlines()
    assert "1.csv 已经导入，但索引没有更新" in told
    assert "duijie index" in told
    assert "列一、列二" in error
    assert duijie("import", "needs", good, bad, "--dry-run") == 2
    assert "已经导入" not in duijie.err


def test_a_missing_file_stops_before_anything_is_done(duijie: Duijie, csv_file: CsvFile) -> None:
    assert duijie("import", "needs", csv_file(NEEDS), "没有.csv") == 2
    assert "没有.csv 不存在" in duijie.err
    assert not duijie.home.database.exists()


def test_a_dry_run_writes_no_record_and_no_index(duijie: Duijie, csv_file: CsvFile) -> None:
    assert duijie("import", "needs", csv_file(NEEDS), "--dry-run") == 0
    assert "试运行" in duijie.out
    assert duijie.needs() == []
    assert duijie.parts.settings == []


def test_strict_refuses_the_file(duijie: Duijie, csv_file: CsvFile) -> None:
    assert duijie("import", "needs", csv_file(NEEDS), "--strict") == 2
    assert "第 3 行" in duijie.err
    assert duijie.needs() == []


def test_without_index_the_models_are_not_asked_for(duijie: Duijie, csv_file: CsvFile) -> None:
    assert duijie("import", "needs", csv_file(NEEDS), "--no-index") == 0
    assert duijie.parts.settings == []


def test_columns_can_be_mapped(duijie: Duijie, csv_file: CsvFile) -> None:
    path = csv_file("名字,说法\n甲,一\n")
    assert duijie("import", "needs", path, "--map", "名字=title", "--map", "说法=text") == 0
    assert duijie("import", "needs", path, "--map", "名字=没有") == 2
    assert "organisation" in duijie.err
    assert duijie("import", "needs", path, "--map", "无此列=title") == 2
    assert "名字、说法" in duijie.err


def test_a_failure_of_the_index_says_that_the_records_are_in(
    duijie: Duijie, csv_file: CsvFile, tmp_path: Path
) -> None:
    duijie.parts.error = ModelFileMissingError(tmp_path / "model.onnx", "make weights")
    assert duijie("import", "needs", csv_file(NEEDS)) == 1
    assert "记录已经导入" in duijie.err
    assert "model.onnx" in duijie.err
    assert duijie.needs() == ["N1", "N3"]


def test_many_duplicates_are_shown_in_short(duijie: Duijie, csv_file: CsvFile) -> None:
    path = csv_file("id,title\n" + "N1,甲\n" * 30)
    assert duijie("import", "needs", path, "--no-index") == 0
    assert duijie.err.count("重复：") == 20
    assert "共 29 条重复" in duijie.err


def test_index_brings_up_to_date_and_rebuilds(duijie: Duijie, csv_file: CsvFile) -> None:
    duijie("import", "needs", csv_file(NEEDS), "--no-index")
    assert duijie("index") == 0
    assert "需求更新 2 条" in duijie.out
    assert duijie("index", "--rebuild", "--json") == 0
    assert json.loads(duijie.out)["index"]["needs"]["rebuilt"] is True
    assert duijie("index", "--encoder", "another") == 0
    assert [settings.encoder for settings in duijie.parts.settings] == ["", "", "another"]


def test_a_second_writer_is_told_so(duijie: Duijie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.lock.PATIENCE_S", 0.05)
    with FileLock(duijie.home.lock):
        assert duijie("index") == 1
    assert "另一个 duijie" in duijie.err


def test_a_home_that_cannot_be_used_is_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    assert main(["--home", str(blocked), "index"], parts=Parts()) == 1
    assert "数据目录" in capsys.readouterr().err


def test_a_bad_setting_is_a_wrong_call(duijie: Duijie, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_LOG_LEVEL", "LOUD")
    assert duijie("index") == 2
    assert "DUIJIE_LOG_LEVEL" in duijie.err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (DiskFullError("x.db"), 1, "磁盘空间不足"),
        (ServiceError("坏了"), 1, "坏了"),
        (OSError(errno.ENOSPC, "No space left", "/d/x"), 1, "/d/x 写不进去"),
        (PermissionError(errno.EACCES, "Permission denied", "/d/x"), 1, "权限"),
        (OSError("odd"), 1, "odd"),
        (EmptyQueryError("没有内容"), 2, "没有内容"),
        (MatchError("失败"), 1, "失败"),
        (CorruptIndexError(Path("/d/index"), "少了文件"), 1, "duijie index --rebuild"),
        (FilterError("没有字段"), 2, "没有字段"),
        (UnknownModelError("x", ["y"]), 2, "x"),
        (KeyboardInterrupt(), 1, "Ctrl-C"),
        (ZeroDivisionError("secret"), 1, "程序内部错误（ZeroDivisionError）"),
    ],
)
def test_every_error_gets_a_message_and_a_code(error: BaseException, code: int, words: str) -> None:
    explained = failures.explain(error)
    assert explained.code == code
    assert words in explained.message


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("secret")])
def test_an_error_ends_the_command_with_its_message(duijie: Duijie, error: BaseException) -> None:
    duijie.parts.error = error
    assert duijie("index") == 1
    assert duijie.err.startswith("错误：")
    assert "secret" not in duijie.err
    assert "Traceback" not in duijie.err


def test_debug_shows_the_traceback(duijie: Duijie) -> None:
    duijie.parts.error = RuntimeError("where")
    assert main(["--home", str(duijie.home.root), "--debug", "index"], parts=duijie.parts) == 1
    duijie("--help")
    assert "Traceback" in duijie.err
    assert "RuntimeError: where" in duijie.err


def test_the_log_names_a_bug_but_never_quotes_a_record(duijie: Duijie) -> None:
    duijie.parts.error = RuntimeError("耐高温涂层")
    duijie("index")
    written = (duijie.home.logs / "duijie.log").read_text("utf-8")
    assert "unexpected RuntimeError at" in written
    assert "耐高温涂层" not in written
    assert not logging.getLogger("service").handlers


def test_the_log_of_an_import_holds_no_text(duijie: Duijie, csv_file: CsvFile) -> None:
    duijie("import", "needs", csv_file("id,title\nN1,耐高温涂层\n"))
    written = (duijie.home.logs / "duijie.log").read_text("utf-8")
    assert "imported side=need read=1 new=1" in written
    assert "涂层" not in written


def test_json_survives_a_terminal_without_chinese(
    duijie: Duijie, csv_file: CsvFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(type(sys.stdout), "encoding", "ascii", raising=False)
    duijie("import", "needs", csv_file(NEEDS), "--json", "--no-index")
    assert duijie.out.isascii()
    assert json.loads(duijie.out)["files"][0]["columns"]["预算"] == "budget_wan"


def test_removed_records_are_told() -> None:
    assert "移除 2 条" in as_text([Synced("need", 0, 2, 9, False)])
    assert "需求重建 3 条" in as_text([Synced("need", 3, 0, 9, True)])


def test_need_is_the_record_type_of_needs(duijie: Duijie, csv_file: CsvFile) -> None:
    duijie("import", "needs", csv_file(NEEDS), "--no-index")
    with Store.open(duijie.home.database) as store:
        assert store.get("need", "N1") == Need(id="N1", title="甲", budget_wan=50.0)
