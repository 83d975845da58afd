"""Uploaded files, each in a folder of its own under the home, until their job has ended well."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from service.settings import Home
from service.web.errors import NotFoundError

YOUNG_SECONDS = 3600.0
"""Since an upload was last written to; younger ones are left alone."""
_LONGEST = 150
"""Bytes of a name that are kept; files about an import are named after it."""
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_FOLDER = re.compile(r"[0-9a-f]{32}")


def safe_name(given: str | None) -> str:
    """Return the last part of a name that a browser sent, without what file systems refuse."""
    last = re.split(r"[/\\]", given or "")[-1]
    last = last.encode("utf-8", "replace").decode("utf-8")
    stem, dot, ending = _UNFIT.sub("_", last).rstrip(" .").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.lstrip(" .")
    while len(os.fsencode(stem)) > _LONGEST:
        stem = stem[:-1]
    return f"{stem.strip() or '上传'}{dot}{ending[:10]}"


def keep(home: Home, stream: BinaryIO, name: str) -> str:
    """Write an upload into the home; returns the name of its folder."""
    folder = secrets.token_hex(16)
    path = home.uploads / folder / name
    path.parent.mkdir(parents=True)
    try:
        with path.open("wb") as target:
            shutil.copyfileobj(stream, target)
            target.flush()
            # The job's row says that the file is there; a power cut must not make that untrue.
            os.fsync(target.fileno())
    except BaseException:
        discard(home, folder)
        raise
    return folder


def find(home: Home, folder: str, name: str) -> Path:
    """Where an upload is.

    Raises:
        NotFoundError: it is there no more.
    """
    path = home.uploads / folder / name
    if not _FOLDER.fullmatch(folder) or not path.is_file():
        raise NotFoundError("上传的文件已经不在服务器上。请重新上传。")
    return path


def discard(home: Home, folder: str) -> None:
    """Remove an upload."""
    if _FOLDER.fullmatch(folder):
        shutil.rmtree(home.uploads / folder, ignore_errors=True)


def sweep(home: Home, needed: Collection[str]) -> int:
    """Remove uploads that no job needs, as when the server died between two writes; how many.

    Young ones stay until a later start: they may still be coming in, their job not yet queued.
    """
    gone = 0
    before = time.time() - YOUNG_SECONDS
    for folder in home.uploads.iterdir() if home.uploads.is_dir() else ():
        if folder.name not in needed and _touched(folder) < before:
            discard(home, folder.name)
            gone += 1
    return gone


def _touched(folder: Path) -> float:
    """When an upload was last written to; long ago if it is gone."""
    try:
        return max(one.stat().st_mtime for one in (folder, *folder.iterdir()))
    except OSError:
        return 0.0
