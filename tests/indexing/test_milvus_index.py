"""What only an index on a server must do; the contract suite holds for it as for the others."""

import logging
import os
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from indexing.errors import UnknownRowError
from indexing.filters import AnyOf, Equals, InRange, StartsWith
from indexing.milvus import index as index_module
from indexing.milvus import narrow, search
from indexing.milvus.index import on_server
from indexing.milvus.mask import FilteredMask
from tests.indexing.checks import assert_best, rows_of, unit_vectors
from tests.indexing.milvus_engine import kind

DIM = 16
KINDS = {"region": "text", "trl": "number", "modes": "texts", "posted": "date"}
REGIONS = ["江苏", "江西", "浙江", "it's"]
MODES = ["转让", "许可"]


def described(count: int, graph: str = "flat"):
    """An index of described rows, and for each row its exact score for the first vector."""
    index = kind(graph)(DIM)
    index.kinds = KINDS
    vectors = unit_vectors(count, DIM, 1)
    values = [
        {
            "region": REGIONS[at % 4] if at % 50 else "长" * 300,
            "trl": float(at % 9),
            "modes": MODES[: at % 3],
            "posted": f"2026-01-{at % 28 + 1:02}",
        }
        for at in range(count)
    ]
    index.add(np.arange(count), vectors)
    index.describe(np.arange(count), values)
    scores = {row: float(vector @ vectors[0]) for row, vector in enumerate(vectors)}
    return index, vectors, values, scores


FILTERS = {
    "equals": (Equals("region", "江苏"), lambda one: one["region"] == "江苏"),
    "quoted": (Equals("region", "it's"), lambda one: one["region"] == "it's"),
    "long": (Equals("region", "长" * 300), lambda one: one["region"] == "长" * 300),
    "begins": (StartsWith("region", "江"), lambda one: one["region"].startswith("江")),
    "list": (AnyOf("modes", ["许可", "?"]), lambda one: "许可" in one["modes"]),
    "range": (InRange("trl", 2, 5), lambda one: 2 <= one["trl"] <= 5),
    "dates": (InRange("posted", None, "2026-01-09"), lambda one: one["posted"] <= "2026-01-09"),
}


@pytest.fixture(scope="module")
def world():
    return described(400)


@pytest.mark.parametrize("name", FILTERS)
def test_the_server_filters_as_the_mask_does(world, name, monkeypatch):
    monkeypatch.setattr(narrow, "LISTED", 5)
    monkeypatch.setattr(narrow, "FEW", 5)
    index, vectors, values, scores = world
    condition, passes = FILTERS[name]
    mask = np.array([passes(one) for one in values])
    mask[3] = False  # hidden, which the filter does not know
    allowed = FilteredMask.of(mask, [condition])
    assert_best(index.search(vectors[0], 20, allowed), scores, 20, mask)
    assert_best(index.search(vectors[0], 400, allowed), scores, 400, mask)


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_mask_without_filters_is_met_by_asking_for_more(world, share, monkeypatch):
    monkeypatch.setattr(narrow, "LISTED", 5)
    index, vectors, _, scores = world
    mask = np.random.default_rng(4).random(400) < share
    assert_best(index.search(vectors[0], 12, mask), scores, 12, mask)


def test_where_asking_for_more_does_not_help_every_list_is_gone_through(world, monkeypatch):
    monkeypatch.setattr(narrow, "LISTED", 5)
    monkeypatch.setattr(search, "LISTED", 30)
    monkeypatch.setattr(search, "MOST_HITS", 40)
    index, vectors, _, scores = world
    worst = np.argsort(list(scores.values()))[:150]
    mask = np.isin(np.arange(400), worst)
    assert_best(index.search(vectors[0], 9, mask), scores, 9, mask)
    assert_best(index.search_many(vectors[:2], 9, mask)[0], scores, 9, mask)


@pytest.mark.parametrize("most", [100, 49, 20])
def test_where_too_many_rows_pass_for_lists_what_was_found_is_given(
    world, most, monkeypatch, caplog
):
    monkeypatch.setattr(narrow, "LISTED", 5)
    monkeypatch.setattr(search, "MOST_LISTS", 0)
    monkeypatch.setattr(search, "MOST_HITS", most)
    index, vectors, _, scores = world
    order = np.argsort([-score for score in scores.values()])
    mask = np.isin(np.arange(400), order[most - 5 : most + 250])
    hits = index.search(vectors[0], 9, mask)
    assert hits.rows.tolist() == order[most - 5 : most].tolist()
    assert "fewer than 9 rows found" in caplog.text


def test_removed_and_unsaved_rows_are_on_the_server_and_never_answered(folder):
    index, vectors, _, scores = described(60)
    index.save(folder)
    index.remove(rows_of(0, 5))
    index.add(rows_of(60), vectors[:1])
    assert index.search(vectors[0], 1).rows.tolist() == [60]
    stale = type(index).load(folder)
    # The generation before still has all of its own, and nothing that came later.
    assert_best(stale.search(vectors[0], 60), scores, 60)
    np.testing.assert_array_equal(stale.vectors(rows_of(5)), vectors[5:6])
    assert index._collection.fetch(rows_of(0, 60)).keys() == {0, 60}


def test_removed_rows_leave_the_server_when_nobody_can_read_them_any_more(tmp_path, monkeypatch):
    index, vectors, _, _ = described(30)
    index.search(vectors[0], 1)
    index.remove(rows_of(4))
    (tmp_path / "soon").mkdir()
    index.save(tmp_path / "soon")
    assert index._collection.fetch(rows_of(4)).keys() == {4}
    later = time.time() + index_module.GRACE_SECONDS + 1
    loaded = type(index).load(tmp_path / "soon")
    monkeypatch.setattr(index_module.time, "time", lambda: later)
    (tmp_path / "later").mkdir()
    loaded.save(tmp_path / "later")
    loaded._collection.since = 0
    assert loaded._collection.fetch(rows_of(4, 5)).keys() == {5}
    assert len(np.load(tmp_path / "later" / "gone.npy")) == 0


def test_a_row_that_the_server_lost_is_named():
    index, vectors, _, _ = described(20)
    index.search(vectors[0], 1)
    index._cache.forget(range(20))
    index._collection.delete(rows_of(7))
    index._collection.since = 0
    with pytest.raises(UnknownRowError, match="7"):
        index.vectors(rows_of(1, 7))


def test_many_rows_are_sent_in_batches_and_sealed(folder, monkeypatch):
    monkeypatch.setattr(index_module, "BATCH", 50)
    monkeypatch.setattr(index_module, "SEAL_ROWS", 100)
    index = kind()(DIM)
    vectors = unit_vectors(170, DIM, 3)
    for start in range(0, 170, 10):
        index.add(np.arange(start, start + 10), vectors[start : start + 10])
    assert len(index._pending) < 60
    index.save(folder)
    assert (len(index._pending), index._unsealed) == (0, 0)
    assert type(index).load(folder).search(vectors[169], 1).rows.tolist() == [169]


@pytest.mark.parametrize("share", [1.0, 0.1])
def test_a_graph_finds_nearly_all_with_a_filter_too(share):
    index, _, _, _ = described(600, "hnsw")
    queries = unit_vectors(20, DIM, 8)
    mask = np.random.default_rng(9).random(600) < share
    stored = index.vectors(np.arange(600))
    found = 0
    for query in queries:
        exact = np.argsort(-(stored @ query) + 9 * ~mask)[:10]
        found += len(np.intersect1d(exact, index.search(query, 10, mask).rows))
    assert found / 200 >= 0.97


def test_importing_the_library_leaves_the_process_as_it_was(tmp_path):
    pytest.importorskip("pymilvus")
    script = """
import logging, sys
one = logging.getLogger("ours")
from indexing.milvus.index import on_server
assert "pymilvus" not in sys.modules
from indexing.milvus.connection import library
library()
assert not one.disabled
assert not logging.getLogger("pymilvus.decorators").isEnabledFor(logging.ERROR)
"""
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.getcwd(), paths])}  # noqa: PTH109
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert logging.getLogger("tests").disabled is False


def test_rows_may_be_kept_apart_by_a_column():
    there = kind().connection.options
    apart = on_server(replace(there, partition="region"))(DIM)
    apart.kinds = KINDS
    vectors = unit_vectors(40, DIM, 6)
    apart.add(np.arange(40), vectors)
    apart.describe(np.arange(40), [{"region": REGIONS[at % 2]} for at in range(40)])
    mask = np.arange(40) % 2 == 0
    allowed = FilteredMask.of(mask, [Equals("region", "江苏")])
    scores = {row: float(vector @ vectors[1]) for row, vector in enumerate(vectors)}
    assert_best(apart.search(vectors[1], 30, allowed), scores, 30, mask)
    fields = apart.connection._connected().describe_collection(apart.collection)["fields"]
    assert [one["name"] for one in fields if one.get("is_partition_key")] == ["f_region"]
