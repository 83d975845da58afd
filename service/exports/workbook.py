"""xlsx for a meeting: the list on one sheet, every requirement with its proof on another."""

from collections.abc import Iterator

from service.exports.rows import HEADINGS, about, table_rows, verdict_line
from service.exports.sheets import Cell, Sheet, as_workbook
from service.workbench.issued_list import IssuedList

_WIDTHS = (6, 14, 36, 20, 14, 11, 9, 34, 34, 34, 48, 16, 10, 18, 10, 10, 24)
_DETAILS = (("序号", 6), ("编号", 14), ("要求", 44), ("类别", 8), ("依据或说明", 70))


def as_xlsx(issued: IssuedList) -> bytes:
    """Write a workbook; texts are stored as texts, never as formulas or links."""
    matches = Sheet(
        "匹配清单",
        tuple(zip(HEADINGS, _WIDTHS, strict=True)),
        table_rows(issued),
        [f"{label}：{value}" for label, value in about(issued)],
        fixed=3,
    )
    details = Sheet("逐条要求", _DETAILS, _details(issued))
    made, comments = issued.issued_at, f"sha256 {issued.sha256}"
    return as_workbook(issued.title, [matches, details], made, comments)


def _details(issued: IssuedList) -> Iterator[tuple[Cell, ...]]:
    for one in issued.matches:
        for verdict in one.verdicts:
            yield (one.rank, one.record.shown_id, *verdict_line(verdict))
