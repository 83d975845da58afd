"""csv for spreadsheets and jsonl for programs."""

import csv
import io
import json

from service.exports.rows import HEADINGS, about, table_rows
from service.formulas import defused
from service.workbench.issued_list import IssuedList


def as_csv(issued: IssuedList) -> bytes:
    """Write a csv that Excel opens as UTF-8; cells that it would run as formulas are defused."""
    text = io.StringIO(newline="")
    lines = csv.writer(text)
    lines.writerow(HEADINGS)
    lines.writerows([defused(cell) for cell in row] for row in table_rows(issued))
    return text.getvalue().encode("utf-8-sig")


def as_jsonl(issued: IssuedList) -> bytes:
    """Write the head of the list, then a line a match, exactly as it was issued."""
    whole = issued.as_json()
    matches = whole.pop("matches")
    head = {"list": whole, "about": dict(about(issued))}
    lines = [json.dumps(one, ensure_ascii=False) for one in (head, *matches)]
    return ("\n".join(lines) + "\n").encode()
