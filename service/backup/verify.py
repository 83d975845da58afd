"""Reads a backup through and compares everything with its manifest."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from service.backup.errors import BackupFileError
from service.backup.manifest import PIECE, Kept, Manifest, read_manifest
from service.errors import FileMissingError
from service.importer.limits import UNPACKING_ERRORS

Take = Callable[[str, bytes], None]


def verify(path: Path, take: Take = lambda name, piece: None) -> Manifest:
    """Read a backup through, and give what was read in pieces.

    Args:
        path: of the backup.
        take: told each piece of each file, in order; an empty one when a file begins.

    Raises:
        FileMissingError: it is not there.
        BackupFileError: it is no backup, or something of it is not what it was.
    """
    if not path.is_file():
        raise FileMissingError(path)
    try:
        packed = ZipFile(path)
    except (BadZipFile, *UNPACKING_ERRORS) as error:
        raise BackupFileError(path, "它不是完好的 zip 文件") from error
    with packed:
        manifest = read_manifest(path, packed)
        for one in manifest.files:
            _read(path, packed, one, take)
    return manifest


def manifest_of(path: Path) -> Manifest:
    """Read only what a backup says of itself.

    Raises:
        FileMissingError, BackupFileError: as `verify`.
    """
    if not path.is_file():
        raise FileMissingError(path)
    try:
        with ZipFile(path) as packed:
            return read_manifest(path, packed)
    except UNPACKING_ERRORS as error:
        raise BackupFileError(path, "它不是完好的 zip 文件") from error


def _read(path: Path, packed: ZipFile, one: Kept, take: Take) -> None:
    digest, size = hashlib.sha256(), 0
    take(one.name, b"")
    try:
        with packed.open(one.name) as stream:
            # No more than the manifest says: a zip may unpack to anything.
            while piece := stream.read(min(PIECE, one.size - size + 1)):
                size += len(piece)
                if size > one.size:
                    break
                digest.update(piece)
                take(one.name, piece)
    except OSError as error:
        if error.errno is not None:
            raise  # of where it is written to
        raise BackupFileError(path, f"其中的 {one.name} 已损坏") from error
    except UNPACKING_ERRORS as error:
        raise BackupFileError(path, f"其中的 {one.name} 已损坏") from error
    if size != one.size or digest.hexdigest() != one.sha256:
        raise BackupFileError(path, f"其中的 {one.name} 与清单不符，可能已损坏")
