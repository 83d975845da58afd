"""Exports of an issued list: every format holds the same, texts stay texts, bytes are the same."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pdfplumber
import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from service.exports.formats import LISTS, SHEETS
from service.exports.rows import HEADINGS
from service.workbench.issued_list import (
    IssuedDecision,
    IssuedList,
    IssuedMatch,
    IssuedReason,
    IssuedRecord,
    IssuedVerdict,
)

ASKING = IssuedRecord("7:XQ1", "XQ1", "高温轴承润滑", "需要耐温不低于260℃的润滑脂，不含氟。")
VERDICTS = (
    IssuedVerdict(
        "indicator", "耐温不低于260℃", "met", 0.9, False, ("滴点310℃，可在280℃长期使用",)
    ),
    IssuedVerdict("effect", "不含氟", "missing", 0.8, True, ("以全氟聚醚为基础油",)),
    IssuedVerdict("product", "润滑脂", "partly", 0.6, False, ()),
)
MATCH = IssuedMatch(
    rank=1,
    record=IssuedRecord(
        "A9", "A9", '=HYPERLINK("x")', "全氟聚醚润滑脂。" * 9, {"owner": "某研究所"}
    ),
    score=0.8123,
    level=3,
    expected=2.9,
    probabilities=(0.05, 0.14, 0.5, 0.31),
    flags=("needs_person",),
    verdicts=VERDICTS,
    reasons=(IssuedReason("term", "共同术语", 0.4, "润滑脂", "润滑脂"),),
    decision=IssuedDecision(
        "rejected", 2, ("指标不达",), "+先问价格\x0b", "放弃", "李四", "张三", "2026-01-02T03:04:05"
    ),
)
ISSUED = IssuedList(
    number=12,
    title="五月对接会 <b>&#x27;",
    organisation="某技术转移中心",
    person="张三",
    issued_at=datetime(2026, 5, 6, 7, 8, tzinfo=UTC),
    fingerprint="abcdef0123456789",
    sha256="0" * 64,
    query={"filters": ["trl>=6"], "k": 10},
    asking=ASKING,
    direction="achievement",
    matches=(MATCH, replace(MATCH, rank=2, verdicts=(), decision=None, flags=())),
)


def pdf_text(content: bytes) -> str:
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return "".join(page.extract_text() for page in pdf.pages)


def test_the_csv_has_a_row_a_match_and_runs_no_formula() -> None:
    content = LISTS["csv"].write(ISSUED)
    assert content.startswith(b"\xef\xbb\xbf")
    head, first, second = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    assert tuple(head) == HEADINGS
    told = dict(zip(head, first, strict=True))
    assert told["名称"] == '\'=HYPERLINK("x")'
    assert told["备注"].startswith("'+")
    assert told["满足的要求"] == "耐温不低于260℃"
    assert told["未满足的要求"] == "不含氟"
    assert told["意见"] == "不采纳"
    assert dict(zip(head, second, strict=True))["意见"] == ""


def test_the_jsonl_is_the_list_as_it_was_issued() -> None:
    head, *matches = map(json.loads, LISTS["jsonl"].write(ISSUED).decode().splitlines())
    assert {**head["list"], "matches": matches} == json.loads(json.dumps(ISSUED.as_json()))


def test_the_workbook_holds_texts_never_formulas() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(LISTS["xlsx"].write(ISSUED)))
    rows = book.get_sheet_by_name("匹配清单").to_python()
    at = next(i for i, row in enumerate(rows) if row[0] == "序号")
    assert tuple(rows[at]) == HEADINGS
    assert rows[at + 1][2] == '=HYPERLINK("x")'
    assert rows[at + 1][6] == pytest.approx(0.812)
    details = book.get_sheet_by_name("逐条要求").to_python()
    assert details[2][:3] == ["序号", "编号", "要求"]
    assert [row[2] for row in details[3:]] == ["✓ 耐温不低于260℃", "✗ 不含氟", "△ 润滑脂"]
    assert details[4][4] == "不符：“以全氟聚醚为基础油”"


def test_the_word_list_and_the_sheet_can_be_opened_and_say_the_verdicts() -> None:
    listed = Document(io.BytesIO(LISTS["docx"].write(ISSUED)))
    cells = [cell.text for row in listed.tables[0].rows for cell in row.cells]
    assert any("✗ 不含氟 ← 不符：“以全氟聚醚为基础油”" in cell for cell in cells)
    assert any("指标不达" in cell for cell in cells)
    sheet = Document(io.BytesIO(SHEETS["docx"].write(ISSUED, MATCH)))
    assert [cell.text for cell in sheet.tables[0].rows[1].cells] == [
        "✓ 耐温不低于260℃",
        "指标",
        "“滴点310℃，可在280℃长期使用”",
    ]


def test_the_pdf_is_readable_and_takes_texts_as_texts() -> None:
    text = pdf_text(LISTS["pdf"].write(ISSUED))
    for part in ("五月对接会", "<b>", "耐温不低于260℃", "以全氟聚醚为基础油", "某研究所"):
        assert part in text
    tricky = replace(MATCH, record=replace(MATCH.record, title="#panic() $x$ *粗* @a \\ "))
    assert "#panic()" in pdf_text(SHEETS["pdf"].write(ISSUED, tricky))


@pytest.mark.parametrize("write", [LISTS["pdf"].write, LISTS["csv"].write, LISTS["jsonl"].write])
def test_the_same_list_gives_the_same_bytes(write: Callable[[IssuedList], bytes]) -> None:
    assert write(ISSUED) == write(ISSUED)
