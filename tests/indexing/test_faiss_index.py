import faiss
import numpy as np
import pytest

from indexing import faiss_index
from indexing.exact import ExactIndex
from indexing.faiss_index import FaissIndex
from tests.indexing.checks import unit_vectors

DIM = 64


def both(vectors: np.ndarray) -> tuple[FaissIndex, ExactIndex]:
    rows = np.random.default_rng(1).permutation(len(vectors)).astype(np.int64)
    fast, slow = FaissIndex(DIM), ExactIndex(DIM)
    fast.add(rows, vectors)
    slow.add(rows, vectors)
    return fast, slow


@pytest.mark.parametrize("allowed", [None, np.arange(3000) % 3 != 0, np.arange(3000) % 40 == 0])
def test_faiss_and_numpy_agree_to_the_bit(allowed):
    fast, slow = both(unit_vectors(3000, DIM, 1))
    for query in unit_vectors(5, DIM, 2):
        found, expected = fast.search(query, 50, allowed), slow.search(query, 50, allowed)
        np.testing.assert_array_equal(found.rows, expected.rows)
        np.testing.assert_array_equal(found.scores, expected.scores)


def test_near_ties_at_the_cut_are_ranked_as_exactly_as_any(monkeypatch):
    # Scores that differ by a few ulps only: FAISS's own order of them is rounding noise.
    one = unit_vectors(1, DIM, 3)
    noise = np.random.default_rng(4).standard_normal((2000, DIM)).astype(np.float32)
    fast, slow = both(one + noise * np.float32(2e-8))
    for k in (1, 10, 100):
        np.testing.assert_array_equal(fast.search(one[0], k).rows, slow.search(one[0], k).rows)
        many = fast.search_many(np.repeat(one, 3, axis=0), k)
        np.testing.assert_array_equal(many[1].rows, slow.search(one[0], k).rows)


def test_large_batches_take_the_blas_path_and_still_equal_single_searches(monkeypatch):
    monkeypatch.setattr(faiss_index, "BATCH", 2500)
    fast, _ = both(unit_vectors(2000, DIM, 5))
    queries = unit_vectors(2600, DIM, 6)
    together = fast.search_many(queries, 10)
    assert len(together) == 2600
    for at in range(0, 2600, 100):
        alone = fast.search(queries[at], 10)
        np.testing.assert_array_equal(together[at].rows, alone.rows)
        np.testing.assert_array_equal(together[at].scores, alone.scores)


def test_a_search_leaves_the_number_of_threads_as_it_was():
    fast, _ = both(unit_vectors(100, DIM, 7))
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        fast.search(unit_vectors(1, DIM, 8)[0], 5)
        assert faiss.omp_get_max_threads() == 3
    finally:
        faiss.omp_set_num_threads(before)


def test_what_one_kind_saves_the_other_reads(folder):
    fast, slow = both(unit_vectors(100, DIM, 9))
    fast.save(folder)
    query = unit_vectors(1, DIM, 10)[0]
    loaded = ExactIndex.load(folder)
    np.testing.assert_array_equal(loaded.search(query, 9).rows, slow.search(query, 9).rows)
