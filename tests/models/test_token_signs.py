"""Signs of token vectors against NumPy written out, and on disk."""

import numpy as np
import pytest

from models.errors import ModelFormatError
from models.token_signs import TokenSigns, unit_rows

MEANS = {
    "query": np.array([1.0, 0.0, -1.0, 0.5], dtype=np.float32),
    "passage": np.zeros(4, dtype=np.float32),
}


def test_each_component_is_its_side_of_the_roles_mean_at_unit_length():
    vectors = np.array([[2.0, -1.0, -0.5, 0.5], [0.0, 3.0, -2.0, 9.0]], dtype=np.float32)
    signs = TokenSigns(MEANS)
    assert signs.dim == 4
    assert (2 * signs.apply(vectors, "query")).tolist() == [[1, -1, 1, -1], [-1, 1, -1, 1]]
    assert (2 * signs.apply(vectors, "passage")).tolist() == [[1, -1, -1, 1], [-1, 1, -1, 1]]
    assert signs.apply(vectors, "query").dtype == np.float32


def test_saving_and_loading_keeps_the_signs(tmp_path):
    vectors = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32)
    TokenSigns(MEANS).save(tmp_path / "m.npz")
    again = TokenSigns.load(tmp_path / "m.npz")
    for role in ("query", "passage"):
        assert np.array_equal(again.apply(vectors, role), TokenSigns(MEANS).apply(vectors, role))


def test_a_file_that_holds_no_means_is_refused(tmp_path):
    path = tmp_path / "m.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(ModelFormatError, match="读不出词元均值"):
        TokenSigns.load(path)
    np.savez(path, query=np.zeros(3))
    with pytest.raises(ModelFormatError, match="passage"):
        TokenSigns.load(path)
    np.savez(path, query=np.zeros(3), passage=np.zeros(2))
    with pytest.raises(ModelFormatError, match="形状不符"):
        TokenSigns.load(path)


def test_zero_rows_stay_zero():
    rows = unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    assert rows == pytest.approx(np.array([[0.6, 0.8], [0.0, 0.0]]))
