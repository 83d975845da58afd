"""docx: the list for a meeting, or one match on one page."""

import io
import re

from docx import Document
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from service.exports.rows import DECIDED, about, flags_of, owner_of, verdict_line
from service.workbench.issued_list import IssuedList, IssuedMatch

_FONT = "宋体"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLUMNS = ("序号", "名称", "等级", "逐条要求", "意见")


def as_docx(issued: IssuedList) -> bytes:
    """Write the whole list as a table."""
    document = _blank(landscape=True)
    _head(document, issued.title, issued)
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.text = heading
    for one in issued.matches:
        cells = table.add_row().cells
        cells[0].text = str(one.rank)
        name = one.record.title or one.record.text[:40]
        cells[1].text = plain(f"{name}\n{owner_of(one)}\n{one.record.shown_id}")
        cells[2].text = f"{one.level_name}\n{one.score:.2f}\n{flags_of(one)}".strip()
        lines = [f"{asked} ← {proof}" for asked, _, proof in map(verdict_line, one.verdicts)]
        cells[3].text = plain("\n".join(lines))
        cells[4].text = plain(decision_of(one))
    for row in table.rows:
        for cell, width in zip(row.cells, (1.2, 6, 2.4, 12.5, 3.4), strict=True):
            cell.width = Cm(width)
    return _bytes(document, issued)


def sheet_as_docx(issued: IssuedList, one: IssuedMatch) -> bytes:
    """Write one match on one page: both records, requirement by requirement, main reasons."""
    document = _blank(landscape=False)
    _head(document, "供需匹配单", issued)
    for record, name in ((issued.asking, "依据"), (one.record, "匹配")):
        document.add_heading(plain(f"{name}：{record.title or record.text[:40]}"), level=2)
        document.add_paragraph(plain(shortened(record.text)))
    document.add_paragraph(f"匹配等级：{one.level_name}　匹配度 {one.score:.2f}　{flags_of(one)}")
    table = document.add_table(rows=1, cols=3, style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, ("要求", "类别", "依据或说明"), strict=True):
        cell.text = heading
    for verdict in one.verdicts:
        for cell, value in zip(table.add_row().cells, verdict_line(verdict), strict=True):
            cell.text = plain(value)
    if one.decision:
        document.add_paragraph(plain(f"意见：{decision_of(one)}"))
    return _bytes(document, issued)


def plain(text: str) -> str:
    """Take out what XML cannot hold."""
    return _NOT_XML.sub("", text)


def decision_of(one: IssuedMatch) -> str:
    """What had been decided on a match, in one line."""
    if one.decision is None:
        return ""
    said = one.decision
    parts = (DECIDED[said.verdict], "、".join(said.reasons), said.status, said.note)
    return "；".join(part for part in parts if part)


def shortened(text: str, most: int = 600) -> str:
    """Cut a text to what one page has room for."""
    return text if len(text) <= most else f"{text[:most]}……"


def _blank(*, landscape: bool) -> Docx:
    document = Document()
    style = document.styles["Normal"]
    style.font.size = Pt(10)
    style.font.name = _FONT
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    if landscape:
        page.orientation = WD_ORIENT.LANDSCAPE
        page.page_width, page.page_height = page.page_height, page.page_width
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Cm(1.8))
    return document


def _head(document: Docx, title: str, issued: IssuedList) -> None:
    document.add_heading(plain(title), level=1)
    told = "　".join(f"{label}：{value}" for label, value in about(issued))
    document.add_paragraph(plain(told))


def _bytes(document: Docx, issued: IssuedList) -> bytes:
    about_it = document.core_properties
    about_it.title, about_it.author = plain(issued.title), plain(issued.organisation)
    about_it.created = about_it.modified = issued.issued_at.replace(tzinfo=None)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
