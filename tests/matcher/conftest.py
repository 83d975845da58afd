import pytest

from matcher.text.segment import JiebaSegmenter
from tests.matcher.worlds import CheapEncoder, SignEncoder, World, char_reader, embedder_of


@pytest.fixture(scope="session")
def segmenter() -> JiebaSegmenter:
    return JiebaSegmenter()


@pytest.fixture(scope="module")
def world(segmenter: JiebaSegmenter) -> World:
    """Token vectors are kept in the index."""
    return World(segmenter, embedder_of(SignEncoder()))


@pytest.fixture(scope="module")
def cheap_world(segmenter: JiebaSegmenter) -> World:
    """Token vectors are made anew for each question."""
    return World(segmenter, embedder_of(CheapEncoder()))


@pytest.fixture(scope="module")
def read_world(segmenter: JiebaSegmenter) -> World:
    """What a list shows is read together with the question."""
    return World(segmenter, embedder_of(SignEncoder()), reader=char_reader())
