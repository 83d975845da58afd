"""Nine processes of Milvus: the contract, recall, and what people notice when some are killed.

The tests stand in the order in which they do harm.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from fastapi.testclient import TestClient

from indexing.filters import InRange
from indexing.milvus.index import on_server
from indexing.milvus.mask import FilteredMask
from indexing.milvus.options import MilvusOptions
from service.access.who import caller
from service.app import create_app
from service.settings import Home
from service.store.store import Store
from service.sync import bring_up_to_date
from service.web.workplace import Limits
from tests.cluster.test_standalone import run_suite
from tests.cluster.world import ACHIEVEMENTS, NEEDS, ServerParts, answers, home_on
from tests.indexing.checks import unit_vectors
from tests.web.conftest import ADMIN

pytestmark = pytest.mark.cluster

SLOW_SECONDS = 1.0


@pytest.fixture(scope="module")
def settings(cluster, tmp_path_factory):
    return home_on(tmp_path_factory.mktemp("home"), cluster.uri, milvus_replicas=2)


@pytest.fixture(scope="module")
def usual(settings):
    """What a healthy cluster answers."""
    with Store.open(Home(settings.home).database) as store:
        return answers(ServerParts().make_matcher(settings, store))


def test_the_contract_holds_on_a_cluster(cluster):
    run_suite(cluster.uri)


@pytest.mark.parametrize("share", [1.0, 0.1, 0.01])
def test_recall_of_the_graph_is_097_with_filters_too(graph, share):
    index, vectors, queries = graph
    place = np.arange(len(vectors)) % 1000
    passes = place < 1000 * share
    mask = None
    if share < 1:
        mask = FilteredMask.of(passes.copy(), [InRange("place", 0, 1000 * share - 1)])
    found = 0
    for query in queries:
        exact = np.argsort(-(vectors @ query) + 9 * ~passes)[:10]
        found += len(np.intersect1d(exact, index.search(query, 10, mask).rows))
    assert found / (10 * len(queries)) >= 0.97


@pytest.fixture(scope="module")
def graph(cluster):
    """Twelve thousand vectors around 300 topics, with the graph built over all of them."""
    index = on_server(MilvusOptions(uri=cluster.uri, replicas=2, scope="graph"))(64)
    index.kinds = {"place": "number"}
    rng = np.random.default_rng(5)
    topics = unit_vectors(300, 64, 1)
    mixed = topics[rng.integers(0, 300, 12_000)] + 0.7 * unit_vectors(12_000, 64, 2)
    vectors = (mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32)
    for start in range(0, 12_000, 1000):
        rows = np.arange(start, start + 1000)
        index.add(rows, vectors[rows])
        index.describe(rows, [{"place": float(row % 1000)} for row in rows])
    index.search(vectors[0], 1)
    assert index._collection.since > 0  # pymilvus still tells the server's time of a write
    index._collection.seal()
    client, name = index.connection._connected(), index.collection
    end = time.monotonic() + 120
    while client.describe_index(name, "vector")["indexed_rows"] < 12_000:
        assert time.monotonic() < end
        time.sleep(1)
    time.sleep(20)  # until the query nodes have loaded it; before, they look at every row
    queries = vectors[rng.integers(0, 12_000, 50)] + 0.2 * unit_vectors(50, 64, 3)
    queries /= np.linalg.norm(queries, axis=1, keepdims=True)
    yield index, vectors, queries.astype(np.float32)
    index._collection.drop()


@contextmanager
def under_load(settings) -> Iterator[Counter]:
    """Ask the API without pause, as people do; what comes back is counted."""
    app = create_app(settings, ServerParts(), Limits(catch_up_seconds=3600))
    app.dependency_overrides[caller] = lambda: ADMIN
    counts: Counter = Counter()
    ended = threading.Event()

    def ask() -> None:
        at = 0
        while not ended.is_set():
            need = NEEDS[at % len(NEEDS)]
            at += 1
            begun = time.monotonic()
            answer = client.get(f"/api/v1/needs/{need.id}/matches?k=5")
            counts["asked"] += 1
            counts["failed"] += answer.status_code != 200
            counts["slow"] += time.monotonic() - begun > SLOW_SECONDS
            if answer.status_code == 200:
                found = answer.json()
                counts["empty"] += not found["matches"]
                counts["words_only"] += bool(found.get("notes"))

    with TestClient(app, raise_server_exceptions=False) as client:
        app.state.workplace.catch_up()
        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield counts
        finally:
            ended.set()
            thread.join()


def test_a_new_index_comes_into_force_under_load_without_a_wrong_answer(settings, usual):
    parts = ServerParts()
    with Store.open(Home(settings.home).database) as store:
        before = parts.make_matcher(settings, store)
        with under_load(settings) as counts:
            bring_up_to_date(store, Home(settings.home), parts.make_indexer(settings), rebuild=True)
            assert answers(before) == usual
            after = parts.reopened(before, settings, store)
            assert answers(after) == usual
        names = {side.bundle._vectors.collection for side in after.sides.values()}
        assert names.isdisjoint(side.bundle._vectors.collection for side in before.sides.values())
    assert counts["asked"] > 3
    assert counts["failed"] == counts["empty"] == counts["words_only"] == 0


def test_two_of_three_query_nodes_are_killed_and_no_request_fails(cluster, settings, usual):
    with under_load(settings) as counts:
        time.sleep(3)
        cluster.kill("querynode-1")
        time.sleep(25)
        cluster.kill("querynode-2")
        time.sleep(25)
    cluster.restart()
    assert counts["asked"] > 20
    assert counts["failed"] == counts["empty"] == 0
    # Words may have had to do for a moment, and people were told.
    assert counts["words_only"] <= counts["asked"] / 4, counts
    assert eventually(settings) == usual


def test_without_any_query_node_words_answer(cluster, settings, usual):
    with under_load(settings) as counts:
        cluster.kill("querynode-1", "querynode-2", "querynode-3")
        time.sleep(20)
    assert counts["failed"] == counts["empty"] == 0
    assert counts["words_only"] > 0
    cluster.restart()
    assert eventually(settings) == usual


def test_after_everything_was_killed_counts_and_answers_are_equal(cluster, settings, usual):
    cluster.kill(*(name for name in cluster.names if name != "kafka"))  # it keeps all in memory
    cluster.restart()
    assert eventually(settings) == usual
    with Store.open(Home(settings.home).database) as store:
        bundle = ServerParts().make_matcher(settings, store).sides["achievement"].bundle
        assert len(bundle) == len(ACHIEVEMENTS)
        rows = bundle.rows([one.id for one in ACHIEVEMENTS])
        assert bundle.vectors(rows).shape == (len(ACHIEVEMENTS), bundle.layout.dim)


def eventually(settings, seconds: float = 300):
    """The answers, once none of them is by words alone."""
    parts, end = ServerParts(), time.monotonic() + seconds
    with Store.open(Home(settings.home).database) as store:
        matcher = parts.make_matcher(settings, store)
        while any(matcher.match(need).notes for need in NEEDS):
            assert time.monotonic() < end, "vectors did not come back"
            time.sleep(2)
        return answers(matcher)
