"""Word documents (docx): their paragraphs and tables.

Read from the XML itself: python-docx leaves out content controls, inserted text that nobody has
accepted yet, and text boxes, and forms are full of the first (docs/adr/0011-readers.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from zipfile import ZipFile

from service.errors import DocumentError, EmptyFileError
from service.importer.documents import Block, source_of
from service.importer.limits import MIB, UNPACKING_ERRORS, check_office_file
from service.importer.tables import Recognise, Source
from service.importer.word_blocks import blocks_of, heading_styles

_BODY = "word/document.xml"
_STYLES = "word/styles.xml"
_LARGEST_PART = 256 * MIB
_CHUNK = 1 << 20
_SAVE_AS = "请用 Word 或 WPS 打开后另存为 docx 再导入。"
_OLE = b"\xd0\xcf\x11\xe0"


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a Word document.

    Raises:
        ImportFileError: it is damaged, dangerous, empty, has a password, or is no document.
    """
    check_office_file(path)
    source = source_of(blocks(path), recognise, path.stem)
    if not source.tables:
        raise EmptyFileError(path, "里没有文字")
    yield source


def blocks(path: Path) -> list[Block]:
    """Read the blocks of a document.

    Raises:
        DocumentError: it is damaged, has a password, or is no document.
    """
    _refuse_other_kinds(path)
    try:
        with ZipFile(path) as packed:
            names = set(packed.namelist())
            if _BODY not in names:
                raise DocumentError(path, "不是 Word 文档", _SAVE_AS)
            styles = _part(packed, _STYLES) if _STYLES in names else None
            return [*blocks_of(_part(packed, _BODY), heading_styles(styles))]
    except _ForbiddenXmlError as error:
        raise DocumentError(path, str(error), _SAVE_AS) from error
    except (*UNPACKING_ERRORS, ParseError) as error:
        raise DocumentError(path, "文件损坏，或者用了不认得的压缩或加密方式", _SAVE_AS) from error


def _refuse_other_kinds(path: Path) -> None:
    with path.open("rb") as stream:
        is_ole = stream.read(4) == _OLE
    if is_ole:
        raise DocumentError(
            path,
            "设有密码，或者其实是旧版 doc",
            "请用 Word 或 WPS 打开，取消密码，另存为 docx 再导入。",
        )


def _part(packed: ZipFile, name: str) -> Element:
    builder = _Builder()
    parser = XMLParser(target=builder)
    left = _LARGEST_PART
    with packed.open(name) as stream:
        while chunk := _some(stream):
            left -= len(chunk)
            if left < 0:
                raise _ForbiddenXmlError(f"正文超过 {_LARGEST_PART // MIB} MB")
            parser.feed(chunk)
    parser.close()
    return builder.root


def _some(stream: IO[bytes]) -> bytes:
    return stream.read(_CHUNK)


class _ForbiddenXmlError(Exception):
    pass


class _Builder(TreeBuilder):
    """Builds the tree, and refuses a document type: entities that grow are declared in one."""

    root: Element

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse; Office files have none."""
        raise _ForbiddenXmlError("含有不允许的 XML 声明")

    def close(self) -> Element:
        """Keep the tree."""
        self.root = super().close()
        return self.root
