"""The shipped transformer against onnxruntime called by hand."""

import json
import shutil

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from models.base import TokenEncoder
from models.errors import (
    CardError,
    ModelFileMissingError,
    ModelFormatError,
    ModelIntegrityError,
)
from models.onnx_encoder import OnnxEncoder, OnnxTransformer
from models.rebuild.card_files import refresh_hashes
from models.registry import DEFAULT_ENCODER, artifact_folder
from models.token_signs import TokenSigns

FOLDER = artifact_folder(DEFAULT_ENCODER)
TEXTS = [
    "寻找水性防腐涂料的配方，要求耐盐雾不低于1000小时",
    "泵",
    "",
    "A laser cladding method for turbine blades",
    "面积为30㎡的ＰＶ组件😀清洗",
    "本成果提出一种秸秆还田装置。" * 8,
]


@pytest.fixture(scope="module")
def by_hand():
    """Text and role to (sentence vector, token vectors with special and prompt tokens)."""
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    session = onnxruntime.InferenceSession(
        str(FOLDER / "model_int8.onnx"), providers=["CPUExecutionProvider"]
    )

    def run(ids):
        ids = np.array([ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector, tokens = session.run(["sentence_embedding", "token_embeddings"], feed)
        return vector[0], tokens[0]

    return tokenizer, run


def test_it_is_a_token_encoder(onnx_encoder):
    assert isinstance(onnx_encoder, TokenEncoder)
    assert onnx_encoder.name == DEFAULT_ENCODER
    assert (onnx_encoder.dim, onnx_encoder.max_tokens) == (384, 512)
    assert onnx_encoder.token_dim == onnx_encoder.card.token_dim


@pytest.mark.parametrize("role", ["query", "passage"])
def test_a_vector_is_what_the_model_gives_for_the_prompted_text(onnx_encoder, by_hand, role):
    tokenizer, run = by_hand
    expected, _ = run(tokenizer.encode(f"{role}: {TEXTS[0]}").ids)
    assert onnx_encoder.encode([TEXTS[0]], role)[0] == pytest.approx(expected, abs=1e-6)


def test_token_vectors_are_signs_around_the_roles_mean_without_prompt(onnx_encoder, by_hand):
    tokenizer, run = by_hand
    text = "铝合金"
    means = np.load(FOLDER / "token_means.npz")
    for role in ("query", "passage"):
        prompt = f"{role}: "
        encoding = tokenizer.encode(prompt + text)
        rows = [i for i, (_, end) in enumerate(encoding.offsets) if end > len(prompt)]
        expected = np.where(run(encoding.ids)[1][rows] > means[role], 1, -1) / np.sqrt(384)
        _, (tokens,) = onnx_encoder.encode_tokens([text], role)
        assert tokens.vectors == pytest.approx(expected, abs=1e-6)
        assert "".join(text[start:end] for start, end in tokens.spans) == text


def test_batch_equals_single_bit_by_bit_whatever_the_threads(onnx_encoder):
    alone = OnnxEncoder(FOLDER, threads=1)
    vectors, tokens = onnx_encoder.encode_tokens(TEXTS, "passage")
    assert np.array_equal(vectors, onnx_encoder.encode(TEXTS, "passage"))
    for row, text in enumerate(TEXTS):
        single, (its_tokens,) = alone.encode_tokens([text], "passage")
        assert np.array_equal(vectors[row], single[0])
        assert np.array_equal(tokens[row].vectors, its_tokens.vectors)
        assert np.array_equal(tokens[row].spans, its_tokens.spans)


def test_rows_have_unit_length_and_a_blank_text_is_zero(onnx_encoder):
    vectors, tokens = onnx_encoder.encode_tokens(["钢", "", " \n"], "query")
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1.0, 0.0, 0.0], abs=1e-6)
    assert np.linalg.norm(tokens[0].vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert tokens[1].vectors.shape == (0, onnx_encoder.token_dim)
    assert tokens[1].spans.shape == (0, 2)
    assert onnx_encoder.encode([], "query").shape == (0, 384)


def test_the_two_roles_differ(onnx_encoder):
    query, passage = (onnx_encoder.encode(["石墨烯"], role)[0] for role in ("query", "passage"))
    assert 0.7 < query @ passage < 0.999


def test_what_means_the_same_is_nearer_than_what_shares_words(onnx_encoder):
    query = onnx_encoder.encode(["降低水泥窑氮氧化物排放的办法"], "query")[0]
    near, far = onnx_encoder.encode(
        ["水泥炉窑烟气脱硝技术", "氮化物陶瓷与水泥路面的施工办法"], "passage"
    )
    assert query @ near > query @ far


def test_a_long_text_is_the_weighted_mean_of_its_windows(copied):
    card = json.loads((copied / "card.json").read_text(encoding="utf-8"))
    (copied / "card.json").write_text(json.dumps(card | {"max_tokens": 40}), encoding="utf-8")
    text = "针对深海钻井平台的腐蚀问题，研制了锌铝伪合金涂层。" * 4
    model = OnnxTransformer(copied, 40, 4)
    parts = model.windows(text, "passage")
    assert len(parts) == 3
    expected = sum(part.weight * model.text_vector(part) for part in parts)
    vectors, (tokens,) = OnnxEncoder(copied).encode_tokens([text], "passage")
    assert vectors[0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert len(tokens.spans) == len(tokens.vectors) == sum(len(part.content) for part in parts)
    assert tokens.spans[-1, 1] == len(text)


def test_a_huge_text_costs_no_more_than_its_windows(onnx_encoder):
    text = "风电叶片回收" * 33_000
    spans = onnx_encoder.token_spans(text, "passage")
    assert 1500 < len(spans) <= 4 * 512
    assert spans.max() < 17_000


@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="钢㎡Ａ😀 \tab\u0301\ud800ﷺ。", max_size=20))
def test_spans_and_vectors_belong_together(onnx_encoder, text):
    vectors, (tokens,) = onnx_encoder.encode_tokens([text], "query")
    assert np.array_equal(tokens.spans, onnx_encoder.token_spans(text, "query"))
    assert len(tokens.vectors) == len(tokens.spans)
    assert np.isfinite(vectors).all()
    for start, end in tokens.spans:
        assert 0 <= start < end <= len(text)


def test_the_fingerprint_names_files_and_windows(onnx_encoder):
    assert onnx_encoder.fingerprint.startswith(onnx_encoder.card.fingerprint)
    assert OnnxEncoder(FOLDER, max_windows=2).fingerprint != onnx_encoder.fingerprint


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "model")


def test_missing_weights_are_named_with_the_command(copied):
    (copied / "model_int8.onnx").unlink()
    with pytest.raises(ModelFileMissingError, match=r"model_int8\.onnx.*models\.rebuild\.e5"):
        OnnxEncoder(copied)


def test_damaged_weights_are_not_loaded(copied):
    path = copied / "model_int8.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ModelIntegrityError, match=r"model_int8\.onnx"):
        OnnxEncoder(copied)


def test_a_file_that_is_no_model_is_refused(copied):
    (copied / "model_int8.onnx").write_bytes(b"nothing")
    refresh_hashes(copied)
    with pytest.raises(ModelFormatError, match="onnxruntime 打不开"):
        OnnxEncoder(copied)


def test_means_of_another_width_are_refused(copied):
    means = {"query": np.zeros(5, np.float32), "passage": np.zeros(5, np.float32)}
    TokenSigns(means).save(copied / "token_means.npz")
    refresh_hashes(copied)
    with pytest.raises(CardError, match="5"):
        OnnxEncoder(copied)


def test_another_name_can_be_given():
    assert OnnxEncoder(FOLDER, name="mine").name == "mine"
