import numpy as np
import pytest

from models.training.table import piece_weights, random_directions, taught_directions


class Teacher:
    name = "teacher"
    fingerprint = "1"
    max_tokens = 0
    dim = 6

    def __init__(self, size):
        rng = np.random.default_rng(3)
        spread = np.array([9.0, 4.0, 2.0, 1.0, 0.1, 0.01])
        self.rows = (rng.normal(size=(size, 6)) * spread + 5.0).astype(np.float32)

    def encode(self, texts, role):
        assert role == "query"
        return self.rows[[int(text) for text in texts]]


def test_weights_are_smooth_inverse_frequencies():
    rows = [np.array([1, 1, 2]), np.array([1])]
    counts = np.array([0.5, 3.5, 1.5, 0.5])
    expected = 0.01 / (0.01 + counts / counts.sum())
    np.testing.assert_allclose(piece_weights(rows, 4, 0.01), expected)


def test_random_directions_are_unit_rows():
    rows = random_directions(50, 16, np.random.default_rng(0))
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, rtol=1e-6)


@pytest.mark.parametrize("whitening", [0.0, 0.5, 1.0])
def test_taught_directions_are_whitened_principal_components(whitening):
    teacher = Teacher(400)
    pieces = [str(position) for position in range(400)]
    rows = taught_directions(pieces, teacher, 4, whitening)
    centred = teacher.rows.astype(np.float64) - teacher.rows.mean(axis=0, dtype=np.float64)
    _, singular, axes = np.linalg.svd(centred, full_matrices=False)
    expected = (centred @ axes[:4].T) * (singular[:4] / 20.0) ** -whitening
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    # An axis may be turned round: cosines between pieces are what must agree.
    np.testing.assert_allclose(rows @ rows.T, expected @ expected.T, atol=1e-4)


def test_a_teacher_that_is_too_narrow_is_refused():
    with pytest.raises(ValueError, match="教师模型的向量宽度 6 小于要求的 8"):
        taught_directions(["0"], Teacher(1), 8, 1.0)
