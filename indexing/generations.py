"""Generations of a folder: a new one is written beside the old one and switched to at once.

    root/CURRENT            one line: name of the generation in force, SHA-256 of its manifest
    root/gen-000007/…       a generation; nothing in it ever changes
    root/.tmp-…/            a generation that is being written, or was when its process died

Whatever happens while writing (a full disk, a power cut, `kill -9`), CURRENT names a generation
that is whole. One process writes at a time (the caller sees to that); any number may read.
"""

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from indexing import manifest
from indexing.errors import CorruptIndexError
from indexing.files import digest, fsync_file, fsync_folder, fsync_tree, reading

POINTER = "CURRENT"
TEMPORARY = ".tmp-"
_NAME = re.compile(r"gen-(\d{6,})")
_LINE = re.compile(r"(gen-\d{6,}) ([0-9a-f]{64})\n")


class Generation(NamedTuple):
    """A generation that CURRENT names.

    Attributes:
        folder: where it lies.
        sha256: of its manifest.
    """

    folder: Path
    sha256: str


def current(root: Path) -> Generation | None:
    """Read which generation is in force; None where nothing was saved yet.

    Raises:
        CorruptIndexError: CURRENT cannot be read.
    """
    path = root / POINTER
    if not path.exists():
        return None
    with reading(path):
        line = path.read_text(encoding="ascii")
    named = _LINE.fullmatch(line)
    if not named:
        raise CorruptIndexError(path, "内容不是“代名 SHA-256”")
    return Generation(root / named[1], named[2])


def check_manifest(generation: Generation) -> None:
    """Make sure that the manifest is the one that was switched to. Raises CorruptIndexError."""
    path = generation.folder / manifest.FILE
    with reading(path):  # a writer may take it away meanwhile
        if digest(path) != generation.sha256:
            raise CorruptIndexError(path, "SHA-256 与 CURRENT 不符")


def write(root: Path, fill: Callable[[Path], None]) -> Path:
    """Let `fill` write a generation into a folder, manifest last, and switch to it.

    Returns:
        The new generation's folder. The one before is kept, older ones are removed.

    Raises:
        OSError: the disk refused; CURRENT is unchanged.
    """
    root.mkdir(parents=True, exist_ok=True)
    working = root / f"{TEMPORARY}{uuid4().hex}"
    working.mkdir()
    try:
        fill(working)
        fsync_tree(working)
        folder = root / f"gen-{_last_number(root) + 1:06}"
        working.rename(folder)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    fsync_folder(root)
    _switch(root, folder)
    return folder


def _switch(root: Path, folder: Path) -> None:
    line = f"{folder.name} {digest(folder / manifest.FILE)}\n"
    pointer = root / f"{TEMPORARY}{uuid4().hex}"
    try:
        pointer.write_text(line, encoding="ascii", newline="\n")
        fsync_file(pointer)
        pointer.replace(root / POINTER)
    except BaseException:
        with suppress(OSError):
            pointer.unlink()
        raise
    fsync_folder(root)


def prune(root: Path, *keep: Path | None) -> None:
    """Remove every other generation and what dead writers left.

    A reader that still has a removed generation open goes on reading it on POSIX systems; where
    the system refuses to remove open files (Windows), they stay until a later save.
    """
    kept = {folder.name for folder in keep if folder}
    for path in root.iterdir():
        stale = _NAME.fullmatch(path.name) and path.name not in kept
        if not (stale or path.name.startswith(TEMPORARY)):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _last_number(root: Path) -> int:
    found = (_NAME.fullmatch(path.name) for path in root.iterdir())
    return max((int(name[1]) for name in found if name), default=0)
