"""Zip archives: each file in them is imported as a part of the one import.

Nothing is unpacked to a path that the archive names. One member at a time is written to a folder
of its own in the system's folder for temporary files, and removed when it was read. Archives are
read twice: first the headings of every member, then, while the import goes on, the rows.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import ZipFile, ZipInfo

from service.errors import EmptyFileError, ImportFileError, PackedFileError
from service.importer.limits import ARCHIVE, UNPACKING_ERRORS
from service.importer.tables import Recognise, Row, Source, Table, whole

_DOCUMENTS = frozenset({".docx", ".pdf", ".txt"})
"""Small, and read as a whole anyway: their rows are kept from the first reading."""

_LONGEST_STEM = 60
_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_UNZIP = "请解开后重新打包，或者直接导入里面的文件。"


class _MemberError(Exception):
    """A member cannot be unpacked; the message is Chinese."""


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open an archive.

    Raises:
        ImportFileError: it is damaged, has a password, would unpack to too much, or holds nothing
            that can be imported.
    """
    from service.importer.readers import can_open

    try:
        packed = ZipFile(path)
    except UNPACKING_ERRORS as error:
        raise PackedFileError(path, "不是完好的 zip 压缩包", _UNZIP) from error
    with packed, TemporaryDirectory(prefix="duijie-") as folder:
        members = [one for one in packed.infolist() if not one.filename.endswith("/")]
        _check(path, members)
        source = Source([])
        with closing(_Unpacking(path, packed, Path(folder), recognise)) as unpacking:
            for member in members:
                name = member_name(member)
                reason = _why_not(name, can_open)
                if reason is None:
                    unpacking.add_to(source, member, name)
                else:
                    source.notes.append((reason, f"“{name}”"))
            if not source.tables:
                raise EmptyFileError(path, "里没有可以导入的文件")
            yield source


def member_name(member: ZipInfo) -> str:
    """Give a member's name: as Unicode where it says so, else as UTF-8 or GB18030."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return member.filename


def _check(path: Path, members: list[ZipInfo]) -> None:
    if any(one.flag_bits & _ENCRYPTED for one in members):
        raise PackedFileError(path, "设有密码", "请用密码解开后再导入里面的文件。")
    unpacked = sum(one.file_size for one in members)
    ARCHIVE.check(path, len(members), unpacked, sum(one.compress_size for one in members))


def _why_not(name: str, can_open: Callable[[str], bool]) -> str | None:
    """Tell why a member is left out, None when it is read."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    last = parts[-1] if parts else ""
    if (
        "__MACOSX" in parts
        or last.startswith(("~$", "._", ".~"))
        or last in (".DS_Store", "Thumbs.db")
    ):
        return "压缩包里的系统文件或临时文件，已跳过"
    if last.lower().endswith(".zip"):
        return "压缩包里又有压缩包，没有打开；请解开后单独导入"
    return None if can_open(last) else "压缩包里有不能导入的文件，已跳过"


class _Unpacking:
    """Unpacks members, one at a time."""

    def __init__(self, path: Path, packed: ZipFile, folder: Path, recognise: Recognise) -> None:
        self._path = path
        self._packed = packed
        self._folder = folder
        self._recognise = recognise
        self._number = 0
        self._open_member: ZipInfo | None = None
        self._open_source = Source([])
        self._closing = ExitStack()

    def add_to(self, source: Source, member: ZipInfo, name: str) -> None:
        """Add a member's tables and notes; one that cannot be read becomes a bad row."""
        label = f"“{self._path.name}”里的“{name}”"
        try:
            found = self._opened(member, name)
        except _MemberError as error:
            problem = Row(0, {}, problem=str(error))
            source.tables.append(Table("", ("title",), iter([problem]), whole, member=label))
            return
        source.notes.extend((message, f"{label}{where}") for message, where in found.notes)
        is_document = PurePosixPath(name).suffix.lower() in _DOCUMENTS
        for at, table in enumerate(found.tables):
            rows = iter([*table.rows]) if is_document else self._rows(member, name, at)
            fraction = partial(self._fraction, member, at)
            source.tables.append(replace(table, rows=rows, fraction=fraction, member=label))

    def close(self) -> None:
        """Remove what is unpacked."""
        self._open_member = None
        self._closing.close()

    def _rows(self, member: ZipInfo, name: str, at: int) -> Iterator[Row]:
        try:
            table = self._opened(member, name).tables[at]
        except _MemberError as error:
            raise PackedFileError(self._path, f"里的“{name}”第二次读取失败：{error}") from error
        yield from table.rows

    def _fraction(self, member: ZipInfo, at: int) -> float:
        return self._open_source.tables[at].fraction() if member is self._open_member else 1.0

    def _opened(self, member: ZipInfo, name: str) -> Source:
        """Give the member's tables; they stay open until another member is asked for."""
        if member is not self._open_member:
            self.close()
            self._open_source = self._closing.enter_context(self._unpacked(member, name))
            self._open_member = member
        return self._open_source

    @contextmanager
    def _unpacked(self, member: ZipInfo, name: str) -> Iterator[Source]:
        from service.importer.readers import opened as open_file

        self._number += 1
        title = PurePosixPath(name.replace("\\", "/"))
        place = self._folder / str(self._number) / f"{_safe(title.stem)}{title.suffix.lower()}"
        place.parent.mkdir()
        try:
            self._unpack(member, place)
            with open_file(place, self._recognise) as found:
                yield found
        except ImportFileError as error:
            raise _MemberError(str(error).replace(str(place), f"“{name}”")) from error
        finally:
            place.unlink(missing_ok=True)

    def _unpack(self, member: ZipInfo, place: Path) -> None:
        """Write a member to a file; never more of it than the directory declares."""
        with place.open("wb") as out:
            for chunk in self._chunks(member):
                out.write(chunk)

    def _chunks(self, member: ZipInfo) -> Iterator[bytes]:
        try:
            with self._packed.open(member) as packed:
                while chunk := packed.read(_CHUNK):
                    yield chunk
        except UNPACKING_ERRORS as error:
            raise _MemberError("解不开：压缩包在这里损坏，或者用了不认得的压缩方式") from error


def _safe(stem: str) -> str:
    """Make a file's name of a document's name: it may become its title."""
    plain = "".join(one if one.isalnum() or one in "-_ ()（）" else "_" for one in stem)
    return plain.strip()[:_LONGEST_STEM] or "_"
