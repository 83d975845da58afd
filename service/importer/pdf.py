"""PDF documents: their text as paragraphs, their ruled tables as grids.

The file is taken apart in a process of its own (see `apart`): a hostile PDF can ask for any
amount of time and memory. pdfplumber finds lines and tables; `pdf_layout` joins lines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from service.errors import DocumentError, EmptyFileError
from service.importer.apart import ApartError, run_apart
from service.importer.documents import Block, source_of
from service.importer.grids import Grid
from service.importer.pdf_layout import Line, PdfPage, blocks_of, unwrapped
from service.importer.tables import Note, Recognise, Source

_RECOGNISE = "请用文字识别（OCR）软件转成有文字的 PDF 或 Word 文档后再导入。"
_PRINT = "请用 PDF 阅读器打开后重新“打印为 PDF”，或者转成 docx 再导入。"


@contextmanager
def opened(path: Path, recognise: Recognise) -> Iterator[Source]:
    """Open a PDF.

    Raises:
        ImportFileError: it is damaged, empty, scanned, too long, or has a password.
    """
    try:
        found = run_apart("service.importer.pdf_pages", path)
    except ApartError as error:
        raise DocumentError(path, str(error), _PRINT) from error
    source = source_of(blocks(path, found), recognise, path.stem)
    if not source.tables:
        raise EmptyFileError(path, "里没有文字")
    yield Source(source.tables, notes=[*source.notes, *_notes(found)])


def blocks(path: Path, found: dict[str, Any]) -> list[Block]:
    """Make blocks of what the process apart found.

    Raises:
        DocumentError: it has a password, is damaged, too long, or has no text.
    """
    problem = found.get("problem")
    if problem == "password":
        advice = "请用 PDF 阅读器取消密码后再导入。"
        raise DocumentError(path, "设有密码", advice)
    if problem == "damaged":
        raise DocumentError(path, "文件损坏或不是 PDF", _PRINT)
    if problem == "long":
        raise DocumentError(path, f"有 {found['pages']:,} 页，太长", "请按项目拆成几个文件。")
    pages = [_page(one) for one in found["pages"]]
    if any(page["scanned"] for page in found["pages"]) and not any(one.has_text for one in pages):
        raise DocumentError(path, "是扫描件，没有文字层", _RECOGNISE)
    if found["unreadable"]:
        raise DocumentError(path, "文字用了无法还原的字体编码", _RECOGNISE)
    return blocks_of(pages)


def _page(found: dict[str, Any]) -> PdfPage:
    grids = [
        (top, Grid([[*map(unwrapped, row)] for row in rows], [tuple(one) for one in regions]))
        for top, rows, regions in found["grids"]
    ]
    return PdfPage(found["height"], [Line(*line) for line in found["lines"]], grids)


def _notes(found: dict[str, Any]) -> list[Note]:
    scanned = [str(at) for at, page in enumerate(found["pages"], start=1) if page["scanned"]]
    if not scanned:
        return []
    return [("有的页是扫描件，没有文字层，没有导入", f"第 {'、'.join(scanned[:10])} 页")]
