"""The folder of a model of one's own: it appears whole or not at all, and is checked when read."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from matcher.memory.folder import MEMORY, MODEL, read_model, write_model
from matcher.memory.trained import TrainedModel
from service.training.errors import OwnModelError

PARTS: Mapping[str, str] = {
    "encoder": "编码模型",
    "reader": "精读模型",
    "segmenter": "分词",
    "weights": "匹配度权重",
}


def check_place(folder: Path) -> None:
    """Refuse to put a model where something else is.

    Raises:
        OwnModelError: the folder holds other files, or is no folder.
    """
    if not folder.exists():
        return
    if not folder.is_dir() or not {one.name for one in folder.iterdir()} <= {MODEL, MEMORY}:
        raise OwnModelError(
            folder,
            "已经存在，而且不是自训练模型的文件夹" if folder.is_dir() else "是文件，不是文件夹",
            "为免覆盖，请换一个 --out。",
        )


def put_model(folder: Path, model: TrainedModel, card: Mapping[str, Any]) -> None:
    """Write a model; an earlier one in the same place is replaced at the end.

    Raises:
        OwnModelError: the folder holds something else.
    """
    check_place(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        new, old = beside / "new", beside / "old"
        new.mkdir()
        write_model(new, model, card)
        if folder.exists():
            os.replace(folder, old)  # noqa: PTH105 - fails where the target exists, unlike a move
        try:
            os.replace(new, folder)  # noqa: PTH105
        except OSError:
            if old.exists():  # the earlier model is not lost for it
                os.replace(old, folder)  # noqa: PTH105
            raise
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def take_model(folder: Path, fingerprints: Mapping[str, str]) -> TrainedModel:
    """Read a model that goes with what is installed.

    Args:
        folder: where it is.
        fingerprints: of what compares pairs here; see `matcher.memory.compared.Comparer`.

    Raises:
        OwnModelError: it was fitted with another encoder, reader, segmenter or weights.
        ResourceError: it is no whole model.
    """
    model, card = read_model(folder)
    made_with = card.get("made_with", {})
    others = [words for name, words in PARTS.items() if made_with.get(name) != fingerprints[name]]
    if others:
        raise OwnModelError(
            folder,
            f"是用另外的{'、'.join(others)}训练的，与现在使用的不同，分数会不可信",
            "请用训练时的 --encoder，或用现在的重新运行 duijie train fit。",
        )
    return model
