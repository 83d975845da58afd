"""A real server for a real browser: its own home, a free port, a stand-in encoder."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from service.access.first_start import first_admin
from service.app import create_app
from service.settings import Home, Settings
from service.store.store import Store
from service.web.workplace import Limits, Workplace
from tests.service_parts import ACHIEVEMENTS, NEEDS, ReadingParts

PATIENCE = 30.0
"""Seconds; a busy machine takes its time."""


@dataclass
class Site:
    """A running server.

    Attributes:
        url: where it listens, without a slash at the end.
        once: the admin's one-time password; None where somebody was there already.
    """

    app: FastAPI
    url: str
    once: str | None
    _server: uvicorn.Server
    _thread: threading.Thread

    @classmethod
    def start(cls, home: Path, first_start: bool = False) -> "Site":
        settings = Settings(home=home, calls_per_minute=1_000_000)
        home.mkdir(parents=True, exist_ok=True)
        once = None
        with Store.open(Home(home).database) as store:
            fill(store)
            if first_start:
                once = first_admin(store)
        app = create_app(settings, ReadingParts(), Limits(catch_up_seconds=0.5, seconds=PATIENCE))
        config = uvicorn.Config(
            app, "127.0.0.1", 0, log_level="error", ws="none", server_header=False
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, name="site", daemon=True)
        thread.start()
        until(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        site = cls(app, f"http://127.0.0.1:{port}", once, server, thread)
        until(site.is_indexed)
        return site

    @property
    def place(self) -> Workplace:
        return self.app.state.workplace

    def is_indexed(self) -> bool:
        """Whether the index holds all that the store holds."""
        sides = ("need", "achievement")
        return all(self.place.revision(s) >= self.place.store.last_revision(s) for s in sides)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


def fill(store: Store) -> None:
    with store.importing("need", "test") as batch:
        for need in NEEDS:
            batch.put(need)
    with store.importing("achievement", "test") as batch:
        for achievement in ACHIEVEMENTS:
            batch.put(achievement)


def until(holds) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)
