"""What a packed file may hold: limits against archives that unpack to fill a disk or a memory."""

import lzma
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, LargeZipFile, ZipFile

from service.errors import PackedFileError

MIB = 1 << 20

UNPACKING_ERRORS = (
    *(BadZipFile, LargeZipFile, zlib.error, struct.error, lzma.LZMAError),
    *(EOFError, OSError, ValueError, NotImplementedError, RuntimeError),
)
"""What zipfile raises at damaged files, and at encryption and methods that it does not know."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a packed file.

    Attributes:
        members: How many files it holds.
        unpacked: Bytes of all of them together.
        ratio: Bytes unpacked for each byte packed; asked only of files above `small`.
        small: Bytes unpacked that are harmless at any ratio.
    """

    members: int
    unpacked: int
    ratio: int
    small: int = 64 * MIB

    def check(self, path: Path, members: int, unpacked: int, packed: int) -> None:
        """Refuse what goes beyond.

        Raises:
            PackedFileError: with the figure and its limit.
        """
        if members > self.members:
            raise PackedFileError(path, f"里有 {members:,} 个文件，超过上限 {self.members:,} 个")
        if unpacked > self.unpacked:
            limit = f"{self.unpacked // MIB:,} MB"
            raise PackedFileError(path, f"解开后超过上限 {limit}")
        if unpacked > self.small and unpacked > self.ratio * max(packed, 1):
            raise PackedFileError(
                path, f"解开后是原来的 {unpacked // max(packed, 1):,} 倍，像是压缩炸弹"
            )


OFFICE = Limits(members=20_000, unpacked=1024 * MIB, ratio=200)
"""Of a workbook or a document: these are zip files of XML, some of it repetitive."""

ARCHIVE = Limits(members=2_000, unpacked=2048 * MIB, ratio=200)
"""Of a zip that people made; its members have limits of their own besides."""


def check_office_file(path: Path) -> frozenset[str]:
    """Check the directory of a workbook or document; give the names in it.

    A file that is no zip, as the older kinds are, has no names and passes.

    Raises:
        PackedFileError: it would unpack to too much.
    """
    try:
        with ZipFile(path) as packed:
            members = packed.infolist()
    except UNPACKING_ERRORS:
        return frozenset()
    unpacked = sum(one.file_size for one in members)
    OFFICE.check(path, len(members), unpacked, sum(one.compress_size for one in members))
    return frozenset(one.filename for one in members)
