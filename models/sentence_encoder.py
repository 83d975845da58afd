"""Any sentence-transformers model, by its name on the hub or its folder, as an `Encoder`."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.base import FloatMatrix, Role
from models.errors import ModelFormatError
from models.hub import folder_digest, locate
from models.prompts import Prompts, prompts_for
from models.tokenization import encodable

_CHARACTERS_PER_TOKEN = 8
_NO_LIMIT = 8192
"""Tokens taken as the window of a model that states none."""


class SentenceEncoder:
    """`Encoder` over a `SentenceTransformer`; pooling and truncation are the model's own.

    Texts of more than `max_tokens` tokens are cut off there.
    """

    def __init__(
        self,
        model: str,
        *,
        name: str | None = None,
        threads: int | None = None,
        download: bool = False,
        batch_size: int = 32,
    ) -> None:
        """Load the model; torch is imported here, not with the module.

        Args:
            model: A folder, or a model's name on the hub.
            name: The name to go by; `st:` and `model` by default.
            threads: Threads of torch, for the whole process; None leaves torch's choice.
            download: Fetch the model where it is not on this machine.
            batch_size: Texts of one run.

        Raises:
            ModelNotLocalError: the model is not here and `download` is false.
            ModelDownloadError: fetching failed.
            ModelFormatError: the folder holds no model that can be loaded.
        """
        folder = locate(model, download=download)
        self.name = name or f"st:{model}"
        self._model = _load(folder, threads)
        self.prompts: Prompts = prompts_for([model, *_config_names(folder)], self._model.prompts)
        self._batch_size = batch_size
        self._digest = folder_digest(folder)

    @property
    def dim(self) -> int:
        """Width of a text's vector."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """Tokens that the model reads of a text."""
        length = self._model.max_seq_length
        return int(length) if length and length < _NO_LIMIT else _NO_LIMIT

    @property
    def fingerprint(self) -> str:
        """Name, hash of the model's files, and hash of the prompts."""
        prompts = f"{self.prompts.query!r}{self.prompts.passage!r}".encode()
        return f"{self.name}@{self._digest}:{hashlib.sha256(prompts).hexdigest()[:8]}"

    def encode(self, texts: Sequence[str], role: Role) -> FloatMatrix:
        """Encode texts as float32[n, dim], unit rows (a blank text gives a zero row)."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if text.strip()]
        if not rows:
            return vectors
        longest = self.max_tokens * _CHARACTERS_PER_TOKEN
        vectors[rows] = self._model.encode(
            [encodable(texts[row][:longest]) for row in rows],
            prompt=self.prompts.of(role) or None,
            batch_size=self._batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return vectors


def _load(folder: Path, threads: int | None) -> Any:
    """Load the folder's model without the network, in float32 where it runs on the CPU."""
    import torch
    from sentence_transformers import SentenceTransformer

    if threads:
        torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(str(folder), local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelFormatError(folder, f"sentence-transformers 打不开（{error}）") from error
    if model.device.type == "cpu":
        model = model.float()
    return model.eval()


def _config_names(folder: Path) -> list[str]:
    """Names that the folder's own configuration gives, for finding the family's prompts."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    name = config.get("_name_or_path") if isinstance(config, dict) else None
    return [name] if isinstance(name, str) and name else []
