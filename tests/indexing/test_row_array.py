import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.row_array import RowArray, file_of
from tests.indexing.checks import rows_of


def values(array: RowArray) -> list[int]:
    return np.concatenate(list(array.parts())).tolist()


def saved(array: RowArray, folder) -> RowArray:
    folder.mkdir()
    count = array.save(folder, "a")
    again = RowArray(np.int32, -1)
    again.load(folder, "a", count)
    return again


def test_rows_without_a_value_have_the_one_for_none():
    array = RowArray(np.float64, math.nan)
    array.put(2, 7.0)
    np.testing.assert_array_equal(array.take(rows_of(2, 0, 9)), [7, math.nan, math.nan])
    assert len(array) == 3


def test_a_save_links_the_blocks_that_did_not_change(folder):
    array = RowArray(np.int32, -1)
    for row in range(100):
        array.put(row, row)
    first = saved(array, folder / "1")
    first.put(100, 5)
    second = saved(first, folder / "2")
    assert file_of(folder / "2", "a", 0).samefile(file_of(folder / "1", "a", 0))
    assert values(second) == [*range(100), 5]
    assert second.take(rows_of(100, 3, 200)).tolist() == [5, 3, -1]


def test_a_saved_value_can_be_changed_without_touching_its_file(folder):
    array = RowArray(np.int32, -1)
    for row in range(100):
        array.put(row, row)
    first = saved(array, folder / "1")
    content = file_of(folder / "1", "a", 0).read_bytes()
    first.put(100, 100)
    both = saved(first, folder / "b")
    both.put(7, 70)
    both.put(100, 1000)
    second = saved(both, folder / "2")
    assert second.take(rows_of(6, 7, 100)).tolist() == [6, 70, 1000]
    assert file_of(folder / "1", "a", 0).read_bytes() == content


@pytest.mark.parametrize("rows", [[], [5]])
def test_arrays_of_any_length_are_saved(rows, folder):
    array = RowArray(np.int32, -1)
    for row in rows:
        array.put(row, 1)
    assert values(saved(array, folder / "1")) == [-1] * 5 * len(rows) + [1] * len(rows)


steps = st.lists(st.just("save") | st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=25)


@given(steps=steps)
@settings(max_examples=40, deadline=None)
def test_any_sequence_of_changes_leaves_what_a_dict_would_hold(steps, tmp_path_factory):
    array, model = RowArray(np.int32, -1), {}
    for step in steps:
        if step == "save":
            array = saved(array, tmp_path_factory.mktemp("array") / "a")
        else:
            array.put(*step)
            model[step[0]] = step[1]
    assert values(array) == [model.get(row, -1) for row in range(max(model, default=-1) + 1)]
