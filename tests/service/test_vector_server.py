"""The settings say where vectors lie; an index follows them, and so do errors."""

import subprocess
import sys

import pytest

from indexing.bundle import Bundle
from indexing.errors import EngineRefusedError, EngineUnavailableError
from indexing.milvus.bundle import KIND, MilvusBundle
from matcher.text.segment import JiebaSegmenter
from matcher.types import Achievement
from service import bootstrap
from service.errors import SettingsError
from service.indexer import BundleIndexer
from service.settings import Home, Settings, load_settings
from service.store.store import Store
from service.sync import bring_up_to_date
from service.vector_server import bundle_type
from service.web.problems import status_of
from service.web.workplace import Limits, Workplace
from tests.indexing.milvus_engine import kind
from tests.service_parts import NEEDS, WEIGHTS, Caller, ReadingParts, SignEncoder


def test_without_a_server_vectors_are_in_files_and_the_library_is_not_imported(tmp_path):
    assert bundle_type(load_settings(home=tmp_path)) is Bundle
    script = """
import sys
from pathlib import Path
from service.settings import load_settings
from service.vector_server import bundle_type
settings = load_settings(home=Path(sys.argv[1]))
bundle_type(settings)
assert not [name for name in sys.modules if name.startswith(("pymilvus", "indexing.milvus"))]
bundle_type(settings.model_copy(update={"milvus": "http://127.0.0.1:1"}))
assert "pymilvus" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)


def test_a_home_keeps_its_name_on_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("DUIJIE_MILVUS", "http://127.0.0.1:1")
    monkeypatch.setenv("DUIJIE_MILVUS_TOKEN", "root:geheim")
    settings = load_settings(home=tmp_path)
    assert "geheim" not in repr(settings)
    assert bundle_type(settings) is bundle_type(settings) is MilvusBundle
    scope = (tmp_path / "index" / "milvus-scope").read_text()
    assert scope.startswith("duijie_")
    empty = bundle_type(settings).create(dim=4, fingerprint="f", columns={})
    options = empty._vectors.connection.options
    assert (options.scope, options.token, options.graph) == (scope, "root:geheim", "hnsw")


def test_a_name_that_was_never_written_out_is_given_anew_once(tmp_path):
    (tmp_path / "index").mkdir()
    kept = tmp_path / "index" / "milvus-scope"
    kept.write_text("")  # its writer died between making the file and writing it
    settings = Settings(home=tmp_path, milvus="http://127.0.0.1:1")
    bundle_type(settings)
    scope = kept.read_text()
    assert scope.startswith("duijie_")
    bundle_type(settings)
    assert kept.read_text() == scope


def test_without_the_library_the_setting_is_refused_with_advice(tmp_path, monkeypatch):
    monkeypatch.setattr("service.vector_server.find_spec", lambda _name: None)
    assert bundle_type(Settings(home=tmp_path)) is Bundle
    with pytest.raises(SettingsError, match=r"DUIJIE_MILVUS.*pip install 'duijie\[milvus\]'"):
        bundle_type(Settings(home=tmp_path, milvus="http://127.0.0.1:1"))


def test_a_server_without_the_library_does_not_start(tmp_path, monkeypatch):
    monkeypatch.setenv("DUIJIE_MILVUS", "http://127.0.0.1:1")
    monkeypatch.setattr("service.vector_server.find_spec", lambda _name: None)
    monkeypatch.setattr("uvicorn.run", lambda *_given, **_named: None)
    duijie = Caller(Home(tmp_path), monkeypatch, ReadingParts())
    assert duijie("serve", "--port", "9") == 2
    assert "duijie[milvus]" in duijie.err


@pytest.mark.parametrize("kind", [EngineUnavailableError, EngineRefusedError])
def test_an_engine_that_does_not_answer_is_a_503(kind):
    assert status_of(kind("http://m", "x")) == (503, "engine_unavailable")


@pytest.fixture
def records(tmp_path):
    with Store.open(tmp_path / "duijie.db") as store:
        with store.importing("achievement", "test") as batch:
            for at in range(5):
                batch.put(Achievement(id=f"A{at}", title=f"第{at}种散热膜", region="江苏省"))
        yield store


def test_choosing_a_server_builds_the_index_anew_there_and_back_again(records, tmp_path):
    from indexing.factory import offer

    offer(KIND, kind(scope="chosen"))
    home = Home(tmp_path)
    embedder = bootstrap.make_embedder(SignEncoder(), WEIGHTS)
    segmenter = JiebaSegmenter()
    in_files = BundleIndexer(embedder, segmenter)
    on_server = BundleIndexer(embedder, segmenter, MilvusBundle)
    assert [one.rebuilt for one in bring_up_to_date(records, home, in_files)] == [False, False]
    done = bring_up_to_date(records, home, on_server)
    assert [(one.changed, one.rebuilt) for one in done] == [(0, False), (5, True)]
    bundle = MilvusBundle.open(home.index("achievement"))
    assert bundle.layout.vectors == KIND
    assert len(bundle.dense(bundle.vectors(bundle.rows(["A3"]))[0], 9).rows) == 5
    assert [one.changed for one in bring_up_to_date(records, home, on_server)] == [0, 0]


def test_a_server_takes_up_what_another_process_has_made_anew(tmp_path):
    parts = ReadingParts()
    place = Workplace(Settings(home=tmp_path), parts, Limits(catch_up_seconds=3600))
    place.store = parts.open_store(place.settings)
    try:
        with place.store.importing("need", "test") as batch:
            batch.put(NEEDS[0])
        place.catch_up()
        first = place.matcher
        place.catch_up()
        assert place.matcher is first
        indexer = parts.make_indexer(place.settings)
        bring_up_to_date(place.store, place.home, indexer, rebuild=True)
        place.catch_up()
        assert place.matcher is not first
        assert place.matcher.sides["need"].bundle.is_current(place.home.index("need"))
    finally:
        place.store.close()


def test_what_is_new_is_in_use_before_the_index_is_brought_in_order(tmp_path, monkeypatch):
    parts = ReadingParts()
    place = Workplace(Settings(home=tmp_path), parts, Limits(catch_up_seconds=3600))
    place.store = parts.open_store(place.settings)
    seen = []

    def compact(_bundle):
        seen.append(len(place.matcher.sides["need"].bundle))

    monkeypatch.setattr(Bundle, "compaction_due", True)
    monkeypatch.setattr(Bundle, "compact", compact)
    try:
        with place.store.importing("need", "test") as batch:
            batch.put(NEEDS[0])
        place.catch_up()
    finally:
        place.store.close()
    assert seen == [1, 1]


def test_a_worker_that_starts_while_the_engine_is_gone_serves_the_index_that_is_there(
    tmp_path, monkeypatch
):
    parts = ReadingParts()
    place = Workplace(Settings(home=tmp_path), parts, Limits(catch_up_seconds=3600))
    place.store = parts.open_store(place.settings)

    def refuse(*_given, **_named):
        raise EngineUnavailableError("http://milvus", "node offline")

    try:
        with place.store.importing("need", "test") as batch:
            batch.put(NEEDS[0])
        with monkeypatch.context() as gone:
            gone.setattr("service.web.workplace.bring_up_to_date", refuse)
            with pytest.raises(EngineUnavailableError):
                place.catch_up()
        assert not place.is_ready  # there is none
        place.catch_up()
        with place.store.importing("need", "test") as batch:
            batch.put(NEEDS[1])
        place._matcher = None
        monkeypatch.setattr("service.web.workplace.bring_up_to_date", refuse)
        with pytest.raises(EngineUnavailableError):
            place.catch_up()
        assert len(place.matcher.sides["need"].bundle) == 1
    finally:
        place.store.close()
