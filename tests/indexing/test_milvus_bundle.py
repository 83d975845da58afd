"""A bundle with its vectors on a server: switched, rebuilt, tidied, opened without the server."""

import time

import numpy as np
import pytest

from indexing.bundle import Bundle
from indexing.errors import EngineUnavailableError, FilterError, UnknownKindError
from indexing.factory import offer, vector_index
from indexing.filters import Equals
from indexing.milvus import bundle as module
from indexing.milvus.bundle import KIND, MilvusBundle
from indexing.milvus.index import on_server
from indexing.milvus.mask import filters_of
from indexing.milvus.options import MilvusOptions
from tests.indexing.milvus_engine import kind as any_kind
from tests.indexing.worlds import COLUMNS, DIM, assert_is_revision, at_revision
from tests.indexing.worlds import empty as in_files


def kind():
    """A scope of its own: what these tests drop belongs to no other."""
    return any_kind(scope="bundles")


@pytest.fixture(autouse=True)
def _offered():
    offer(KIND, kind())


def empty() -> MilvusBundle:
    return MilvusBundle.create(dim=DIM, fingerprint="编码器甲", columns=COLUMNS, token_dim=4)


def client():
    return kind().connection._connected()


def test_it_is_a_bundle_through_changes_and_saves(folder):
    root = folder / "needs"
    bundle = at_revision(1, empty())
    bundle.save(root)
    assert_is_revision(MilvusBundle.open(root), 1)
    later = at_revision(2, MilvusBundle.open(root))
    assert_is_revision(MilvusBundle.open(root), 1)
    later.save(root)
    assert_is_revision(MilvusBundle.open(root), 2)


def test_its_mask_tells_the_server_what_it_was_made_from(folder, monkeypatch):
    monkeypatch.setattr("indexing.milvus.narrow.FEW", 1)
    monkeypatch.setattr("indexing.milvus.narrow.LISTED", 1)
    bundle = at_revision(1, empty())
    assert bundle.mask([]) is None
    mask = bundle.mask([Equals("region", "省2")], without=["A5"])
    assert filters_of(mask) == (Equals("region", "省2"),)
    query = bundle.vectors(bundle.rows(["A5"]))[0]
    found = bundle.ids(bundle.dense(query, 9, mask).rows)
    assert sorted(found) == ["A11", "A2", "A8"]
    with pytest.raises(FilterError):
        bundle.mask([Equals("unknown", "省2")])


def test_a_rebuild_switches_and_the_alias_follows(folder):
    root = folder / "achievements"
    old = at_revision(1, empty())
    old.save(root)
    reader = MilvusBundle.open(root)
    alias = f"{kind().connection.options.scope}_achievements"
    assert client().describe_alias(alias)["collection_name"] == old._vectors.collection
    new = at_revision(3, empty())
    assert new._vectors.collection != old._vectors.collection
    new.save(root)
    assert client().describe_alias(alias)["collection_name"] == new._vectors.collection
    assert_is_revision(reader, 1)  # who still reads the old one goes on
    assert_is_revision(MilvusBundle.open(root), 3)


def test_what_nothing_names_is_dropped_after_a_day_and_the_other_side_stays(folder, monkeypatch):
    sides = [at_revision(1, empty()), at_revision(2, empty())]
    for name, side in zip(("needs", "achievements"), sides, strict=True):
        side.save(folder / name)
    before = sides[0]._vectors.collection
    at_revision(3, empty()).save(folder / "needs")
    assert before in client().list_collections()
    now = time.time()
    monkeypatch.setattr(module, "time", type("Clock", (), {"time": staticmethod(lambda: now)}))
    now += module.KEPT_SECONDS + 5
    replaced, newest = sides[1]._vectors.collection, at_revision(4, empty())
    sides[1] = at_revision(2, empty())
    sides[1].save(folder / "achievements")
    left = client().list_collections()
    assert before not in left
    # It is as old, and was named a moment ago: servers that run may still ask it.
    assert replaced in left
    now += 60
    newest.save(folder / "needs")
    left = client().list_collections()
    assert replaced in left
    assert {newest._vectors.collection, sides[1]._vectors.collection} <= set(left)
    assert_is_revision(MilvusBundle.open(folder / "achievements"), 2)


def test_an_index_in_files_counts_as_none_and_still_opens(folder):
    assert not MilvusBundle.exists(folder)
    at_revision(1, in_files()).save(folder)
    assert Bundle.exists(folder)
    assert not MilvusBundle.exists(folder)
    assert_is_revision(MilvusBundle.open(folder), 1)
    with pytest.raises(TypeError, match="not on a server"):
        MilvusBundle.open(folder).upsert([])
    at_revision(2, empty()).save(folder)
    assert MilvusBundle.exists(folder)


def test_without_the_server_it_opens_and_words_answer(folder):
    root = folder / "needs"
    at_revision(1, empty()).save(root)
    gone = on_server(MilvusOptions(uri="http://127.0.0.1:1"))
    gone.connection._paused_until = time.monotonic() + 60
    offer(KIND, gone)
    bundle = MilvusBundle.open(root)
    assert len(bundle.lexical_search(["共同"], 99).rows) == 11
    assert bundle.token_vectors(bundle.rows(["A3"]))[0].shape == (3, 4)
    with pytest.raises(EngineUnavailableError):
        bundle.dense(np.ones(DIM, dtype=np.float32), 3)


def test_a_save_that_cannot_tidy_has_saved(folder, monkeypatch, caplog):
    bundle = at_revision(1, empty())

    def refuse(*_):
        raise EngineUnavailableError("http://milvus", "gone")

    monkeypatch.setattr(MilvusBundle, "_tidy", refuse)
    bundle.save(folder / "needs")
    assert_is_revision(MilvusBundle.open(folder / "needs"), 1)
    assert "milvus not tidied" in caplog.text


def test_an_unoffered_kind_says_what_to_set(monkeypatch):
    monkeypatch.setattr("indexing.factory._OFFERED", {})
    with pytest.raises(UnknownKindError, match="DUIJIE_MILVUS"):
        vector_index(DIM, 0, KIND)
