"""A model of one's own as a folder: `model.json` with the fits and the card, `memory.npz`.

No texts, and nothing that is run when it is read: no pickle.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from matcher.errors import ResourceError
from matcher.fit import FitModel, FitModels
from matcher.memory.memory import Memory
from matcher.memory.trained import TrainedModel

MODEL, MEMORY = "model.json", "memory.npz"
VERSION = 1
BROKEN = (ValueError, KeyError, TypeError, AttributeError)


def write_model(folder: Path, model: TrainedModel, card: Mapping[str, Any]) -> None:
    """Write a model into a folder that is there."""
    memory = model.memory
    with (folder / MEMORY).open("wb") as file:
        np.savez_compressed(
            file,
            needs=memory.needs.astype(np.float16),
            achievements=memory.achievements.astype(np.float16),
            need_at=memory.need_at.astype(np.int32),
            achievement_at=memory.achievement_at.astype(np.int32),
            surprises=memory.surprises.astype(np.float32),
        )
    stored = {
        "version": VERSION,
        "card": dict(card),
        "abstention": model.abstention,
        "new": _packed(model.new),
        "known": _packed(model.known),
    }
    text = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MODEL).write_text(text + "\n", encoding="utf-8")


def read_model(folder: Path) -> tuple[TrainedModel, dict[str, Any]]:
    """Read a model and its card.

    Raises:
        ResourceError: it is no such folder, it is damaged, or of another version.
    """
    try:
        stored = json.loads((folder / MODEL).read_text(encoding="utf-8"))
        if stored["version"] != VERSION:
            raise ResourceError(
                f"模型 {folder} 的格式版本是 {stored['version']}，本程序只能读 {VERSION}；"
                "请用本程序重新运行 duijie train fit。"
            )
        new, known = (
            FitModels({at: FitModel.from_json(one) for at, one in stored[name].items()})
            for name in ("new", "known")
        )
        with (folder / MEMORY).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            memory = Memory(
                arrays["needs"].astype(np.float32),
                arrays["achievements"].astype(np.float32),
                arrays["need_at"].astype(np.int64),
                arrays["achievement_at"].astype(np.int64),
                arrays["surprises"].astype(np.float64),
            )
        model = TrainedModel(new, known, memory, float(stored["abstention"]))
        return model, dict(stored["card"])
    except (*BROKEN, OSError, EOFError, BadZipFile) as error:
        raise ResourceError(
            f"{folder} 不是完好的自训练模型（{type(error).__name__}）；"
            "请检查路径，或重新运行 duijie train fit。"
        ) from error


def _packed(models: FitModels) -> dict[str, Any]:
    return {offer: model.as_json() for offer, model in models.by_offer.items()}
