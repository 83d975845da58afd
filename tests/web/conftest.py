from collections.abc import Iterator, Mapping
from contextlib import closing
from copy import copy
from pathlib import Path
from shutil import copyfile, copytree
from sqlite3 import connect

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from indexing import generations
from indexing.bundle import Bundle
from matcher.indexer import bundle_fingerprint
from matcher.types import Side
from service.access import passwords
from service.access.caller import Caller
from service.access.rates import Rates
from service.access.who import caller
from service.app import create_app, furnish
from service.settings import Home, Settings
from service.store.store import Store
from service.sync import META_REVISION, SIDES, bring_up_to_date
from service.web.workplace import Limits, Workplace
from tests.service_parts import ACHIEVEMENTS, NEEDS, ReadingParts
from tests.web.access_world import QUICK, World

ADMIN = Caller(1, "admin", "管理员", 1, "平台", "admin", frozenset({"read", "write", "admin"}))


class ReadyWorkplace(Workplace):
    """Begins with an index that is open already, if its home has a copy of that one.

    A server opens its index twice when it starts, which took longer than most of the tests.
    """

    opened: Mapping[Side, Bundle]

    def _catch_up(self) -> None:
        if self._matcher is None and all(self._has(side) for side in SIDES):
            self._matcher = self.parts.matcher_over(
                {side: self._as_its_own(side) for side in SIDES}, self.store
            )
        super()._catch_up()

    def _has(self, side: Side) -> bool:
        there, bundle = generations.current(self.home.index(side)), self.opened[side]
        return (
            there is not None
            and bundle._base is not None
            and there.sha256 == bundle._base.sha256
            and self.store.last_revision(side) == bundle.meta[META_REVISION]
        )

    def _as_its_own(self, side: Side) -> Bundle:
        bundle = copy(self.opened[side])
        bundle._base = generations.current(self.home.index(side))
        return bundle


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a few records and their index, made once and copied for each test."""
    home = Home(tmp_path_factory.mktemp("prepared"))
    parts = ReadingParts()
    with Store.open(home.database) as store:
        with store.importing("need", "test") as batch:
            for need in NEEDS:
                batch.put(need)
        with store.importing("achievement", "test") as batch:
            for achievement in ACHIEVEMENTS:
                batch.put(achievement)
        bring_up_to_date(store, home, parts.make_indexer(Settings(home=home.root)))
    return home.root


@pytest.fixture(scope="session")
def routes(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """An application whose routes are there: FastAPI takes half a second to make them."""
    return create_app(Settings(home=tmp_path_factory.mktemp("nobody")), ReadingParts())


@pytest.fixture(scope="session")
def opened(prepared: Path) -> dict[Side, Bundle]:
    """The index of `prepared`, opened once."""
    parts, home = ReadingParts(), Home(prepared)
    fingerprint = bundle_fingerprint(parts.embedder, parts.segmenter)
    return {side: Bundle.open(home.index(side), fingerprint=fingerprint) for side in SIDES}


@pytest.fixture
def app(settings: Settings, prepared: Path, routes: FastAPI, opened: dict[Side, Bundle]) -> FastAPI:
    """An application over a few records, with a stand-in encoder; the keeper rests."""
    settings.home.mkdir(parents=True)
    copyfile(prepared / "duijie.db", settings.home / "duijie.db")
    copytree(prepared / "index", settings.home / "index")
    routes.dependency_overrides.clear()
    place = ReadyWorkplace(settings, ReadingParts(), Limits(catch_up_seconds=3600))
    place.opened = opened
    furnish(routes, place)
    return routes


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """A client whose requests come from an admin, once the index is there."""
    app.dependency_overrides[caller] = lambda: ADMIN
    with TestClient(app, raise_server_exceptions=False) as found:
        place: Workplace = app.state.workplace
        place.catch_up()
        yield found


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[FastAPI]:
    """One running server for all tests in which people sign in: it takes long to make."""
    home = tmp_path_factory.mktemp("served")
    copytree(prepared, home, dirs_exist_ok=True)
    app = create_app(Settings(home=home), ReadingParts(), Limits(catch_up_seconds=3600))
    with TestClient(app) as running:
        app.state.portal = running.portal
        app.state.workplace.catch_up()
        World(app).settle()
        yield app


@pytest.fixture
def world(served: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A server with a fresh store whose people sign in; nobody is signed in yet."""
    monkeypatch.setattr(passwords, "HASHER", QUICK)
    place: Workplace = served.state.workplace
    monkeypatch.setattr(place, "changed", lambda: None)  # the index stays as it was prepared
    served.state.rates = Rates(1200)
    fresh = tmp_path / "world.db"
    # Others may have the file open, so that part of it stands in its write-ahead log.
    with closing(connect(place.home.database)) as whole, closing(connect(fresh)) as copy:
        whole.backup(copy)
    with Store.open(fresh) as store:
        monkeypatch.setattr(place, "store", store)
        yield World(served)
