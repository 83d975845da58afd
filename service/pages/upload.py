"""One uploaded file as the beginning of a draft: its first record, by the importer's readers."""

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from matcher.types import Record, Side
from service.importer.mapping import map_tables, recogniser
from service.importer.readers import opened
from service.importer.records import RecordMaker, Rejected
from service.web.errors import InvalidError, TooLargeError

_PIECE = 1 << 20


def first_record(name: str, stream: BinaryIO, side: Side, most_mb: int) -> Record:
    """Read a file's first record.

    Args:
        name: what the browser calls the file; only its ending is used.
        stream: its bytes.
        side: what it describes.
        most_mb: how large it may be.

    Raises:
        TooLargeError: it is larger.
        ImportFileError, MappingError: it cannot be read.
        InvalidError: there is no record in it.
    """
    ending = PurePath(name).suffix.lower()[:8]
    with TemporaryDirectory() as folder:
        # A name of our own: the browser's could lead anywhere.
        path = Path(folder) / f"上传的文件{ending if ending[1:].isalnum() else ''}"
        _copy(stream, path, most_mb)
        with opened(path, recogniser(side, {})) as source:
            for table, columns in map_tables(path, source.tables, side, {}):
                maker = RecordMaker(side, columns, lambda _message, _row, _shown: None)
                for row in table.rows:
                    made = maker.make(row)
                    if not isinstance(made, Rejected):
                        return made.record
    raise InvalidError("这个文件里没有读出内容。请改为粘贴文字，或换一个文件。")


def _copy(stream: BinaryIO, path: Path, most_mb: int) -> None:
    taken = 0
    with path.open("wb") as out:
        while piece := stream.read(_PIECE):
            taken += len(piece)
            if taken > most_mb * _PIECE:
                raise TooLargeError(f"文件超过 {most_mb} MB。请只保留需要的部分后重试。")
            out.write(piece)
