"""A home and a store for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from matcher.types import Side
from service.importer.report import ImportReport
from service.importer.run import import_file
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import bring_up_to_date
from tests.service_parts import ACHIEVEMENTS, NEEDS, Caller, CharParts


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "数据 目录%1")  # blanks, Chinese and "%" must not matter
    home.prepare()
    return home


@pytest.fixture
def store(home: Home, empty_database: bytes) -> Iterator[Store]:
    home.database.write_bytes(empty_database)  # quicker than making the tables each time
    with Store.open(home.database) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DUIJIE_HOME", "DUIJIE_ENCODER", "DUIJIE_LOG_LEVEL", "DUIJIE_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    # Nothing may land in the real user's folders.
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, encoding: str = "utf-8", name: str = "需求.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.fixture(scope="session")
def char_parts() -> CharParts:
    return CharParts()


@pytest.fixture(scope="session")
def indexed_folder(tmp_path_factory: pytest.TempPathFactory, char_parts: CharParts) -> Path:
    """A home with the few records of `tests.service_parts`, indexed."""
    settings = Settings(home=tmp_path_factory.mktemp("indexed"))
    with char_parts.open_store(settings) as store:
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            with store.importing(side, "test") as batch:
                for record in records:
                    batch.put(record)
        bring_up_to_date(store, Home(settings.home), char_parts.make_indexer(settings))
    return settings.home


@pytest.fixture
def duijie_indexed(
    tmp_path: Path, indexed_folder: Path, char_parts: CharParts, monkeypatch: pytest.MonkeyPatch
) -> Caller:
    """The program on a copy of that home."""
    folder = shutil.copytree(indexed_folder, tmp_path / "home")
    char_parts.encoders.clear()
    return Caller(Home(folder), monkeypatch, char_parts)


@pytest.fixture
def duijie_new(home: Home, char_parts: CharParts, monkeypatch: pytest.MonkeyPatch) -> Caller:
    """The program on a home without records."""
    char_parts.encoders.clear()
    return Caller(home, monkeypatch, char_parts)


@pytest.fixture
def take(store: Store, home: Home) -> Callable[..., ImportReport]:
    def run(path: Path, side: Side = "need", **options: Any) -> ImportReport:
        return import_file(store, path, side, rejects_folder=home.rejects, **options)

    return run
