"""One good file of each kind, and reading of any file in this process, for fuzzing the readers."""

import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import xlsxwriter

from service.errors import ImportFileError
from service.importer import pdf, pdf_pages, readers, workbook
from service.importer.documents import source_of
from service.importer.mapping import recogniser
from tests.office_files import cell, p, table, write_docx
from tests.pdf_files import PdfWriter

PACKED = {"docx": "word/document.xml", "xlsx": "xl/worksheets/sheet1.xml"}
"""Kinds whose files are zips, with the part that is worth changing."""

KINDS = ("csv", "tsv", "jsonl", "txt", "docx", "xlsx", "xls", "pdf", "zip")

_RECOGNISE = recogniser("need", {})


def seeds() -> dict[str, bytes]:
    """Make a good file of each kind; of the packed kinds, see `PACKED`."""
    lines = '需求名称,描述,预算\n高温涂层,"长期\n工作",50万元\n\'=甲,二,\n'
    made = {
        "csv": lines.encode(),
        "tsv": lines.replace(",", "\t").encode("gb18030"),
        "jsonl": json.dumps({"title": "甲", "text": ["乙", {"丙": 1}]}).encode() + b"\n{}\n",
        "txt": "高温涂层\n需求名称：甲；地区：乙\n需求描述：\n长期工作。联系人：张三".encode(),
        "zip": _zip({"一.csv": lines.encode(), "a/b.txt": b"title: x", "c.zip": b"x"}),
    }
    with TemporaryDirectory() as folder:
        place = Path(folder) / "x"
        write_docx(place, _document())
        made["docx"] = place.read_bytes()
        writer = PdfWriter()
        writer.page()
        writer.text(60, 100, "高温涂层")
        writer.grid(150, [["需求名称", "甲", "描述", "乙"], ["丙", "丁", "", ""]])
        made["pdf"] = writer.write(place).read_bytes()
    made["xlsx"] = _workbook()
    made["xls"] = made["xlsx"]  # as some web systems name it
    return made


def with_part(kind: str, packed: bytes, part: bytes) -> bytes:
    """Put another part into a packed file."""
    with ZipFile(io.BytesIO(packed)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return _zip(parts | {PACKED[kind]: part})


def part_of(kind: str, packed: bytes) -> bytes:
    """Give the part of a packed file that is worth changing."""
    with ZipFile(io.BytesIO(packed)) as old:
        return old.read(PACKED[kind])


def read_all(content: bytes, kind: str, folder: Path) -> int:
    """Read a file to its end; give the rows, 0 where it is refused.

    PDF files and workbooks are read in this process, which is what the process apart runs.
    """
    path = folder / f"x.{kind}"
    path.write_bytes(content)
    try:
        if kind == "pdf":
            source = source_of(pdf.blocks(path, pdf_pages.pages(path)), _RECOGNISE, "x")
            return sum(1 for one in source.tables for _ in one.rows)
        if kind in ("xlsx", "xls"):
            tables, _ = workbook.read(path, _RECOGNISE)
            return sum(1 for one in tables for _ in one.rows)
        with readers.opened(path, _RECOGNISE) as found:
            return sum(1 for one in found.tables for _ in one.rows)
    except ImportFileError:
        return 0
    finally:
        path.unlink()


def _document() -> str:
    return (
        p("征集表", "a3")
        + p("单位名称：甲　日期：2025-1-1")
        + table(["需求名称", cell("甲", across=3)], ["预算", "5", cell("描述", down="first"), "x"])
        + table(["需求名称", "描述"], ["乙", "二"], [cell("", down="next"), "三"])
    )


def _workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("甲")
        sheet.merge_range("A1:C1", "汇总表")
        sheet.write_row("A2", ["单位名称", "需求名称", "描述"])
        sheet.merge_range("A3:A4", "甲公司")
        sheet.write_row("B3", ["一", 5])
        sheet.write_row("B4", ["二", True])
    return out.getvalue()


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()
