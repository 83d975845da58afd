"""The static encoder against means written out."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file

from models.base import TokenEncoder
from models.errors import CardError, ModelFormatError
from models.static_encoder import StaticEncoder

TEXTS = ["钢铝铜", "焊", "轧钢 abz", "", "㎡ 水泵", "Ａ" * 50, "\ud800铜"]


@pytest.fixture(scope="module")
def encoder(static_folder):
    return StaticEncoder(static_folder)


@pytest.fixture(scope="module")
def table(static_folder):
    return load_file(static_folder / "model.safetensors")["embedding.weight"]


def unit(vector):
    return vector / np.linalg.norm(vector)


def test_it_is_a_token_encoder(encoder):
    assert isinstance(encoder, TokenEncoder)
    assert (encoder.name, encoder.dim, encoder.token_dim) == ("toy-static", 8, 8)
    assert encoder.max_tokens == 0


def test_a_vector_is_the_mean_of_the_tokens_at_unit_length(encoder, table):
    vectors = encoder.encode(["钢铝铝", "a水", "钛"], "passage")
    assert vectors.dtype == np.float32
    assert vectors[0] == pytest.approx(unit(table[[1, 2, 2]].mean(axis=0)), abs=1e-6)
    assert vectors[1] == pytest.approx(unit(table[[6, 9]].mean(axis=0)), abs=1e-6)
    assert vectors[2] == pytest.approx(unit(table[0]), abs=1e-6)


def test_both_roles_give_the_same(encoder):
    query, passage = encoder.encode(TEXTS, "query"), encoder.encode(TEXTS, "passage")
    assert np.array_equal(query, passage)


def test_batch_equals_single(encoder):
    batch = encoder.encode(TEXTS, "query")
    singles = np.concatenate([encoder.encode([text], "query") for text in TEXTS])
    assert np.array_equal(batch, singles)


def test_many_texts_go_in_several_chunks_and_keep_their_order(encoder):
    vectors = encoder.encode(["钢", "铝", "铜"] * 700, "query")
    assert np.array_equal(vectors, np.tile(encoder.encode(["钢", "铝", "铜"], "query"), (700, 1)))


def test_rows_have_unit_length_and_an_empty_text_is_zero(encoder):
    norms = np.linalg.norm(encoder.encode(TEXTS, "passage"), axis=1)
    assert norms == pytest.approx([0.0 if text == "" else 1.0 for text in TEXTS], abs=1e-6)
    assert encoder.encode([], "query").shape == (0, 8)


def test_token_vectors_are_centred_rows_at_unit_length(encoder, table):
    vectors, (tokens,) = encoder.encode_tokens(["水铜 a"], "query")
    assert np.array_equal(vectors, encoder.encode(["水铜 a"], "query"))
    assert tokens.spans.tolist() == [[0, 1], [1, 2], [3, 4]]
    for vector, row in zip(tokens.vectors, (9, 3, 6), strict=True):
        assert vector == pytest.approx(unit(table[row] - table.mean(axis=0)), abs=1e-6)


def test_an_empty_text_has_no_tokens(encoder):
    _, (tokens,) = encoder.encode_tokens([""], "query")
    assert tokens.vectors.shape == (0, 8)
    assert tokens.spans.shape == (0, 2)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_spans_are_inside_the_text_and_the_same_without_the_vectors(encoder, text):
    _, (tokens,) = encoder.encode_tokens([text], "passage")
    assert np.array_equal(tokens.spans, encoder.token_spans(text, "passage"))
    for start, end in tokens.spans:
        assert 0 <= start < end <= len(text)
    assert np.linalg.norm(tokens.vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_a_half_precision_table_gives_nearly_the_same(encoder, make_static_model, tmp_path):
    half = StaticEncoder(make_static_model(tmp_path, np.float16), name="half")
    assert half.name == "half"
    assert half.encode(TEXTS, "query") == pytest.approx(encoder.encode(TEXTS, "query"), abs=2e-3)
    assert half.fingerprint != encoder.fingerprint


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"dim": 9, "token_dim": 9}, "dim 为 9"), ({"token_dim": None}, "token_dim 应与 dim 相同")],
)
def test_a_card_that_does_not_fit_is_refused(make_static_model, tmp_path, changes, message):
    with pytest.raises(CardError, match=message):
        StaticEncoder(make_static_model(tmp_path, **changes))


def rewrite(folder, tensors):
    """Replace the table and take its hash out of the way."""
    save_file(tensors, folder / "model.safetensors")
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["files"].pop("model.safetensors")
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


@pytest.mark.parametrize(
    ("tensors", "error", "message"),
    [
        ({"weights": np.zeros((11, 8), np.float32)}, ModelFormatError, "embedding.weight"),
        ({"embedding.weight": np.zeros(8, np.float32)}, ModelFormatError, "应为二维"),
        ({"embedding.weight": np.zeros((11, 8), np.int32)}, ModelFormatError, "int32"),
        ({"embedding.weight": np.zeros((5, 8), np.float32)}, CardError, "只有 5 行"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(make_static_model, tmp_path, tensors, error, message):
    rewrite(make_static_model(tmp_path), tensors)
    with pytest.raises(error, match=message):
        StaticEncoder(tmp_path)


def test_a_file_that_is_no_table_is_refused(make_static_model, tmp_path):
    rewrite(make_static_model(tmp_path), {"embedding.weight": np.zeros((11, 8), np.float32)})
    (tmp_path / "model.safetensors").write_bytes(b"nothing at all")
    with pytest.raises(ModelFormatError, match="读不出张量"):
        StaticEncoder(tmp_path)
