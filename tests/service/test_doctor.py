import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from indexing.errors import CorruptIndexError
from matcher.embed import Centre, Embedder
from matcher.indexer import bundle_fingerprint
from matcher.text.segment import JiebaSegmenter
from matcher.types import Need, Side
from models.errors import ModelFileMissingError
from service import bootstrap, doctor
from service.cli.main import main
from service.doctor import Check, check_all
from service.indexer import BundleIndexer
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import bring_up_to_date
from tests.fakes import CharEncoder

SEGMENTER = JiebaSegmenter()


class Parts:
    """The composition root, with an encoder that needs no weights."""

    def __init__(self, encoder: Any = None) -> None:
        self.encoder = encoder or CharEncoder()
        self.models_error: Exception | None = None

    def open_store(self, settings: Settings) -> Store:
        return bootstrap.open_store(settings)

    def load_encoder(self, settings: Settings) -> Any:
        return self.encoder

    @property
    def embedder(self) -> Embedder:
        nowhere = np.zeros(self.encoder.dim, dtype=np.float32)
        return Embedder(self.encoder, self.encoder, Centre(nowhere, nowhere))

    def make_indexer(
        self, settings: Settings, progress: Callable[[float], None] | None = None
    ) -> BundleIndexer:
        return BundleIndexer(self.embedder, SEGMENTER)

    def open_index(self, settings: Settings, side: Side) -> Any:
        return bootstrap.open_index(settings, side)

    def verify_models(self, settings: Settings) -> list[str]:
        if self.models_error is not None:
            raise self.models_error
        return ["甲模型"]

    def index_fingerprint(self, settings: Settings) -> str:
        return bundle_fingerprint(self.embedder, SEGMENTER)


@pytest.fixture
def settings(home: Home) -> Settings:
    return Settings(home=home.root)


def look(settings: Settings, parts: Any = None) -> dict[str, Check]:
    return {check.name: check for check in check_all(settings, parts or Parts())}


def fill(home: Home, parts: Parts, count: int = 3, *, index: bool = True) -> None:
    with Store.open(home.database) as store:
        with store.importing("need", "n.csv") as batch:
            for n in range(count):
                batch.put(Need(id=f"N{n}", title=f"耐高温涂层{n}"))
        if index:
            bring_up_to_date(store, home, parts.make_indexer(Settings(home=home.root)))


def test_a_fresh_home_is_in_order(settings: Settings) -> None:
    checks = look(settings)
    assert [name for name, check in checks.items() if not check.ok] == []
    assert "还没有导入数据" in checks["数据库"].detail
    assert "不需要索引" in checks["需求索引"].detail


def test_a_filled_and_indexed_home_is_in_order(settings: Settings, home: Home) -> None:
    parts = Parts()
    fill(home, parts)
    checks = look(settings, parts)
    assert all(check.ok for check in checks.values())
    assert "需求 3 条" in checks["数据库"].detail
    assert "3 条，文件完好" in checks["需求索引"].detail


def test_looking_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    absent = tmp_path / "不存在" / "home"
    assert main(["--home", str(absent), "doctor"], parts=Parts()) == 0
    assert not absent.parent.exists()


def test_a_home_that_cannot_be_written_is_found(settings: Settings, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    check = look(Settings(home=blocked / "home"))["数据目录"]
    assert not check.ok
    assert "--home" in check.remedy


def test_little_room_on_the_disk_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    check = look(settings)["数据目录"]
    assert not check.ok
    assert "空间" in check.remedy


def test_a_missing_library_is_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LIBRARIES", ("numpy", "no-such-library"))
    check = look(settings)["Python 与依赖库"]
    assert not check.ok
    assert "缺少 no-such-library" in check.detail


def test_every_library_that_is_looked_for_is_required() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8").lower()
    assert [name for name in doctor.LIBRARIES if f'"{name.lower()}' not in text] == []


def test_a_missing_weight_file_is_found(settings: Settings, tmp_path: Path) -> None:
    parts = Parts()
    parts.models_error = ModelFileMissingError(tmp_path / "model.onnx", "make weights")
    check = look(settings, parts)["模型文件"]
    assert not check.ok
    assert "model.onnx" in check.detail


def test_an_encoder_that_gives_nonsense_is_found(settings: Settings) -> None:
    class Broken(CharEncoder):
        def encode(self, texts: Any, role: Any) -> Any:
            return np.zeros((len(texts), self.dim), dtype=np.float32)

    check = look(settings, Parts(Broken()))["编码模型"]
    assert not check.ok
    assert "长度 0.000" in check.detail


def test_what_nobody_foresaw_stops_no_other_check(settings: Settings) -> None:
    class Exploding(Parts):
        def load_encoder(self, settings: Settings) -> Any:
            raise ImportError("libgomp")

    checks = look(settings, Exploding())
    assert not checks["编码模型"].ok
    assert "ImportError: libgomp" in checks["编码模型"].detail
    assert checks["需求索引"].ok


def test_a_newer_database_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts())
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    check = look(settings)["数据库"]
    assert not check.ok
    assert "升级" in check.remedy


def test_an_older_database_is_in_order(
    settings: Settings, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, Parts(), index=False)
    monkeypatch.setattr("service.store.schema.HEAD", "9999")
    check = look(settings)["数据库"]
    assert check.ok
    assert "自动升级" in check.detail


def test_a_file_that_is_no_database_is_found(settings: Settings, home: Home) -> None:
    home.database.write_bytes(b"no database" * 1000)
    check = look(settings)["数据库"]
    assert not check.ok
    assert "不是数据库" in check.detail


def test_a_damaged_database_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts(), 500, index=False)
    content = bytearray(home.database.read_bytes())
    for page in range(10, len(content) // 4096):
        content[page * 4096 : page * 4096 + 40] = b"\xff" * 40
    home.database.write_bytes(content)
    check = look(settings)["数据库"]
    assert not check.ok
    assert "损坏" in check.detail


def test_a_store_without_index_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts(), index=False)
    check = look(settings)["需求索引"]
    assert check == Check("需求索引", False, "还没有建立", "运行 duijie index")


def test_an_index_that_lags_behind_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts(), 3)
    fill(home, Parts(), 5, index=False)
    check = look(settings)["需求索引"]
    assert not check.ok
    assert "3 < 5" in check.detail


def test_an_index_that_is_ahead_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts(), 3)
    home.database.unlink()
    fill(home, Parts(), 2, index=False)
    check = look(settings)["需求索引"]
    assert not check.ok
    assert "--rebuild" in check.remedy


def test_another_encoder_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts())
    check = look(settings, Parts(CharEncoder("char-2")))["需求索引"]
    assert not check.ok
    assert "--rebuild" in check.remedy


def test_a_damaged_index_is_found(settings: Settings, home: Home) -> None:
    fill(home, Parts())
    damage(home.index("need"))
    check = look(settings)["需求索引"]
    assert not check.ok
    assert "SHA-256" in check.detail
    assert "duijie index --rebuild" in check.detail


def damage(folder: Path) -> None:
    largest = max(
        (path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size
    )
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    largest.unlink()  # generations share files by hard links
    largest.write_bytes(content)


def test_a_damaged_index_stops_an_import_only_after_the_records_are_in(
    home: Home, capsys: pytest.CaptureFixture[str], csv_file: Callable[..., Path]
) -> None:
    fill(home, Parts())
    for path in home.index("need").rglob("manifest.json"):
        path.write_text("{}")
    path = csv_file("id,title\nN9,电池\n")
    assert main(["--home", str(home.root), "import", "needs", str(path)], parts=Parts()) == 1
    err = capsys.readouterr().err
    assert "记录已经导入" in err
    assert "duijie index --rebuild" in err
    assert main(["--home", str(home.root), "index", "--rebuild"], parts=Parts()) == 0
    assert main(["--home", str(home.root), "doctor"], parts=Parts()) == 0


def test_the_command_shows_marks_and_remedies(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(home, Parts(), index=False)
    assert main(["--home", str(home.root), "doctor"], parts=Parts()) == 1
    out = capsys.readouterr().out
    assert "✓ 数据库：需求 3 条" in out
    assert "✗ 需求索引：还没有建立\n  → 运行 duijie index" in out


def test_the_command_gives_json(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--home", str(home.root), "doctor", "--json"], parts=Parts()) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["ok"] is True
    assert {"name", "ok", "detail", "remedy"} == set(document["checks"][0])


def test_the_index_follows_the_store_through_the_real_bundle(home: Home) -> None:
    parts = Parts()
    settings = Settings(home=home.root)
    fill(home, parts, 4)
    with Store.open(home.database) as store:
        store.withdraw("need", ["N1"])
        with store.importing("need", "n.csv") as batch:
            batch.put(Need(id="N2", title="电池回收"))
        bring_up_to_date(store, home, parts.make_indexer(settings))
        bundle = parts.open_index(settings, "need")
        assert bundle.meta["revision"] == store.last_revision("need")
        assert {id_ for id_ in ("N0", "N1", "N2", "N3") if id_ in bundle} == {"N0", "N2", "N3"}
        (row,) = bundle.rows(["N2"])
        asked = parts.encoder.encode(["电池回收"], "query")
        assert float(bundle.vectors(np.array([row]))[0] @ asked[0]) == pytest.approx(1.0, abs=1e-5)
    damage(home.index("need"))
    with pytest.raises(CorruptIndexError, match="SHA-256"):
        parts.open_index(settings, "need")
