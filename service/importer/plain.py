"""Plain text files: one record, or several with labels."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.errors import DocumentError, EmptyFileError
from service.importer.documents import source_of
from service.importer.prose import Paragraph
from service.importer.tables import Recognise, Source
from service.importer.text_files import decoded, lines_within_bounds

LONGEST = 20_000_000
"""Characters of a document's text; a text file is read whole, unlike a csv."""


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a text file.

    Raises:
        ImportFileError: it is empty, too long, no text, or not decodable.
    """
    paragraphs: list[Paragraph] = []
    length = 0
    with decoded(path, newline=None) as (stream, codec, _):
        for line in lines_within_bounds(stream):
            length += LONGEST if line is None else len(line)
            if line is None or length > LONGEST:
                advice = "请按项目拆成几个文件；如果其实是表格，请把扩展名改成 .csv。"
                raise DocumentError(path, f"文字超过 {LONGEST:,} 字", advice)
            if text := line.strip():
                paragraphs.append(Paragraph(text))
    source = source_of(paragraphs, recognise, path.stem)
    if not source.tables:
        raise EmptyFileError(path)
    yield Source(source.tables, codec, source.notes)
