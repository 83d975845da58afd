"""What makes all tests quick, and patient where the machine is busy.

Databases and indexes wait for the disk at each commit, and what is tested is not the disk: work
folders lie in memory where there is enough of it. What was imported and collected stays until the
end, so the garbage collector need not go through it again and again: that took half a second each
time.
"""

import gc
import os
import tempfile
from shutil import disk_usage

import pytest
from hypothesis import settings

from service.store.store import Store

MEMORY = "/dev/shm"
ENOUGH = 2 << 30
"""Bytes; a container may have no more than 64 MiB there."""

if os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ENOUGH:
    tempfile.tempdir = MEMORY

# A slow machine is no fault of the code; what must be quick says so in a test of its own.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Leave alone what is there before the first test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database with its tables, to be written to a file: the migrations take half a second."""
    path = tmp_path_factory.mktemp("empty") / "x.db"
    Store.open(path).close()
    return path.read_bytes()
