"""Everything that needs torch: a tiny random BERT, and the static encoder's original.

In one file, so that torch is imported once and only where these tests run.
"""

import json
import shutil

import numpy as np
import pytest

from models.base import Encoder, TokenEncoder
from models.errors import ModelDownloadError, ModelFormatError, ModelNotLocalError
from models.fetch import main as fetch
from models.hub import folder_digest, locate
from models.registry import load_encoder
from models.sentence_encoder import SentenceEncoder
from models.static_encoder import StaticEncoder

TEXTS = ["钢板焊接", "水泵 叶轮", "铝", "", "钢" * 400, "ab\ud800"]
ALPHABET = "钢板焊接水泵叶轮铝铜ab为这个句子"


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory):
    """A random two-layer BERT over single characters, saved by sentence-transformers."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizer

    source = tmp_path_factory.mktemp("bert")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *ALPHABET]
    (source / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(source)
    BertTokenizer(str(source / "vocab.txt")).save_pretrained(source)
    modules = [Transformer(str(source)), Pooling(16)]
    folder = tmp_path_factory.mktemp("models") / "bge-small-zh-toy"
    SentenceTransformer(modules=modules, device="cpu").save(str(folder))
    return folder


@pytest.fixture(scope="session")
def encoder(bert_folder):
    return SentenceEncoder(str(bert_folder), threads=1)


def test_a_folder_loads_as_an_encoder_without_tokens(encoder, bert_folder):
    assert isinstance(encoder, Encoder)
    assert not isinstance(encoder, TokenEncoder)
    assert encoder.name == f"st:{bert_folder}"
    assert (encoder.dim, encoder.max_tokens) == (16, 64)
    assert encoder.prompts.family == "bge-zh"


def test_vectors_are_those_of_sentence_transformers_with_the_prompt(encoder, bert_folder):
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(bert_folder), local_files_only=True, device="cpu")
    prompt = "为这个句子生成表示以用于检索相关文章："
    expected = original.encode([prompt + "铝铜", "铝铜"], normalize_embeddings=True)
    assert encoder.encode(["铝铜"], "query")[0] == pytest.approx(expected[0], abs=1e-5)
    assert encoder.encode(["铝铜"], "passage")[0] == pytest.approx(expected[1], abs=1e-5)
    assert np.abs(expected[0] - expected[1]).max() > 1e-3


def test_batch_equals_single(encoder):
    batch = encoder.encode(TEXTS, "passage")
    singles = np.concatenate([encoder.encode([text], "passage") for text in TEXTS])
    assert batch == pytest.approx(singles, abs=1e-5)


def test_rows_have_unit_length_and_a_blank_text_is_zero(encoder):
    norms = np.linalg.norm(encoder.encode(TEXTS, "query"), axis=1)
    assert norms == pytest.approx([1, 1, 1, 0, 1, 1], abs=1e-5)
    assert encoder.encode([" ", ""], "query").tolist() == [[0.0] * 16] * 2


def test_the_fingerprint_follows_files_and_prompts_but_not_the_readme(bert_folder, tmp_path):
    copy = shutil.copytree(bert_folder, tmp_path / "copy")
    assert folder_digest(copy) == folder_digest(bert_folder)
    (copy / "README.md").write_text("其他", encoding="utf-8")
    assert folder_digest(copy) == folder_digest(bert_folder)
    before = SentenceEncoder(str(copy), name="x").fingerprint
    configuration = copy / "config_sentence_transformers.json"
    settings = json.loads(configuration.read_text(encoding="utf-8"))
    settings["prompts"] = {"query": "铝", "document": "铜"}
    configuration.write_text(json.dumps(settings), encoding="utf-8")
    changed = SentenceEncoder(str(copy), name="x")
    assert changed.prompts.family == "own"
    assert changed.fingerprint != before
    expected = changed.encode(["铜板"], "query"), changed.encode(["板"], "passage")
    plain = SentenceEncoder(str(bert_folder))
    assert expected[1] == pytest.approx(plain.encode(["铜板"], "passage"), abs=1e-5)


def test_the_name_in_the_configuration_finds_the_prompts(bert_folder, tmp_path):
    copy = shutil.copytree(bert_folder, tmp_path / "ours")
    assert SentenceEncoder(str(copy)).prompts.family == "none"
    config = json.loads((copy / "config.json").read_text(encoding="utf-8"))
    config["_name_or_path"] = "intfloat/multilingual-e5-small"
    (copy / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert SentenceEncoder(str(copy)).prompts.family == "multilingual-e5"


def test_the_registry_loads_a_folder_with_or_without_the_prefix(bert_folder):
    plain, prefixed = load_encoder(str(bert_folder)), load_encoder(f"st:{bert_folder}")
    assert (plain.name, prefixed.name) == (str(bert_folder), f"st:{bert_folder}")
    left, right = plain.encode(["焊接"], "query"), prefixed.encode(["焊接"], "query")
    assert np.array_equal(left, right)


def test_a_folder_without_a_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("[]", encoding="utf-8")
    with pytest.raises(ModelFormatError, match="sentence-transformers 打不开"):
        SentenceEncoder(str(tmp_path))


def test_a_name_that_is_not_here_names_the_command():
    with pytest.raises(ModelNotLocalError, match=r"不会自行联网.*python -m models\.fetch a/b"):
        locate("a/b")


def test_fetching_an_impossible_name_fails_with_a_message(capsys):
    with pytest.raises(ModelDownloadError, match="下载模型“a/b/c”失败"):
        locate("a/b/c", download=True)
    assert fetch(["st:a/b/c"]) == 1
    assert "下载模型“a/b/c”失败" in capsys.readouterr().err


def test_fetching_what_is_here_tells_where(bert_folder, capsys):
    assert fetch([str(bert_folder)]) == 0
    assert capsys.readouterr().out == f"{bert_folder}\t{bert_folder}\n"


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-6), (np.float16, 2e-3)])
def test_the_static_encoder_equals_sentence_transformers(
    make_static_model, tmp_path, dtype, tolerance
):
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    folder = make_static_model(tmp_path, dtype)
    original = SentenceTransformer(modules=[StaticEmbedding.load(str(folder))], device="cpu")
    texts = ["钢铝水泵", "轧", "㎡ａ", "b" * 200 + "钢" * 100]
    expected = original.encode(texts, normalize_embeddings=True)
    assert StaticEncoder(folder).encode(texts, "query") == pytest.approx(expected, abs=tolerance)


def test_the_rebuilt_graph_equals_the_transformer_it_is_built_from(bert_folder):
    onnx = pytest.importorskip("onnx")
    import onnxruntime
    import torch
    from transformers import BertModel

    from models.rebuild.e5s1 import Shape
    from models.rebuild.graph import build

    bert = BertModel.from_pretrained(bert_folder).eval()
    weights = {name: value.numpy() for name, value in bert.state_dict().items()}
    words = weights["embeddings.word_embeddings.weight"]
    shape = Shape(16, 2, 2, 32, len(words), 64, 2, bert.config.layer_norm_eps)
    model = build(shape, words, lambda name: weights[bert_name(name)].ravel())
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    ids = np.array([[2, 5, 6, 7, 3], [2, 9, 3, 0, 0]], dtype=np.int64)
    mask = (ids != 0).astype(np.int64)
    tokens, vectors = session.run(None, {"input_ids": ids, "attention_mask": mask})
    with torch.no_grad():
        expected = bert(torch.tensor(ids), attention_mask=torch.tensor(mask)).last_hidden_state
    expected = expected.numpy()
    assert tokens[mask == 1] == pytest.approx(expected[mask == 1], abs=1e-5)
    means = np.array(
        [row[kept == 1].mean(axis=0) for row, kept in zip(expected, mask, strict=True)]
    )
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    assert vectors == pytest.approx(means, abs=1e-5)


def bert_name(packed: str) -> str:
    """The name in transformers of a tensor of the packed format."""
    kinds = {"w": "weight", "b": "bias"}
    if packed.startswith("emb."):
        tables = {
            "emb.pos": "position_embeddings.weight",
            "emb.type": "token_type_embeddings.weight",
        }
        return "embeddings." + (tables.get(packed) or f"LayerNorm.{kinds[packed[-1]]}")
    layer, part, kind = packed.split(".")
    places = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    return f"encoder.layer.{layer[1:]}.{places[part]}.{kinds[kind]}"
