"""Model cards: what a shipped model is, where it comes from, and the hashes of its files."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, cast

from models.errors import CardError, ModelFileMissingError, ModelIntegrityError

CARD_FILE = "card.json"

Kind = Literal["onnx", "static", "reader"]
"""Which loader reads the folder: `onnx_encoder`, `static_encoder` or `pair_reader`."""

_KINDS = ("onnx", "static", "reader")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model, as its `card.json` tells it; the keys of the file are these names, all required.

    Attributes:
        name: The registry's name.
        version: Version of the weights, raised whenever a file changes.
        kind: The loader, `onnx`, `static` or `reader`.
        origin: Where the weights come from, in prose.
        licence: Licence of the weights and of what they were made from.
        language: Languages the model reads.
        dim: Width of a text's vector.
        token_dim: Width of a token's vector, None where the model gives none.
        max_tokens: Tokens of one window, 0 for a model that has no limit.
        training_data: What the weights were trained on, in prose.
        metrics: Measured numbers, each by a name that says on what.
        files: SHA-256 (hex) of each file of the folder, by its name.
        rebuild: The command that makes the files again.
        notes: Anything else that a user of the model has to know; may be empty.
    """

    name: str
    version: str
    kind: Kind
    origin: str
    licence: str
    language: str
    dim: int
    token_dim: int | None
    max_tokens: int
    training_data: str
    metrics: Mapping[str, float]
    files: Mapping[str, str]
    rebuild: str
    notes: str

    @property
    def fingerprint(self) -> str:
        """Name, version and the hash of all files' hashes: changes whenever vectors may."""
        digest = hashlib.sha256(
            "\n".join(f"{k} {v}" for k, v in sorted(self.files.items())).encode()
        )
        return f"{self.name}@{self.version}:{digest.hexdigest()[:12]}"


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_width(value: Any) -> bool:
    return _is_count(value) and value > 0


def _is_metrics(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(number, int | float) and not isinstance(number, bool)
        for number in value.values()
    )


def _is_file_table(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(name == Path(name).name and _is_sha256(digest) for name, digest in value.items())
    )


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


_TEXT = (_is_text, "应为非空文字")
_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "name": _TEXT,
    "version": _TEXT,
    "kind": (lambda value: value in _KINDS, f"应为 {' 或 '.join(_KINDS)}"),
    "origin": _TEXT,
    "licence": _TEXT,
    "language": _TEXT,
    "dim": (_is_width, "应为正整数"),
    "token_dim": (lambda value: value is None or _is_width(value), "应为正整数或 null"),
    "max_tokens": (_is_count, "应为非负整数"),
    "training_data": _TEXT,
    "metrics": (_is_metrics, "应为“名称: 数值”的表"),
    "files": (_is_file_table, "应为“文件名: SHA-256（64 位小写十六进制）”的表，且至少一项"),
    "rebuild": _TEXT,
    "notes": (lambda value: isinstance(value, str), "应为文字"),
}


def read_card(folder: Path) -> ModelCard:
    """Read `card.json` of a model's folder, strictly.

    Raises:
        CardError: the file is absent, not JSON, or has missing, unknown or ill-typed keys (all
            of them are named at once).
    """
    path = folder / CARD_FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CardError(path, ["文件不存在"]) from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CardError(path, [f"无法读取：{error}"]) from error
    if not isinstance(raw, dict):
        raise CardError(path, ["最外层应为 JSON 对象"])
    problems = _problems(raw)
    if problems:
        raise CardError(path, problems)
    frozen = {**raw, "metrics": MappingProxyType(raw["metrics"])}
    frozen["files"] = MappingProxyType(raw["files"])
    return ModelCard(**cast("dict[str, Any]", frozen))


def _problems(raw: Mapping[str, Any]) -> list[str]:
    known = [field.name for field in fields(ModelCard)]
    problems = [f"缺少字段 {name}" for name in known if name not in raw]
    problems += [f"未知字段 {name}" for name in raw if name not in known]
    problems += [
        f"字段 {name} {wanted}，现为 {raw[name]!r}"
        for name, (accepts, wanted) in _CHECKS.items()
        if name in raw and not accepts(raw[name])
    ]
    return problems


def verify(folder: Path, card: ModelCard) -> None:
    """Check that each file of the card is in the folder with the card's SHA-256.

    Raises:
        ModelFileMissingError: a file is absent.
        ModelIntegrityError: a file's bytes differ.
    """
    for name, expected in card.files.items():
        path = folder / name
        if not path.is_file():
            raise ModelFileMissingError(path, card.rebuild)
        actual = file_sha256(path)
        if actual != expected:
            raise ModelIntegrityError(path, expected, actual, card.rebuild)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes as 64 lower-case hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
