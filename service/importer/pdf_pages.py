"""The process apart that takes a PDF to pieces with pdfplumber; see `apart` and `pdf`."""

import logging
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils.exceptions import PdfminerException

from service.importer.apart import answer

_MOST_PAGES = 500
_UNKNOWN = "(cid:"
_MOST_UNKNOWN = 0.2


def pages(path: Path) -> dict[str, Any]:
    """Give lines and grids of each page as JSON values, or the problem of the file."""
    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # it tells of every oddity
    try:
        # pdfplumber leaves a file that it opens itself open when it fails.
        with path.open("rb") as stream, pdfplumber.open(stream) as document:
            if len(document.pages) > _MOST_PAGES:
                return {"problem": "long", "pages": len(document.pages)}
            found = []
            for page in document.pages:
                found.append(_page(page))
                page.close()
    except PdfminerException as error:
        is_locked = bool(error.args) and isinstance(error.args[0], PDFPasswordIncorrect)
        return {"problem": "password" if is_locked else "damaged"}
    except MemoryError:
        raise
    except Exception:  # pdfminer lets any error of its parts through
        return {"problem": "damaged"}
    text = "".join(line[0] for page in found for line in page["lines"])
    unknown = text.count(_UNKNOWN)
    return {"pages": found, "unreadable": unknown > _MOST_UNKNOWN * (len(text) - 7 * unknown + 1)}


def _page(page: Page) -> dict[str, Any]:
    tables = [one for one in page.find_tables() if len(one.rows) > 1 or len(one.columns) > 1]
    rest = page
    for table in tables:
        rest = rest.outside_bbox(table.bbox)
    lines = [
        [
            *(line["text"], line["x0"], line["x1"], line["top"], line["bottom"]),
            line["chars"][0]["size"],
        ]
        for line in rest.extract_text_lines(x_tolerance=3, return_chars=True)
    ]
    grids = [[table.bbox[1], *_cells(table)] for table in tables]
    return {
        "height": float(page.height),
        "lines": lines,
        "grids": grids,
        "scanned": bool(page.images) and not page.chars,
    }


def _cells(table: Table) -> tuple[list[list[str]], list[list[int]]]:
    """Give the texts of a table, and the regions of the cells that reach over several."""
    texts = [[_text(cell) for cell in row] for row in table.extract()]
    lefts = [column.bbox[0] for column in table.columns]
    tops = [row.bbox[1] for row in table.rows]
    regions = []
    for top, row in enumerate(table.rows):
        for left, cell in enumerate(row.cells):
            if cell is None:
                continue
            bottom = sum(one < cell[3] - 1 for one in tops) - 1
            right = sum(one < cell[2] - 1 for one in lefts) - 1
            if (bottom, right) != (top, left) and bottom >= top and right >= left:
                regions.append([top, left, bottom, right])
    return texts, regions


def _text(cell: str | None) -> str:
    return (cell or "").strip()


if __name__ == "__main__":
    answer(pages)
