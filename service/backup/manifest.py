"""What is in a backup: a zip of the home's files with a manifest that has the hash of each.

The database is a consistent copy, whatever the server writes meanwhile. What can be made anew
(logs, locks, unfinished files, the index unless it is asked for, and one whose vectors are on a
server in any case) is left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal, Self
from zipfile import ZipFile

from pydantic import BaseModel, Field, ValidationError, model_validator

from service.backup.errors import BackupFileError
from service.importer.limits import UNPACKING_ERRORS
from service.settings import Home
from service.vector_server import SCOPE_FILE

MANIFEST = "manifest.json"
FORMAT = "duijie-backup"
PIECE = 1 << 20
"""Bytes read at a time."""
_MANIFEST_BYTES = 64 << 20
_REMADE = frozenset({"logs", "duplicates", "demo", "backups", "fits"})
_DATABASE_SIDES = ("-wal", "-shm", "-journal")


class Kept(BaseModel):
    """One file: its path in the home, its bytes, their SHA-256."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """What a backup says of itself.

    Attributes:
        format, version: of the backup.
        created: when, in UTC.
        duijie: version of the program that wrote it.
        schema_version: of the database.
        counts: records of each side that are shown.
        files: all but the manifest.
    """

    format: Literal["duijie-backup"] = "duijie-backup"
    version: Literal[1] = 1
    created: str
    duijie: str
    schema_version: str
    counts: dict[str, int]
    files: list[Kept]

    @model_validator(mode="after")
    def _names_are_safe(self) -> Self:
        names = [one.name for one in self.files]
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("a name stands twice")
        if not all(map(_stays_inside, names)):
            raise ValueError("a name leads elsewhere")
        return self


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    is_plain = bool(path.parts) and str(path) == name and not set(name) & _UNSAFE
    return is_plain and not path.is_absolute() and ".." not in path.parts


_UNSAFE = frozenset('\\:\0"<>|?*')


def files_of(home: Home, *, with_index: bool) -> Iterator[Path]:
    """Give the files of a home that a backup keeps, without the database."""
    # An index whose vectors are on a server says where: two homes would write to one place.
    is_whole = not (home.root / "index" / SCOPE_FILE).exists()
    left_out = _REMADE if with_index and is_whole else _REMADE | {"index"}
    database = {home.database.name + side for side in ("", *_DATABASE_SIDES)}
    for entry in sorted(home.root.iterdir()):
        if entry.name in left_out or entry.name in database:
            continue
        inside = sorted(entry.rglob("*")) if entry.is_dir() else [entry]
        for path in inside:
            if path.is_file() and not path.is_symlink() and path.suffix not in (".part", ".lock"):
                yield path


def read_manifest(path: Path, packed: ZipFile) -> Manifest:
    """Read what an open backup says of itself, and compare it with what is there.

    Raises:
        BackupFileError: it is no backup, of another version, or files are missing.
    """
    try:
        info = packed.getinfo(MANIFEST)
        if info.file_size > _MANIFEST_BYTES:
            raise BackupFileError(path, "它的清单大得不正常")
        with packed.open(info) as stream:
            given: Any = json.loads(stream.read(_MANIFEST_BYTES))
    except KeyError as error:
        raise BackupFileError(path, "里面没有 manifest.json，不是 duijie 的备份") from error
    except (*UNPACKING_ERRORS, RecursionError) as error:
        raise BackupFileError(path, "它的清单读不出来") from error
    if isinstance(given, dict) and given.get("format") == FORMAT and given.get("version") != 1:
        raise BackupFileError(path, "它由更新版本的 duijie 写成", "请升级 duijie 后再恢复。")
    try:
        manifest = Manifest.model_validate(given)
    except ValidationError as error:
        raise BackupFileError(path, "它的清单不是 duijie 备份的清单") from error
    there = packed.namelist()
    if sorted(there) != sorted([MANIFEST, *(one.name for one in manifest.files)]):
        raise BackupFileError(path, "里面的文件与清单不符")
    return manifest
