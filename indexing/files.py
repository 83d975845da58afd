"""Files of an index: arrays and JSON that say what is wrong with them, hard links, fsync."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexing.errors import CorruptIndexError, IndexingError


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array in NumPy's .npy format."""
    np.save(path, array, allow_pickle=False)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Say of what goes wrong while saved content is taken in that the file is damaged.

    Raises:
        CorruptIndexError: instead of any other error of a kind that damaged content can cause.
    """
    try:
        yield
    except CorruptIndexError:
        raise
    except FileNotFoundError as error:
        raise CorruptIndexError(path, "文件不存在") from error
    except OSError as error:
        raise CorruptIndexError(path, f"无法读取：{error.strerror or error}") from error
    except IndexingError as error:
        raise CorruptIndexError(path, error) from error
    except (EOFError, ValueError, TypeError, LookupError, AttributeError) as error:
        # What a library says about broken bytes helps nobody; the traceback keeps it.
        raise CorruptIndexError(path, "内容不完整或已损坏") from error


def load_array(path: Path, dtype: type[np.generic], ndim: int, *, mmap: bool = False) -> Any:
    """Read a .npy array, or map it into memory.

    Raises:
        CorruptIndexError: it is missing, cut short, or of another type or number of dimensions.
    """
    with reading(path):
        array = np.load(path, mmap_mode="r" if mmap else None, allow_pickle=False)
    if not isinstance(array, np.ndarray) or array.dtype != dtype or array.ndim != ndim:
        raise CorruptIndexError(path, f"应为 {ndim} 维 {dtype.__name__} 数组")
    return array


def save_bits(path: Path, bits: NDArray[np.bool_]) -> None:
    """Write yes-or-no values, eight in a byte."""
    save_array(path, np.concatenate([_length_of(bits), np.packbits(bits, bitorder="little")]))


def load_bits(path: Path) -> NDArray[np.bool_]:
    """Read what `save_bits` wrote. Raises CorruptIndexError."""
    stored = load_array(path, np.uint8, 1)
    with reading(path):
        length = int(stored[:8].view("<i8")[0])
        if (length + 7) // 8 != len(stored) - 8:
            raise CorruptIndexError(path, "长度不符")
        return np.unpackbits(stored[8:], count=length, bitorder="little").view(np.bool_)


def _length_of(bits: NDArray[np.bool_]) -> NDArray[np.uint8]:
    return np.array([len(bits)], dtype="<i8").view(np.uint8)


def save_json(path: Path, value: object, *, indent: int | None = None) -> None:
    """Write a JSON document; lone surrogates survive because everything is ASCII."""
    path.write_text(json.dumps(value, indent=indent), encoding="ascii")


def load_json(path: Path) -> Any:
    """Read a JSON document.

    Raises:
        CorruptIndexError: it is missing or no JSON.
    """
    with reading(path):
        return json.loads(path.read_bytes())


def link_or_copy(source: Path, target: Path, *, symlink: bool = False) -> None:
    """Put a file that never changes at a second place, without copying it where that is possible.

    A hard link outlives the removal of the first place; a symbolic link does not, so it is only
    taken where `symlink` allows it (a private work folder on another disk).
    """
    source = source.resolve()
    with suppress(OSError):
        os.link(source, target)
        return
    if symlink:
        with suppress(OSError):
            target.symlink_to(source)
            return
    shutil.copyfile(source, target)


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    hashed = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def fsync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    # Windows wants a handle that may write.
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def fsync_folder(path: Path) -> None:
    """Wait until a folder's entries are on the disk; a no-op where folders cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def fsync_tree(folder: Path) -> None:
    """`fsync_file` and `fsync_folder` for everything under a folder, and the folder itself."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            fsync_file(path)
        else:
            fsync_folder(path)
    fsync_folder(folder)
