"""Small Word documents, written as XML, and reading of a file as tables and rows."""

from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from matcher.types import Side
from service.importer.mapping import recogniser
from service.importer.readers import opened
from service.importer.tables import Note, Row, Table

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles xmlns:w="{_W}">
<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>
</w:styles>"""


def p(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(text: str, *, across: int = 1, down: str = "") -> str:
    span = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    merge = {"": "", "first": '<w:vMerge w:val="restart"/>', "next": "<w:vMerge/>"}[down]
    lines = "".join(map(p, text.split("\n")))
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{lines}</w:tc>"


def table(*rows: list[str]) -> str:
    """Rows of texts, or of cells that `cell` made."""
    made = ("".join(one if one.startswith("<") else cell(one) for one in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in made) + "</w:tbl>"


def write_docx(path: Path, body: str, parts: Mapping[str, str] | None = None) -> Path:
    document = f'<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/></w:body></w:document>'
    with ZipFile(path, "w", ZIP_DEFLATED) as packed:
        for name, content in (
            {"word/document.xml": document, "word/styles.xml": STYLES} | dict(parts or {})
        ).items():
            packed.writestr(name, content)
    return path


def read_tables(
    path: Path, side: Side = "need"
) -> tuple[list[tuple[Table, list[Row]]], list[Note]]:
    with opened(path, recogniser(side, {})) as source:
        return [(one, list(one.rows)) for one in source.tables], source.notes


def read_records(path: Path, side: Side = "need") -> list[dict[str, object]]:
    tables, _ = read_tables(path, side)
    return [dict(row.cells) for _, rows in tables for row in rows]
