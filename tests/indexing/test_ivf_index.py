"""What the contract does not say of an approximate index: how much it finds, and its upkeep."""

import sys
from copy import deepcopy

import numpy as np
import pytest

from indexing import ivf_index
from indexing.exact import ExactIndex
from indexing.ivf_index import IvfIndex
from indexing.ivf_settings import IvfSettings
from tests.indexing.checks import rows_of, unit_vectors

DIM = 32
COUNT = 6000
SMALL = IvfSettings(exact_up_to=1000, lists=64)


def overlapping(count: int, seed: int) -> np.ndarray:
    """Unit vectors around 40 centres, wide enough to overlap."""
    centres = unit_vectors(40, DIM, 77)
    chosen = np.random.default_rng(seed).integers(0, 40, count)
    near = centres[chosen] + 0.8 * unit_vectors(count, DIM, seed + 1)
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    return overlapping(COUNT, 1)


@pytest.fixture(scope="module")
def compacted(vectors) -> IvfIndex:
    """Its lists are made once: that takes a third of a second."""
    index = IvfIndex(DIM, SMALL)
    index.add(np.arange(COUNT), vectors)
    assert index.compaction_due
    index.compact()
    assert not index.compaction_due
    return index


@pytest.fixture
def index(compacted) -> IvfIndex:
    return deepcopy(compacted)


@pytest.fixture(scope="module")
def oracle(vectors) -> ExactIndex:
    exact = ExactIndex(DIM)
    exact.add(np.arange(COUNT), vectors)
    return exact


def recall(index: IvfIndex, oracle: ExactIndex, allowed=None, k: int = 10) -> float:
    found = []
    for query in overlapping(100, 500):
        wanted, hits = oracle.search(query, k, allowed), index.search(query, k, allowed)
        assert len(hits.rows) == len(wanted.rows)
        if allowed is not None:
            assert allowed[hits.rows].all()
        found.append(np.isin(wanted.rows, hits.rows).mean())
    return float(np.mean(found))


@pytest.mark.parametrize("share", [None, 0.5, 0.1, 0.01, 0.001])
def test_nearly_all_of_the_nearest_are_found_at_every_share_that_passes(index, oracle, share):
    allowed = None if share is None else np.random.default_rng(5).random(COUNT) < share
    assert recall(index, oracle, allowed) >= 0.97


def test_the_hundred_that_a_list_is_made_from_are_found_as_well():
    alike = unit_vectors(COUNT, DIM, 1)  # no clusters: the hundredth may be in any list
    index, oracle = IvfIndex(DIM, SMALL), ExactIndex(DIM)
    for each in (index, oracle):
        each.add(np.arange(COUNT), alike)
    index.compact()
    assert recall(index, oracle, k=100) >= 0.97


def test_not_every_list_is_probed_for_that(index):
    assert index._lists.nprobe < index._lists.count / 2


def test_what_is_found_has_its_exact_score(index, oracle):
    for query in overlapping(20, 900):
        found = index.search(query, 10)
        exact = dict(zip(*(part.tolist() for part in oracle.search(query, COUNT)), strict=True))
        assert found.scores.tolist() == [exact[row] for row in found.rows.tolist()]


def test_a_filter_that_only_far_rows_pass_is_answered_exactly(index, vectors, oracle, monkeypatch):
    query = unit_vectors(40, DIM, 77)[0]
    far = np.argsort(vectors @ query)[: COUNT // 6]
    allowed = np.isin(np.arange(COUNT), far)
    scored = []
    gather = index._store.known
    monkeypatch.setattr(
        index._store, "known", lambda rows: (scored.append(len(rows)), gather(rows))[1]
    )
    found, wanted = index.search(query, 10, allowed), oracle.search(query, 10, allowed)
    np.testing.assert_array_equal(found.rows, wanted.rows)
    np.testing.assert_array_equal(found.scores, wanted.scores)
    # Not all that pass are fetched for it: of a million that would be a gigabyte.
    assert max(scored) < 50


@pytest.mark.parametrize("count", [1, 15, 16, 17])
def test_lists_are_made_of_no_fewer_vectors_than_their_codes_need(count):
    index = IvfIndex(DIM, IvfSettings(exact_up_to=0))
    vectors = overlapping(count, 3)
    index.add(np.arange(count), vectors)
    assert index.compaction_due is (count > 16)
    index.compact()
    assert (index._lists is None) is (count <= 16)
    assert index.search(vectors[-1], 1).rows.tolist() == [count - 1]


def test_a_batch_gives_to_the_bit_what_single_searches_give(index):
    queries = overlapping(70, 33)
    for query, hits in zip(queries, index.search_many(queries, 12), strict=True):
        alone = index.search(query, 12)
        np.testing.assert_array_equal(hits.rows, alone.rows)
        np.testing.assert_array_equal(hits.scores, alone.scores)


def test_the_same_vectors_give_the_same_answers(index, vectors):
    again = IvfIndex(DIM, SMALL)
    again.add(np.arange(COUNT), vectors)
    again.compact()
    for query in overlapping(20, 44):
        np.testing.assert_array_equal(again.search(query, 10).rows, index.search(query, 10).rows)


def test_new_and_removed_rows_count_at_once(index, vectors, folder):
    new = overlapping(3, 60)
    index.add(rows_of(9000, 9001, 9002), new)
    index.remove(rows_of(7, 9001))
    index.save(folder)
    for each in (index, IvfIndex.load(folder)):
        each.settings = SMALL
        assert each.search(new[0], 1).rows.tolist() == [9000]
        assert 9001 not in each.search(new[1], 50).rows
        assert 7 not in each.search(vectors[7], 50).rows
        assert len(each) == COUNT + 1


def test_a_row_that_comes_back_is_answered_once_with_its_new_vector(index, vectors):
    new = overlapping(1, 61)
    index.remove(rows_of(7))
    index.add(rows_of(7), new)
    hits = index.search(new[0], 5)
    assert hits.rows.tolist().count(7) == 1
    assert hits.rows[0] == 7
    assert 7 not in index.search(vectors[7], 5).rows.tolist() or vectors[7] @ new[0] > 0.9
    index.compact()
    assert index.search(new[0], 1).rows.tolist() == [7]


def test_lists_take_in_what_is_new_once_it_is_much(index, monkeypatch):
    monkeypatch.setattr(ivf_index, "FRESH_LEAST", 200)
    trained = index._lists
    index.add(np.arange(9000, 9200), overlapping(200, 8))
    assert not index.compaction_due
    index.add(rows_of(9200), overlapping(1, 9))
    assert index.compaction_due
    index.compact()
    assert index._lists is trained
    assert len(trained) == COUNT + 201
    assert not index.compaction_due
    assert index.search(overlapping(1, 9)[0], 1).rows.tolist() == [9200]


def test_lists_give_up_what_was_removed_once_it_is_much(index, oracle):
    gone = np.arange(0, COUNT, 4)
    index.remove(gone[:1200])
    assert not index.compaction_due
    index.remove(gone)
    assert index.compaction_due
    index.compact()
    assert len(index._lists) == COUNT - len(gone)
    assert recall(index, oracle, np.arange(COUNT) % 4 != 0) >= 0.97


def test_lists_that_were_outgrown_are_made_anew(index):
    trained = index._lists
    index.add(np.arange(COUNT, 4 * COUNT), overlapping(3 * COUNT, 12))
    index.compact()
    assert index._lists is trained
    index.add(np.arange(4 * COUNT, 4 * COUNT + 10), overlapping(10, 13))
    assert index.compaction_due
    index.compact()
    assert index._lists is not trained
    assert index._lists.trained_on == 4 * COUNT + 10


def test_an_index_that_shrank_needs_no_lists_any_more(index, vectors, folder):
    index.remove(np.arange(900, COUNT))
    assert index.compaction_due
    index.compact()
    assert not index.compaction_due
    assert index.search(vectors[5], 1).rows.tolist() == [5]
    index.save(folder)
    assert not (folder / "lists.faiss").exists()
    assert IvfIndex.load(folder).search(vectors[5], 1).rows.tolist() == [5]


def test_lists_are_linked_until_they_change_and_no_file_is_written_to(index, folder):
    first, second, third = (folder / name for name in "123")
    for each in (first, second, third):
        each.mkdir()
    index.save(first)
    content = (first / "lists.faiss").read_bytes()
    loaded = IvfIndex.load(first)
    loaded.settings = SMALL
    loaded.add(rows_of(9000), overlapping(1, 3))
    loaded.save(second)
    assert (second / "lists.faiss").samefile(first / "lists.faiss")
    loaded.compact()
    loaded.save(third)
    assert not (third / "lists.faiss").samefile(first / "lists.faiss")
    assert (first / "lists.faiss").read_bytes() == content


def test_a_full_disk_is_an_error_of_the_system(index, tmp_path):
    with pytest.raises(OSError, match="lists"):
        index._lists.save(tmp_path / "missing")


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full")
def test_a_disk_that_is_full_at_the_last_byte_is_an_error_too(tmp_path):
    small = IvfIndex(DIM, IvfSettings(exact_up_to=0, lists=1))
    small.add(np.arange(17), overlapping(17, 3))
    small.compact()
    (tmp_path / "lists.faiss").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        small._lists.save(tmp_path)


@pytest.mark.parametrize(("count", "lists"), [(100_000, 512), (1_000_000, 2048), (3, 3)])
def test_the_number_of_lists_is_derived_from_the_number_of_vectors(count, lists):
    assert IvfSettings().lists_for(count) == lists
