import os
import tempfile
from collections.abc import Iterator

import pytest

from matcher.text.segment import JiebaSegmenter
from tests.matcher.worlds import CheapEncoder, SignEncoder, World, char_reader, embedder_of

# An index waits for the disk at each commit; memory makes these tests faster.
FAST = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@pytest.fixture(autouse=True, scope="module")
def work_folders_in_memory() -> Iterator[None]:
    before, tempfile.tempdir = tempfile.tempdir, FAST or tempfile.gettempdir()
    yield
    tempfile.tempdir = before


@pytest.fixture(scope="session")
def segmenter() -> JiebaSegmenter:
    return JiebaSegmenter()


@pytest.fixture(scope="module")
def world(segmenter: JiebaSegmenter, work_folders_in_memory: None) -> World:
    """Token vectors are kept in the index."""
    return World(segmenter, embedder_of(SignEncoder()))


@pytest.fixture(scope="module")
def cheap_world(segmenter: JiebaSegmenter, work_folders_in_memory: None) -> World:
    """Token vectors are made anew for each question."""
    return World(segmenter, embedder_of(CheapEncoder()))


@pytest.fixture(scope="module")
def read_world(segmenter: JiebaSegmenter, work_folders_in_memory: None) -> World:
    """What a list shows is read together with the question."""
    return World(segmenter, embedder_of(SignEncoder()), reader=char_reader())
