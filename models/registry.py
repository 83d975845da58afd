"""Models by name: the ones that come with the project, and any other by name or folder."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from models.base import Encoder, PairReader
from models.card import CARD_FILE, ModelCard, read_card
from models.errors import CardError, UnknownModelError
from models.onnx_encoder import OnnxEncoder
from models.pair_reader import OnnxPairReader
from models.sentence_encoder import SentenceEncoder
from models.static_encoder import StaticEncoder

DEFAULT_ENCODER = "e5-small-zh-int8"
"""The better one: contextual, with prompts for both sides."""

FAST_ENCODER = "static-zh-256"
"""About a hundred times faster, and worse at look-alikes."""

ST_PREFIX = "st:"
"""Before the name or folder of a sentence-transformers model."""

PAIR_READER = "pair-reader-zh"
"""Reads a need and an achievement together; grown from the default encoder's first layers."""

_Loader = Callable[[Path, str | None, int | None], Encoder]


def _load_onnx(folder: Path, name: str | None, threads: int | None) -> Encoder:
    return OnnxEncoder(folder, name=name, threads=threads)


def _load_static(folder: Path, name: str | None, threads: int | None) -> Encoder:
    return StaticEncoder(folder, name=name)


_KINDS: dict[str, _Loader] = {"onnx": _load_onnx, "static": _load_static}

_SHIPPED: dict[str, _Loader] = {DEFAULT_ENCODER: _load_onnx, FAST_ENCODER: _load_static}


def shipped_names() -> tuple[str, ...]:
    """Names of the encoders that come with the project, the default first."""
    return tuple(_SHIPPED)


def load_reader(*, threads: int | None = None) -> PairReader:
    """Load the pair reader that comes with the project.

    Raises:
        ModelsError: its files are absent, damaged or not what they should be.
    """
    return OnnxPairReader(artifact_folder(PAIR_READER), threads=threads)


def artifact_folder(name: str) -> Path:
    """Folder of a model that comes with the project, an encoder or the reader.

    Raises:
        UnknownModelError: no such model.
    """
    if name not in (*_SHIPPED, PAIR_READER):
        raise UnknownModelError(name, _SHIPPED)
    return Path(str(files("models").joinpath("artifacts", name)))


def list_cards() -> list[ModelCard]:
    """Cards of the models that come with the project, the default encoder first."""
    return [read_card(artifact_folder(name)) for name in (*_SHIPPED, PAIR_READER)]


def load_encoder(name: str, *, threads: int | None = None, download: bool = False) -> Encoder:
    """Load an encoder.

    Args:
        name: A name of `shipped_names()`; `st:` and the name or folder of a sentence-transformers
            model; or a folder, of a model with a `card.json` or of a sentence-transformers model.
        threads: Threads to compute with; None for all cores. Static encoders have no use for it.
        download: Fetch a sentence-transformers model that is not on this machine.

    Raises:
        UnknownModelError: the name is none of these.
        ModelsError: the model's files are absent, damaged or not what they should be.
    """
    if name in _SHIPPED:
        return _SHIPPED[name](artifact_folder(name), None, threads)
    if name.startswith(ST_PREFIX):
        model = name.removeprefix(ST_PREFIX)
        return SentenceEncoder(model, threads=threads, download=download)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        raise UnknownModelError(name, _SHIPPED)
    if (folder / CARD_FILE).is_file():
        kind = read_card(folder).kind
        if kind not in _KINDS:
            raise CardError(folder / CARD_FILE, [f"kind 为 {kind}，不是编码器"])
        return _KINDS[kind](folder, name, threads)
    return SentenceEncoder(str(folder), name=name, threads=threads)
