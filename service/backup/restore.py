"""Puts a backup into a home; whatever goes wrong, nothing is changed."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout
from sqlalchemy import delete

from service.backup.errors import BackupError, BackupFileError
from service.backup.manifest import Manifest
from service.backup.verify import manifest_of, verify
from service.errors import DiskFullError
from service.lock import writing
from service.settings import Home
from service.store import schema
from service.store.health import examine
from service.store.people_tables import SessionRow
from service.store.store import Store

_UNIMPORTANT = frozenset({"logs"})
"""What is in a home that was only looked at, beside locks."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done.

    Attributes:
        manifest: of the backup.
        home: where it is now.
        aside: where the old home is now; None where there was none.
        upgraded_from: version of the backup's schema where it was an older one.
    """

    manifest: Manifest
    home: Path
    aside: Path | None
    upgraded_from: str | None


def restore(path: Path, home: Home, *, force: bool = False) -> Restored:
    """Put a backup into a home.

    Everything is unpacked, verified and brought up to date beside the home first; then the whole
    folder takes its place. Sessions end: who was signed in signs in again.

    Args:
        path: of the backup.
        home: where to; it is to be new or empty.
        force: where it is not, put it aside under another name.

    Raises:
        BackupFileError: the file is no whole backup, or a newer program's.
        BackupError: the home is in use, or holds something and `force` is not given.
    """
    manifest = manifest_of(path)
    if is_used(home) and not force:
        raise BackupError(
            f"{home.root} 里已经有数据，没有恢复，什么也没有改动。请用 --home 指定一个新目录；"
            "确实要替换时加 --force，原有的目录会改名保留。"
        )
    home.root.parent.mkdir(parents=True, exist_ok=True)
    _check_room(home, manifest)
    with _folder_beside(home) as fresh:
        with closing(_Unpacking(fresh)) as unpacking:
            verify(path, unpacking.take)
        upgraded_from = _make_ready(path, Home(fresh), manifest)
        aside = _swap(home, fresh)
    return Restored(manifest, home.root, aside, upgraded_from)


def is_used(home: Home) -> bool:
    """Whether a home holds anything beside logs and locks."""
    if not home.root.exists():
        return False
    if not home.root.is_dir():
        return True
    return any(
        entry.name not in _UNIMPORTANT and entry.suffix != ".lock" for entry in home.root.iterdir()
    )


def _check_room(home: Home, manifest: Manifest) -> None:
    needed = sum(one.size for one in manifest.files)
    if shutil.disk_usage(home.root.parent).free < needed:
        raise DiskFullError(str(home.root.parent))


@contextmanager
def _folder_beside(home: Home) -> Iterator[Path]:
    folder = home.root.with_name(f".{home.root.name}.restoring-{secrets.token_hex(4)}")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Unpacking:
    """Writes what `verify` gives into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stream: BinaryIO | None = None

    def take(self, name: str, piece: bytes) -> None:
        if not piece:
            self.close()
            target = self._folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            self._stream = target.open("wb")
        elif self._stream is not None:
            self._stream.write(piece)

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()


def _make_ready(path: Path, fresh: Home, manifest: Manifest) -> str | None:
    """Check the database, and bring it up to date; returns its version where it was older."""
    if not fresh.database.is_file():
        raise BackupFileError(path, "里面没有数据库")
    health = examine(fresh.database)
    if health.damage or health.version is None:
        raise BackupFileError(path, f"其中的数据库已损坏（{health.damage or '没有表'}）")
    if not health.is_known:
        raise BackupFileError(
            path,
            f"其中的数据库由更新版本的 duijie 写成（结构版本 {health.version}，"
            f"本程序只认到 {schema.HEAD}）",
            "请升级 duijie 后再恢复。",
        )
    with Store.open(fresh.database) as store:
        with store.writing() as (connection, _, _):
            connection.execute(delete(SessionRow))
        counts = {"needs": store.count("need"), "achievements": store.count("achievement")}
    if manifest.counts and counts != manifest.counts:
        raise BackupFileError(path, "其中的记录数与清单不符")
    return None if health.is_current else health.version


def _swap(home: Home, fresh: Path) -> Path | None:
    """Let the fresh folder take the home's place; the old one, if it held anything, is kept."""
    if not home.root.exists():
        fresh.rename(home.root)
        return None
    was_used = is_used(home)
    stem = f"{home.root.name}.before-{datetime.now():%Y%m%d-%H%M%S}"
    aside = home.root.with_name(stem)
    number = 2
    while aside.exists():
        aside = home.root.with_name(f"{stem}-{number}")
        number += 1
    with _nobody_inside(home):
        try:
            home.root.rename(aside)
        except OSError as error:
            raise BackupError(
                f"{home.root} 不能改名（{error.strerror}），什么也没有改动。"
                "它若是挂载点，请用 --home 恢复到它下面的新目录。"
            ) from error
        try:
            fresh.rename(home.root)
        except BaseException:
            aside.rename(home.root)
            raise
    if was_used:
        return aside
    shutil.rmtree(aside, ignore_errors=True)
    return None


@contextmanager
def _nobody_inside(home: Home) -> Iterator[None]:
    """Make sure that neither a server nor a command works with the home.

    Raises:
        BackupError: a server does.
        HomeBusyError: a command does.
    """
    if not home.root.is_dir():
        yield
        return
    lock = FileLock(home.serving)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupError(
            f"服务正在使用 {home.root}，没有恢复，什么也没有改动。请先停止 duijie serve 再恢复。"
        ) from error
    try:
        with writing(home):
            yield
    finally:
        lock.release()
