"""A workplace without an application, and workers on it."""

from collections.abc import Iterator

import pytest

from service.jobs.kinds import Kind
from service.jobs.worker import Pace, Worker
from service.settings import Home, Settings
from service.web.workplace import Limits, Workplace
from tests.service_parts import CharParts
from tests.web.api_people import settle
from tests.web.job_world import QUICK, Working


@pytest.fixture
def place(settings: Settings, empty_database: bytes) -> Iterator[Workplace]:
    settings.home.mkdir(parents=True)
    Home(settings.home).database.write_bytes(empty_database)
    place = Workplace(settings, CharParts(), Limits(catch_up_seconds=3600))
    place.open()
    settle(place.store)
    yield place
    place.close()


@pytest.fixture
def working(place: Workplace) -> Iterator[Working]:
    """Start workers, which are stopped at the end."""
    workers: list[Worker] = []

    def start(*kinds: Kind, pace: Pace = QUICK) -> Worker:
        workers.append(Worker(place, kinds, pace))
        workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        worker.stop()
