import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# An index waits for the disk at each commit; memory makes these tests ten times faster.
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture(autouse=True, scope="module")
def work_folders_in_memory() -> Iterator[None]:
    before, tempfile.tempdir = tempfile.tempdir, FAST or tempfile.gettempdir()
    yield
    tempfile.tempdir = before


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=FAST, prefix="duijie-test-") as name:
        yield Path(name)
