import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexing.blocks import GROWTH, first_rewritten, write_blockwise
from indexing.rowset import RowSet
from tests.indexing.checks import rows_of


@pytest.mark.parametrize(
    ("sizes", "fresh", "start"),
    [
        ([], 5, 0),
        ([1000], 0, 1),
        ([1000], 100, 1),
        ([1000], 126, 0),
        ([1000, 100], 13, 1),
        ([2000, 100, 50], 10, 1),
        ([1000, 110, 90], 12, 0),
    ],
)
def test_the_end_of_the_chain_is_rewritten_while_it_is_not_much_larger(sizes, fresh, start):
    assert first_rewritten(sizes, fresh) == start


def test_a_block_that_is_mostly_out_of_use_is_rewritten_with_all_that_follow():
    assert first_rewritten([1000, 1000, 1000], 1, [1000, 499, 1000]) == 1
    assert first_rewritten([1000, 1000, 1000], 0, [1000, 500, 1000]) == 3


@given(additions=st.lists(st.integers(1, 500), min_size=1, max_size=300))
def test_chains_stay_short_and_nothing_is_written_too_often(additions):
    sizes, written = [], 0
    for fresh in additions:
        start = first_rewritten(sizes, fresh)
        sizes[start:] = [sum(sizes[start:]) + fresh]
        written += sizes[-1]
    assert sum(sizes) == sum(additions)
    # Each block is GROWTH times what follows, so their number grows with the logarithm only.
    assert all(
        sizes[at] >= GROWTH * sizes[at + 1] or at + 1 == len(sizes) for at in range(len(sizes) - 1)
    )
    assert len(sizes) <= 2 + np.log(sum(sizes)) / np.log(GROWTH)
    assert written <= sum(sizes) * GROWTH * (2 + np.log(sum(sizes)) / np.log(GROWTH))


def test_parts_are_written_as_one_array(folder):
    parts = [np.arange(6.0).reshape(2, 3), np.zeros((0, 3)), np.arange(3.0).reshape(1, 3)]
    write_blockwise(folder / "a.npy", parts, (3, 3), np.float32)
    np.testing.assert_array_equal(np.load(folder / "a.npy"), np.concatenate(parts))
    assert np.load(folder / "a.npy").dtype == np.float32


@given(rows=st.sets(st.integers(0, 70)), gone=st.sets(st.integers(0, 70)))
def test_rows_survive_as_bits(rows, gone, tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "present.npy"
    there = RowSet()
    there.add(rows_of(*sorted(rows)))
    there.discard(rows_of(*gone))
    there.save(path)
    again = RowSet.load(path)
    assert again.all().tolist() == sorted(rows - gone)
    assert len(again) == len(rows - gone)
    assert len(again.mask()) == max(rows - gone, default=-1) + 1
