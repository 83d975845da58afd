"""Models for the tests: the shipped one, and a tiny static one that is made on the spot."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from models.onnx_encoder import OnnxEncoder
from models.registry import DEFAULT_ENCODER, artifact_folder

WORDS = ["[UNK]", "钢", "铝", "铜", "轧", "焊", "a", "b", "m2", "水", "泵"]


@pytest.fixture(scope="session")
def onnx_encoder() -> OnnxEncoder:
    return OnnxEncoder(artifact_folder(DEFAULT_ENCODER), threads=2)


def write_static_model(folder: Path, dtype: type = np.float32, **changes) -> Path:
    """A character tokenizer and a random table, with their card."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = {word: row for row, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.enable_padding()
    tokenizer.enable_truncation(256)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.random.default_rng(7).normal(size=(len(WORDS), 8)).astype(dtype)
    save_file({"embedding.weight": table}, folder / "model.safetensors")
    write_card(folder, ("tokenizer.json", "model.safetensors"), **changes)
    return folder


def write_card(folder: Path, files: tuple[str, ...], **changes) -> None:
    card = {
        "name": "toy-static",
        "version": "1",
        "kind": "static",
        "origin": "测试时生成",
        "licence": "MIT",
        "language": "zh",
        "dim": 8,
        "token_dim": 8,
        "max_tokens": 0,
        "training_data": "无",
        "metrics": {},
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files},
        "rebuild": "python -m toy",
        "notes": "",
    }
    (folder / "card.json").write_text(json.dumps(card | changes), encoding="utf-8")


@pytest.fixture(scope="session")
def make_static_model():
    return write_static_model


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory) -> Path:
    return write_static_model(tmp_path_factory.mktemp("static"))
