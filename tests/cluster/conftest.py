import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.servers import Cluster, Standalone, missing


@pytest.fixture(scope="session")
def standalone() -> Iterator[Standalone]:
    yield from _running(Standalone)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    yield from _running(Cluster)


def _running(kind):
    if reason := missing():
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="duijie-cluster-"))
    servers = kind(folder)
    try:
        servers.up()
        yield servers
    finally:
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)
