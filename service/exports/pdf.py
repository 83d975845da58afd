"""PDF by typst, with a Chinese font of our own embedded, so it looks the same everywhere."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from service.exports.document import decision_of, shortened
from service.exports.rows import about, flags_of, owner_of, verdict_line
from service.workbench.issued_list import IssuedList, IssuedMatch

_HERE = Path(__file__).parent
_COLUMNS = ("序号", "名称", "等级", "逐条要求与依据", "意见")


def as_pdf(issued: IssuedList) -> bytes:
    """Write the whole list as a table."""
    rows = [
        {
            "rank": str(one.rank),
            "name": one.record.title or one.record.text[:40],
            "owner": owner_of(one),
            "id": one.record.shown_id,
            "level": one.level_name,
            "score": f"{one.score:.2f}",
            "flags": flags_of(one),
            "verdicts": [verdict_line(verdict) for verdict in one.verdicts],
            "decision": decision_of(one),
        }
        for one in issued.matches
    ]
    told = {"title": issued.title, "about": about(issued), "columns": _COLUMNS, "rows": rows}
    return _compiled("list.typ", told, issued.issued_at)


def sheet_as_pdf(issued: IssuedList, one: IssuedMatch) -> bytes:
    """Write one match on one page."""
    records = [
        {"name": name, "title": record.title, "text": shortened(record.text)}
        for name, record in (("依据", issued.asking), ("匹配", one.record))
    ]
    told = {
        "title": "供需匹配单",
        "about": about(issued),
        "records": records,
        "level": one.level_name,
        "score": f"{one.score:.2f}",
        "flags": flags_of(one),
        "verdicts": [list(verdict_line(verdict)) for verdict in one.verdicts],
        "decision": decision_of(one),
    }
    return _compiled("sheet.typ", told, issued.issued_at)


def _compiled(template: str, told: dict[str, Any], made: datetime) -> bytes:
    return typst.compile(
        _HERE / template,
        root=_HERE,
        font_paths=[_HERE / "fonts"],
        sys_inputs={"list": json.dumps(told, ensure_ascii=False)},
        format="pdf",
        timestamp=int(made.timestamp()),  # the same list gives the same bytes
    )
