"""What every vector index must do; a new kind in the factory is tested here by itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.base import VectorIndex
from indexing.errors import (
    CorruptIndexError,
    DimensionError,
    DuplicateRowError,
    NegativeRowError,
    NotFiniteError,
    UnknownKindError,
    UnknownRowError,
)
from indexing.factory import KINDS, load_vector_index, vector_index
from indexing.ivf_settings import IvfSettings
from tests.indexing.checks import assert_best, rows_of, unit_vectors
from tests.indexing.kinds import ARRAYS, KIND_NAMES, OTHERS, load, make

DIM = 24
kinds = pytest.mark.parametrize("kind", KIND_NAMES)


def exact_scores(vectors: dict[int, np.ndarray], query: np.ndarray) -> dict[int, float]:
    return {
        row: float(v.astype(np.float64) @ query.astype(np.float64)) for row, v in vectors.items()
    }


def filled(kind: str, count: int = 300, seed: int = 1) -> tuple[VectorIndex, dict[int, np.ndarray]]:
    index = make(kind, DIM, count)
    rows = np.random.default_rng(seed).permutation(2 * count)[:count].astype(np.int64)
    vectors = unit_vectors(count, DIM, seed)
    index.add(rows, vectors)
    return index, dict(zip(rows.tolist(), vectors, strict=True))


@kinds
def test_it_is_a_vector_index_of_its_width_and_size(kind):
    index, vectors = filled(kind)
    assert isinstance(index, VectorIndex)
    assert (index.dim, len(index)) == (DIM, len(vectors))


@kinds
@pytest.mark.parametrize("k", [1, 7, 300, 1000])
def test_the_k_best_rows_come_with_their_exact_scores(kind, k):
    index, vectors = filled(kind)
    for query in unit_vectors(5, DIM, 2):
        assert_best(index.search(query, k), exact_scores(vectors, query), k)


@kinds
@pytest.mark.parametrize("share", [0.0, 0.004, 0.1, 0.6, 1.0])
def test_a_filter_is_applied_before_ranking(kind, share):
    index, vectors = filled(kind, 900)
    allowed = np.random.default_rng(3).random(1500) < share
    for query in unit_vectors(3, DIM, 4):
        scores = exact_scores(vectors, query)
        assert_best(index.search(query, 10, allowed), scores, 10, allowed)


@kinds
@pytest.mark.parametrize("allowed", [None, np.arange(400) % 2 == 0, np.arange(400) == 7])
def test_a_batch_gives_to_the_bit_what_single_searches_give(kind, allowed):
    index, _ = filled(kind)
    queries = unit_vectors(40, DIM, 5)
    together = index.search_many(queries, 12, allowed)
    for query, hits in zip(queries, together, strict=True):
        alone = index.search(query, 12, allowed)
        np.testing.assert_array_equal(hits.rows, alone.rows)
        np.testing.assert_array_equal(hits.scores, alone.scores)


@kinds
def test_ties_are_broken_by_row_even_at_the_cut(kind):
    index = make(kind, DIM)
    same = np.repeat(unit_vectors(1, DIM, 6), 400, axis=0)
    rows = np.random.default_rng(7).permutation(400).astype(np.int64)
    index.add(rows, same)
    expected = np.arange(30)
    np.testing.assert_array_equal(index.search(same[0], 30).rows, expected)
    np.testing.assert_array_equal(index.search_many(same[:3], 30)[2].rows, expected)
    odd = np.arange(400) % 2 == 1
    np.testing.assert_array_equal(index.search(same[0], 30, odd).rows, 2 * expected + 1)


@kinds
def test_zero_vectors_are_found_with_score_zero(kind):
    index = make(kind, DIM)
    index.add(rows_of(4, 2), np.zeros((2, DIM), dtype=np.float32))
    hits = index.search(unit_vectors(1, DIM, 8)[0], 5)
    assert hits.rows.tolist() == [2, 4]
    assert hits.scores.tolist() == [0.0, 0.0]


@kinds
def test_an_empty_index_answers_nothing(kind, folder):
    index = make(kind, DIM)
    index.save(folder)
    for empty in (index, load(kind, folder)):
        assert len(empty.search(unit_vectors(1, DIM, 1)[0], 3).rows) == 0
        assert [len(hits.rows) for hits in empty.search_many(unit_vectors(2, DIM, 1), 3)] == [0, 0]
        assert empty.vectors(rows_of()).shape == (0, DIM)
        assert empty.remove(rows_of(1, 2)) == 0


@kinds
@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_are_asked_for_and_none_are_given(kind, k):
    index, _ = filled(kind)
    query = unit_vectors(1, DIM, 1)[0]
    assert len(index.search(query, k).rows) == 0
    assert len(index.search_many(query[np.newaxis], k, np.ones(600, dtype=bool))[0].rows) == 0


@kinds
def test_stored_vectors_come_back_in_the_order_asked_for(kind):
    index, vectors = filled(kind)
    rows = list(vectors)[5:0:-1]
    np.testing.assert_array_equal(index.vectors(rows_of(*rows)), [vectors[row] for row in rows])


@kinds
def test_wrong_shapes_and_numbers_are_refused(kind):
    index, _ = filled(kind)
    good = unit_vectors(1, DIM, 1)
    with pytest.raises(DimensionError, match=r"\(1, 24\)，实际为 \(1, 23\)"):
        index.add(rows_of(9000), good[:, :-1])
    with pytest.raises(DimensionError, match=r"\(2, 24\)"):
        index.add(rows_of(9000, 9001), good)
    with pytest.raises(DimensionError, match="查询向量"):
        index.search(good, 3)
    with pytest.raises(DimensionError):
        index.search(good[0, :-1], 3)
    with pytest.raises(DimensionError):
        index.search_many(good[0], 3)
    with pytest.raises(DimensionError, match="行号"):
        index.add(np.array([0.5]), good)
    with pytest.raises(NotFiniteError, match="NaN"):
        index.search(good[0] * np.nan, 3)
    with pytest.raises(NotFiniteError):
        index.add(rows_of(9000), good * np.inf)
    assert len(index) == 300


@kinds
def test_rows_that_are_there_negative_or_missing_are_refused_by_number(kind):
    index = make(kind, DIM)
    three = unit_vectors(3, DIM, 1)
    index.add(rows_of(5, 6, 7), three)
    with pytest.raises(DuplicateRowError, match=r"6 .*请先删除"):
        index.add(rows_of(6), three[:1])
    with pytest.raises(DuplicateRowError, match="9"):
        index.add(rows_of(9, 9), three[:2])
    with pytest.raises(NegativeRowError, match="-1"):
        index.add(rows_of(-1), three[:1])
    with pytest.raises(UnknownRowError, match="8"):
        index.vectors(rows_of(5, 8))
    assert len(index) == 3


@kinds
def test_a_removed_row_is_gone_and_may_come_back(kind):
    index, vectors = filled(kind)
    row = next(iter(vectors))
    query = vectors[row]
    assert index.search(query, 1).rows.tolist() == [row]
    assert index.remove(rows_of(row, row, 99999)) == 1
    assert row not in index.search(query, 300).rows
    index.add(rows_of(row), query[np.newaxis])
    assert index.search(query, 1).rows.tolist() == [row]


@kinds
def test_what_was_saved_answers_the_same_and_can_be_changed(kind, folder):
    index, vectors = filled(kind)
    index.remove(rows_of(*list(vectors)[:50]))
    index.save(folder)
    loaded = load(kind, folder)
    assert (loaded.dim, len(loaded)) == (DIM, 250)
    for query in unit_vectors(4, DIM, 9):
        before, after = index.search(query, 20), loaded.search(query, 20)
        np.testing.assert_array_equal(before.rows, after.rows)
        np.testing.assert_array_equal(before.scores, after.scores)
    loaded.add(rows_of(5000), unit_vectors(1, DIM, 10))
    assert loaded.remove(rows_of(list(vectors)[60])) == 1


arrays = pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in ARRAYS.items() for name in names]
)
others = pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in OTHERS.items() for name in names]
)


def assert_is_damage(kind: str, folder) -> None:
    with pytest.raises(CorruptIndexError, match=r"duijie index --rebuild") as caught:
        load(kind, folder)
    assert str(folder) in str(caught.value)


@arrays
@pytest.mark.parametrize("damage", ["missing", "cut", "other", "twice"])
def test_a_damaged_array_is_named(kind, name, damage, folder):
    index, _ = filled(kind)
    index.save(folder)
    path = folder / name
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    elif damage == "other":
        np.save(path, np.zeros(300, dtype=np.float64))
    else:
        np.save(path, np.zeros_like(np.load(path))[:299])
    assert_is_damage(kind, folder)


@others
@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_file_is_named(kind, name, damage, folder):
    index, _ = filled(kind)
    index.save(folder)
    path = folder / name
    content = path.read_bytes()
    path.unlink()
    if damage == "cut":
        path.write_bytes(content[:-5])
    elif damage == "other":
        path.write_bytes(b"{}")
    assert_is_damage(kind, folder)


@pytest.mark.parametrize("kind", ARRAYS)  # a bit a row cannot stand twice
def test_rows_that_stand_twice_on_disk_are_damage(kind, folder):
    index, _ = filled(kind)
    index.save(folder)
    np.save(folder / ARRAYS[kind][0], np.zeros(300, dtype=np.int64))
    with pytest.raises(CorruptIndexError, match="重复"):
        load(kind, folder)


steps = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.sets(st.integers(0, 40), max_size=12)),
    max_size=8,
)


@kinds
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(kind):
    @given(steps=steps, k=st.integers(0, 12), allowed=st.none() | st.sets(st.integers(0, 45)))
    # On a server each example makes a collection, which takes it up to seconds.
    @settings(max_examples=10 if kind == "milvus" else 60, deadline=None)
    def leaves_that(steps, k, allowed):
        index, model = make(kind, DIM), {}
        for number, (step, rows) in enumerate(steps):
            if step == "add":
                new = sorted(rows - model.keys())
                vectors = unit_vectors(len(new), DIM, number) if new else np.zeros((0, DIM))
                index.add(rows_of(*new), vectors)
                model.update(zip(new, vectors, strict=True))
            else:
                assert index.remove(rows_of(*rows)) == len(rows & model.keys())
                model = {row: vector for row, vector in model.items() if row not in rows}
        assert len(index) == len(model)
        mask = None if allowed is None else np.isin(np.arange(46), list(allowed))
        for query in unit_vectors(2, DIM, 99):
            assert_best(index.search(query, k, mask), exact_scores(model, query), k, mask)
        if model:
            np.testing.assert_array_equal(index.vectors(rows_of(*model)), list(model.values()))

    leaves_that()


def test_the_factory_chooses_by_size_and_names_what_it_knows():
    assert isinstance(vector_index(DIM, 10), KINDS["ivf"])
    assert isinstance(vector_index(DIM, 10, "exact"), KINDS["exact"])
    with pytest.raises(UnknownKindError, match=r"“hnsw”.*auto、exact、flat、ivf"):
        vector_index(DIM, 10, "hnsw")


def test_settings_may_be_part_of_the_name(folder):
    index = vector_index(DIM, 0, "ivf:lists=7,recall=0.9,exact_up_to=40")
    assert index.settings == IvfSettings(lists=7, recall=0.9, exact_up_to=40)
    index.save(folder)
    assert load_vector_index(folder, "ivf:lists=7").settings == IvfSettings(lists=7)
    for wrong in ("ivf:colour=1", "ivf:lists=many", "exact:lists=1"):
        with pytest.raises(UnknownKindError, match=wrong):
            vector_index(DIM, 0, wrong)
