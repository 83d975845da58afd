import numpy as np
import pytest

from indexing.errors import CorruptIndexError
from indexing.files import save_bits
from indexing.vector_store import VectorStore
from tests.indexing.checks import rows_of, unit_vectors

DIM = 6


def filled(count: int) -> tuple[VectorStore, np.ndarray]:
    store, vectors = VectorStore(DIM), unit_vectors(count, DIM, count)
    store.add(np.arange(count), vectors)
    return store, vectors


def saved(store: VectorStore, folder) -> VectorStore:
    folder.mkdir()
    store.save(folder)
    return VectorStore.load(folder)


def test_saved_vectors_are_mapped_and_cannot_be_written(folder):
    store = saved(filled(50)[0], folder / "1")
    assert isinstance(store._blocks[0].vectors.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        store._blocks[0].vectors[0] = 0


def test_a_small_change_writes_a_small_block_and_links_the_rest(folder):
    store, vectors = filled(200)
    store = saved(store, folder / "1")
    store.remove(rows_of(3))
    new = unit_vectors(2, DIM, 9)
    store.add(rows_of(300, 301), new)
    again = saved(store, folder / "2")
    for name in ("rows-000.npy", "vectors-000.npy"):
        assert (folder / "2" / name).samefile(folder / "1" / name)
    assert np.load(folder / "2" / "vectors-001.npy").shape == (2, DIM)
    np.testing.assert_array_equal(again.get(rows_of(301, 0, 300)), [new[1], vectors[0], new[0]])
    assert again.present.all().tolist() == [0, 1, 2, *range(4, 200), 300, 301]


def test_what_was_removed_goes_when_its_block_is_written_anew(folder):
    store, vectors = filled(200)
    store.listed[:] = True
    store = saved(store, folder / "1")
    store.remove(np.arange(120))
    again = saved(store, folder / "2")
    assert np.load(folder / "2" / "vectors-000.npy").shape == (80, DIM)
    np.testing.assert_array_equal(again.get(rows_of(150)), vectors[[150]])
    assert again.listed.all()
    assert again.alive.all()


def test_a_row_that_comes_back_has_its_new_vector(folder):
    store, _ = filled(40)
    store = saved(store, folder / "1")
    store.remove(rows_of(5))
    new = unit_vectors(1, DIM, 3)
    store.add(rows_of(5), new)
    for each in (store, saved(store, folder / "2")):
        np.testing.assert_array_equal(each.get(rows_of(5)), new)
        assert len(each.present) == 40


def test_many_small_additions_are_few_blocks_in_memory():
    store = VectorStore(DIM)
    vectors = unit_vectors(300, DIM, 1)
    for row in range(300):
        store.add(rows_of(row), vectors[row : row + 1])
    assert len(store._blocks) < 12
    np.testing.assert_array_equal(store.get(np.arange(300)), vectors)


def test_an_added_array_may_be_used_again_by_the_caller():
    store, vectors = VectorStore(DIM), unit_vectors(2, DIM, 1)
    kept = vectors.copy()
    store.add(rows_of(0, 1), vectors)
    vectors[:] = 0
    np.testing.assert_array_equal(store.get(rows_of(0, 1)), kept)


@pytest.mark.parametrize("name", ["alive.npy", "listed.npy"])
def test_states_that_do_not_fit_the_vectors_are_damage(name, folder):
    filled(10)[0].save(folder)
    save_bits(folder / name, np.ones(9, dtype=np.bool_))
    with pytest.raises(CorruptIndexError, match="应有 10 位"):
        VectorStore.load(folder)


def test_negative_rows_are_damage(folder):
    filled(10)[0].save(folder)
    np.save(folder / "rows-000.npy", np.arange(10) - 1)
    with pytest.raises(CorruptIndexError, match="负"):
        VectorStore.load(folder)


def test_a_store_whose_vectors_were_all_removed_is_saved_empty(folder):
    store, _ = filled(20)
    store.remove(np.arange(20))
    again = saved(store, folder / "1")
    assert len(again.present) == 0
    assert again.products(unit_vectors(2, DIM, 1)).shape == (2, 0)
