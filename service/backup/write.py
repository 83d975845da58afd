"""Writes a backup while everything goes on."""

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from service.backup.errors import BackupError
from service.backup.manifest import MANIFEST, PIECE, Kept, Manifest, files_of
from service.backup.verify import verify
from service.errors import CorruptStoreError
from service.lock import writing
from service.settings import Home
from service.store.health import StoreHealth, examine

PATIENCE_S = 600.0
"""How long to wait for an index that is being brought up to date."""


def write_backup(home: Home, target: Path, *, with_index: bool = False) -> Manifest:
    """Write a backup of a home; the file is there when it is whole and verified, or not at all.

    Args:
        home: whose; a server may be writing into it.
        target: the file.
        with_index: keep the index too, which could be rebuilt.

    Raises:
        BackupError: there is nothing to keep, or the target cannot be written over.
        StoreError: the database is damaged.
        HomeBusyError: the index is being written for longer than `PATIENCE_S`.
    """
    if not home.database.is_file():
        raise BackupError(f"{home.root} 里没有数据库，没有可以备份的内容。请检查 --home。")
    if target.exists():
        raise BackupError(f"{target} 已经存在，没有覆盖。请换一个文件名，或先移走它。")
    if not target.parent.is_dir():
        raise BackupError(f"目录 {target.parent} 不存在。请先建立它，或换一个位置。")
    unfinished = target.with_name(target.name + ".part")
    try:
        with _room_beside(target) as room:
            # While it is held no import ends, so each upload that a job waits for is there.
            with writing(home, PATIENCE_S):
                health = copy_database(home, room / home.database.name)
                manifest = _pack(home, health, room, unfinished, with_index=with_index)
            verify(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def copy_database(home: Home, copy: Path) -> StoreHealth:
    """Copy the database as it is at one moment, and check the copy.

    In WAL mode the copy is one read: writers do not wait for it.

    Raises:
        CorruptStoreError: it is damaged.
    """
    try:
        with (
            closing(sqlite3.connect(home.database)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
            # One file without a log beside it.
            target.execute("PRAGMA journal_mode=DELETE").close()
    except sqlite3.DatabaseError as error:
        raise CorruptStoreError(str(home.database), str(error)) from error
    health = examine(copy)
    if health.damage or health.version is None:
        raise CorruptStoreError(str(home.database), health.damage or "里面没有表")
    for side in ("-wal", "-shm"):
        copy.with_name(copy.name + side).unlink(missing_ok=True)
    return health


@contextmanager
def _room_beside(target: Path) -> Iterator[Path]:
    """Make a folder on the target's disk; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".duijie-backup-", dir=target.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(
    home: Home, health: StoreHealth, room: Path, target: Path, *, with_index: bool
) -> Manifest:
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=6) as packed:
        kept = [_add(packed, room / home.database.name, home.database.name)]
        for path in files_of(home, with_index=with_index):
            if room in path.parents:
                continue  # the copy of the database, where the backup is written into the home
            name = path.relative_to(home.root).as_posix()
            kept += [_add(packed, path, name)] if path.is_file() else []
        manifest = Manifest(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            duijie=metadata.version("duijie"),
            schema_version=health.version or "",
            counts={f"{side}s": count for side, count in health.counts.items()},
            files=kept,
        )
        text = json.dumps(manifest.model_dump(), ensure_ascii=False, indent=1)
        packed.writestr(MANIFEST, text)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())
    return manifest


def _add(packed: ZipFile, path: Path, name: str) -> Kept:
    digest, size = hashlib.sha256(), 0
    info = ZipInfo(name, datetime.now().timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    with path.open("rb") as source, packed.open(info, "w", force_zip64=True) as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            size += len(piece)
            target.write(piece)
    return Kept(name=name, size=size, sha256=digest.hexdigest())
