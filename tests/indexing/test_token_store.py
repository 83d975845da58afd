import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.errors import (
    CorruptIndexError,
    DimensionError,
    DuplicateRowError,
    NotFiniteError,
    UnknownRowError,
)
from indexing.token_store import TokenStore
from tests.indexing.checks import rows_of, sign_vectors

DIM = 20
WIDTH = 3


def filled(*counts: int) -> tuple[TokenStore, dict[int, np.ndarray]]:
    """A store whose row r has counts[r] token vectors, added in two calls."""
    store = TokenStore(DIM)
    vectors = {row: sign_vectors(count, DIM, row) for row, count in enumerate(counts)}
    half = len(counts) // 2
    for rows in (range(half), range(half, len(counts))):
        store.add(rows_of(*rows), [vectors[row] for row in rows])
    return store, vectors


def assert_holds(store: TokenStore, vectors: dict[int, np.ndarray]):
    assert len(store) == len(vectors)
    assert store.tokens == sum(map(len, vectors.values()))
    found = store.get_many(rows_of(*vectors))
    for stored, original in zip(found, vectors.values(), strict=True):
        assert stored.dtype == np.float32
        assert stored.shape == original.shape
        np.testing.assert_allclose(stored, original, rtol=1e-6)


def test_token_vectors_come_back_as_the_signs_they_were():
    store, vectors = filled(3, 0, 7, 1, 12)
    assert_holds(store, vectors)
    np.testing.assert_array_equal(store.get(2), store.get_many(rows_of(4, 2))[1])
    assert store.get_many(rows_of()) == []


def test_of_other_vectors_the_signs_are_kept():
    store = TokenStore(3)
    store.add(rows_of(0), [np.array([[0.9, -0.1, 0.0]], dtype=np.float32)])
    step = 1 / np.sqrt(3)
    np.testing.assert_allclose(store.get(0), [[step, -step, -step]], rtol=1e-6)


def test_saved_tokens_are_mapped_not_read(folder):
    store, vectors = filled(3, 0, 7)
    store.save(folder)
    loaded = TokenStore.load(folder)
    assert isinstance(loaded._blocks[0].base, np.memmap)
    assert not loaded._blocks[0].flags.writeable
    assert_holds(loaded, vectors)


def test_a_later_save_links_what_did_not_change_and_writes_only_what_is_new(folder):
    first, second = folder / "1", folder / "2"
    first.mkdir()
    second.mkdir()
    store, vectors = filled(3, 50)
    store.save(first)
    loaded = TokenStore.load(first)
    for row in (7, 8):
        vectors[row] = sign_vectors(2, DIM, row)
        loaded.add(rows_of(row), [vectors[row]])
    loaded.remove(rows_of(0))
    del vectors[0]
    loaded.save(second)
    assert (second / "codes-000.npy").samefile(first / "codes-000.npy")
    assert np.load(second / "codes-001.npy").shape == (4, WIDTH)
    assert_holds(TokenStore.load(second), vectors)


def test_a_save_writes_one_tight_file_once_most_tokens_are_of_removed_rows(folder):
    store, vectors = filled(10, 2, 10, 3)
    store.remove(rows_of(0, 2))
    store.save(folder)
    assert np.load(folder / "codes-000.npy").shape == (5, WIDTH)
    assert_holds(TokenStore.load(folder), {1: vectors[1], 3: vectors[3]})


def test_a_chain_does_not_grow_for_ever(folder):
    store, vectors = TokenStore(DIM), {}
    for row in range(40):
        vectors[row] = sign_vectors(2, DIM, row)
        store.add(rows_of(row), [vectors[row]])
        (folder / str(row)).mkdir()
        store.save(folder / str(row))
        store = TokenStore.load(folder / str(row))
        assert len(store._blocks) <= 9
    assert_holds(store, vectors)


def test_rows_without_tokens_make_no_chain_either(folder):
    store = TokenStore(DIM)
    for row in range(20):
        store.add(rows_of(row), [sign_vectors(0, DIM, row)])
        (folder / str(row)).mkdir()
        store.save(folder / str(row))
        store = TokenStore.load(folder / str(row))
        assert len(store._blocks) <= 4
    assert_holds(store, {row: sign_vectors(0, DIM, row) for row in range(20)})
    store.remove(np.arange(20))
    (folder / "last").mkdir()
    store.save(folder / "last")
    assert sorted(path.name for path in (folder / "last").iterdir()) == [
        "present.npy",
        "tokens.json",
    ]


def test_a_removed_row_is_gone_and_may_come_back():
    store, vectors = filled(3, 4)
    assert store.remove(rows_of(1, 1, 9)) == 1
    with pytest.raises(UnknownRowError, match="1"):
        store.get(1)
    vectors[1] = sign_vectors(6, DIM, 50)
    store.add(rows_of(1), [vectors[1]])
    assert_holds(store, vectors)


def test_wrong_calls_are_refused():
    store, _ = filled(3, 4)
    with pytest.raises(DimensionError, match="词向量列表"):
        store.add(rows_of(5, 6), [sign_vectors(1, DIM, 0)])
    with pytest.raises(DimensionError):
        store.add(rows_of(5), [sign_vectors(1, DIM - 1, 0)])
    with pytest.raises(NotFiniteError):
        store.add(rows_of(5), [np.full((1, DIM), np.nan)])
    with pytest.raises(DuplicateRowError):
        store.add(rows_of(1), [sign_vectors(1, DIM, 0)])
    assert len(store) == 2


def test_an_empty_store_is_saved_and_filled_later(folder):
    TokenStore(DIM).save(folder)
    loaded = TokenStore.load(folder)
    assert (len(loaded), loaded.tokens) == (0, 0)
    loaded.add(rows_of(), [])
    loaded.add(rows_of(3), [sign_vectors(2, DIM, 1)])
    assert_holds(loaded, {3: sign_vectors(2, DIM, 1)})


@pytest.mark.parametrize("name", ["codes-000.npy", "table-000.npy", "tokens.json", "present.npy"])
def test_a_missing_or_cut_file_is_named(name, folder):
    filled(3, 4)[0].save(folder)
    content = (folder / name).read_bytes()
    for damaged in (None, content[: len(content) // 2]):
        (folder / name).unlink(missing_ok=True)
        if damaged is not None:
            (folder / name).write_bytes(damaged)
        with pytest.raises(CorruptIndexError, match=name):
            TokenStore.load(folder)


def test_files_that_do_not_fit_together_are_damage(folder):
    filled(3, 4)[0].save(folder)
    np.save(folder / "codes-000.npy", np.zeros((7, WIDTH + 1), dtype=np.uint8))
    with pytest.raises(CorruptIndexError, match=f"宽度应为 {WIDTH}"):
        TokenStore.load(folder)
    np.save(folder / "codes-000.npy", np.zeros((6, WIDTH), dtype=np.uint8))
    with pytest.raises(CorruptIndexError, match=r"table-000\.npy.*位置超出"):
        TokenStore.load(folder)


steps = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "save"]), st.sets(st.integers(0, 9), max_size=4)),
    max_size=10,
)


@given(steps=steps)
@settings(max_examples=40, deadline=None)
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(steps, tmp_path_factory):
    store, model = TokenStore(DIM), {}
    for number, (step, rows) in enumerate(steps):
        if step == "add":
            new = {
                row: sign_vectors(row % 4, DIM, 10 * number + row) for row in rows - model.keys()
            }
            store.add(rows_of(*new), list(new.values()))
            model.update(new)
        elif step == "remove":
            assert store.remove(rows_of(*rows)) == len(rows & model.keys())
            model = {row: vectors for row, vectors in model.items() if row not in rows}
        else:
            target = tmp_path_factory.mktemp("tokens")
            store.save(target)
            store = TokenStore.load(target)
    assert_holds(store, model)
