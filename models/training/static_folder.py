"""The trained table as a folder: ours to read, and sentence-transformers' too."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.base import FloatMatrix
from models.card import CARD_FILE, ModelCard, file_sha256
from models.static_encoder import MODEL_FILE, TABLE_KEY, TOKENIZER_FILE

if TYPE_CHECKING:
    from tokenizers import Tokenizer

MODULES_FILE = "modules.json"
CONFIG_FILE = "config_sentence_transformers.json"

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
_CONFIG: dict[str, object] = {
    "model_type": "SentenceTransformer",
    "prompts": {},
    "default_prompt_name": None,
    "similarity_fn_name": "cosine",
}
_ORIGIN = (
    "本项目训练：以 {teacher} 对每个词元的向量为初值（随机初值时为 none），"
    "再用文本对做对比学习（InfoNCE）"
)


def save_static(folder: Path, table: FloatMatrix, tokenizer: "Tokenizer") -> tuple[str, ...]:
    """Write table (float16), tokenizer and sentence-transformers' two settings files.

    The rows are scaled together so that the longest has length 1: cosines do not change, and
    float16 keeps its precision.

    Returns:
        Names of the files written.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    longest = float(np.linalg.norm(table, axis=1).max())
    half = np.ascontiguousarray(table / longest, dtype=np.float16)
    save_file({TABLE_KEY: half}, folder / MODEL_FILE, metadata={"format": "pt"})
    tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)
    for name, content in ((MODULES_FILE, _MODULES), (CONFIG_FILE, _CONFIG)):
        _write_json(folder / name, content)
    return MODEL_FILE, TOKENIZER_FILE, MODULES_FILE, CONFIG_FILE


def write_card(
    folder: Path,
    name: str,
    dim: int,
    files: tuple[str, ...],
    *,
    teacher: str,
    training_data: str,
    rebuild: str,
) -> ModelCard:
    """Write `card.json` with the files' hashes; an older card's metrics and notes are dropped."""
    card = {
        "name": name,
        "version": "1",
        "kind": "static",
        "origin": _ORIGIN.format(teacher=teacher),
        "licence": "Apache-2.0",
        "language": "zh, en",
        "dim": dim,
        "token_dim": dim,
        "max_tokens": 0,
        "training_data": training_data,
        "metrics": {},
        "files": {file: file_sha256(folder / file) for file in files},
        "rebuild": rebuild,
        "notes": "",
    }
    _write_json(folder / CARD_FILE, card)
    return ModelCard(**card)  # type: ignore[arg-type]


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    path.write_text(text, encoding="utf-8")
