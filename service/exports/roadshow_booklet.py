"""The programme of a roadshow as docx and pdf."""

import io
import json
from pathlib import Path

import typst
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from service.exports.document import plain
from service.roadshow.booklet import Booklet

_HERE = Path(__file__).parent
_FONT = "宋体"


def booklet_as_docx(booklet: Booklet) -> bytes:
    """Write a page or less an achievement."""
    document = Document()
    style = document.styles["Normal"]
    style.font.size, style.font.name = Pt(10.5), _FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Cm(2))
    document.add_heading(plain(booklet.title), level=0)
    document.add_paragraph(plain("　".join(f"{label}：{value}" for label, value in booklet.about)))
    table = document.add_table(rows=1, cols=4, style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, ("序号", "时间", "成果", "单位"), strict=True):
        cell.text = heading
    for one in booklet.entries:
        told = (str(one.number), one.when, one.title, one.owner)
        for cell, value in zip(table.add_row().cells, told, strict=True):
            cell.text = plain(value)
    for row in table.rows:
        for cell, width in zip(row.cells, (1.2, 3.6, 8.4, 3.8), strict=True):
            cell.width = Cm(width)
    for one in booklet.entries:
        document.add_heading(plain(f"{one.number}. {one.title}"), level=2)
        facts = "　".join(f"{label}：{value}" for label, value in one.facts)
        document.add_paragraph(plain(facts))
        document.add_paragraph(plain(one.summary))
        for need, organisation, level, proof in one.needs:
            line = f"对接需求：{need}（{organisation or '未写单位'}，{level}）"
            document.add_paragraph(
                plain(f"{line} ← “{proof}”" if proof else line), style="List Bullet"
            )
    about = document.core_properties
    about.title = plain(booklet.title)
    about.created = about.modified = booklet.made.replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def booklet_as_pdf(booklet: Booklet) -> bytes:
    """Write the same by typst; the same booklet gives the same bytes."""
    told = {
        "title": booklet.title,
        "about": booklet.about,
        "entries": [
            {
                "number": str(one.number),
                "title": one.title,
                "owner": one.owner,
                "when": one.when,
                "facts": one.facts,
                "summary": one.summary,
                "needs": one.needs,
            }
            for one in booklet.entries
        ],
    }
    return typst.compile(
        _HERE / "booklet.typ",
        root=_HERE,
        font_paths=[_HERE / "fonts"],
        sys_inputs={"booklet": json.dumps(told, ensure_ascii=False)},
        format="pdf",
        timestamp=int(booklet.made.timestamp()),
    )
