"""A home with the records of `tests.roadshow_world`, indexed, and the program on it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.roadshow.scope import Scope
from service.settings import Home, Settings
from service.sync import bring_up_to_date
from tests.roadshow_world import ACHIEVEMENTS, NEEDS, PLAN
from tests.service_parts import Caller, ReadingParts


@pytest.fixture(scope="session")
def parts() -> ReadingParts:
    return ReadingParts()


@pytest.fixture(scope="session")
def staged_folder(tmp_path_factory: pytest.TempPathFactory, parts: ReadingParts) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("staged"))
    with parts.open_store(settings) as store:
        for side, records in (("need", NEEDS), ("achievement", ACHIEVEMENTS)):
            with store.importing(side, "test") as batch:
                for record in records:
                    batch.put(record)
        bring_up_to_date(store, Home(settings.home), parts.make_indexer(settings))
    return settings.home


@pytest.fixture
def scope(staged_folder: Path, tmp_path: Path, parts: ReadingParts) -> Iterator[Scope]:
    """For somebody who sees everything."""
    folder = shutil.copytree(staged_folder, tmp_path / "home")
    settings = Settings(home=folder)
    with parts.open_store(settings) as store:
        yield Scope(store, parts.make_matcher(settings, store), Home(folder))


@pytest.fixture
def duijie(
    staged_folder: Path, tmp_path: Path, parts: ReadingParts, monkeypatch: pytest.MonkeyPatch
) -> Caller:
    """The program on a copy of that home."""
    folder = shutil.copytree(staged_folder, tmp_path / "home")
    return Caller(Home(folder), monkeypatch, parts)


@pytest.fixture
def plan_file(tmp_path: Path) -> Callable[..., Path]:
    def write(more: str = "", text: str = PLAN) -> Path:
        path = tmp_path / "计划.toml"
        path.write_text(text + more, encoding="utf-8")
        return path

    return write
