"""Tests in a real browser: `make e2e`. Without Playwright they are not even collected."""

import os
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

if find_spec("playwright") is None:
    collect_ignore_glob = ["test_*.py"]
else:
    from playwright.sync_api import Browser, expect, sync_playwright

    from tests.e2e.site import PATIENCE, Site
    from tests.e2e.watched import Window
    from tests.web.access_world import World

    expect.set_options(timeout=PATIENCE * 1000)
    BROWSERS = ("chromium", "chromium-browser", "google-chrome")
    FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

    def chromium_path() -> str | None:
        found = (os.environ.get("DUIJIE_CHROMIUM"), *map(shutil.which, BROWSERS))
        return next((path for path in found if path), None)

    @pytest.fixture(scope="session")
    def browser() -> Iterator[Browser]:
        path = chromium_path()
        if path is None:
            pytest.skip("no Chromium on this machine")
        with sync_playwright() as playwright:
            started = playwright.chromium.launch(executable_path=path, args=FLAGS)
            yield started
            started.close()

    @pytest.fixture(scope="session")
    def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
        """A server with records and with the people of `tests.web.access_world`."""
        site = Site.start(tmp_path_factory.mktemp("site"))
        World(site.app).settle()
        yield site
        site.stop()

    @pytest.fixture
    def new_site(tmp_path: Path) -> Iterator[Site]:
        """A server that was started for the first time."""
        site = Site.start(tmp_path / "home", first_start=True)
        yield site
        site.stop()

    Opens = Callable[..., Window]

    @pytest.fixture
    def opens(browser: Browser) -> Iterator[Opens]:
        """Opens windows on a site; at the end nothing may have gone wrong in any of them."""
        windows: list[Window] = []

        def open_window(on: Site, **options: object) -> Window:
            windows.append(Window.open(browser, on, **options))
            return windows[-1]

        yield open_window
        assert [fault for window in windows for fault in window.closed()] == []
