"""Files of a roadshow hold texts as texts; past events count for whom they should."""

import io
import re
from dataclasses import replace
from datetime import date
from zipfile import ZipFile

import pdfplumber
import pytest
import xlsxwriter
from docx import Document
from python_calamine import CalamineWorkbook

from matcher.roadshow.invite import Invitation, Invitations
from service.exports.roadshow_agenda import agenda_as_xlsx
from service.exports.roadshow_audit import audit_as_xlsx
from service.exports.roadshow_booklet import booklet_as_docx, booklet_as_pdf
from service.exports.roadshow_invitations import invitations_as_xlsx
from service.roadshow.agenda_file import agenda_as_json, agenda_of_json
from service.roadshow.booklet import booklet_of
from service.roadshow.errors import PastEventError
from service.roadshow.meetings import Invited, make_agenda, places_of, without
from service.roadshow.past import exposure, forget_event, past_events, record_event
from service.roadshow.plan_file import read_plan
from service.roadshow.pools import build_pool
from service.roadshow.present import brief_lines, shortlist_as_text
from service.roadshow.scope import Scope
from service.roadshow.shortlist import Shortlist, make_shortlist
from tests.roadshow_world import ACHIEVEMENTS, MADE, PLAN, organiser, settle

TRICKY = '=HYPERLINK("x") #panic() $x$ *粗*\x0b'


@pytest.fixture
def short(scope: Scope) -> Shortlist:
    """A shortlist on which a title tries to be a formula, and markup."""
    with scope.store.importing("achievement", "t") as batch:
        batch.put(replace(ACHIEVEMENTS[0], title=TRICKY))
    text = PLAN.replace("[candidates]", '[candidates]\nmust = ["A1"]').replace("春季", "=春季")
    text += '[invitations]\nleast_score = 0.0\nmost_per_guest = 3\n[agenda]\nplace = "甲厅"\n'
    return make_shortlist(scope, read_plan(text.encode(), "x"))


def invited(short: Shortlist) -> Invited:
    """Everybody on stage meets the needs of two organisations."""
    items = tuple(
        Invitation(one, need, short.need(need).organisation, 2.0)
        for one in short.selection.chosen
        for need in ("N1", "N3")
    )
    found = Invitations(items=items, value=2.0, bound=2.0, missing={"A1": 1}, seconds=0.0)
    return Invited(short, found)


def cells(content: bytes, name: str) -> list[str]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [str(cell) for row in book.get_sheet_by_name(name).to_python() for cell in row]


def formulas(content: bytes) -> list[str]:
    """Cells with a formula, in all sheets of a workbook."""
    with ZipFile(io.BytesIO(content)) as packed:
        sheets = [packed.read(name) for name in packed.namelist() if "worksheets/" in name]
    assert sheets
    return [found.decode() for sheet in sheets for found in re.findall(rb"<f[ >].{,80}", sheet)]


def test_formulas_would_be_found() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1")
    assert len(formulas(buffer.getvalue())) == 1


def test_workbooks_hold_texts_never_formulas(short: Shortlist) -> None:
    title = TRICKY.replace("\x0b", "").strip()
    kept = make_agenda(invited(short))
    audit = audit_as_xlsx(short, MADE)
    for content, name in (
        (audit, "入选"),
        (invitations_as_xlsx(invited(short), MADE), "按成果"),
        (agenda_as_xlsx(kept, MADE), "各单位"),
        (agenda_as_xlsx(kept, MADE), "路演"),
    ):
        assert any(title[:20] in cell for cell in cells(content, name))
        assert formulas(content) == []
    assert cells(audit, "结论")[0] == "=春季路演 · 结论"
    assert audit == audit_as_xlsx(short, MADE)


def test_invitations_say_what_is_missing(short: Shortlist) -> None:
    told = cells(invitations_as_xlsx(invited(short), MADE), "按成果")
    assert "A1 还差 1 家才够下限" in told
    guests = cells(invitations_as_xlsx(invited(short), MADE), "按单位")
    assert {"甲动力公司", "丙果蔬公司"} <= set(guests)


def test_the_booklet_takes_texts_as_texts_and_follows_the_timetable(short: Shortlist) -> None:
    when = places_of(make_agenda(invited(short)))
    booklet = booklet_of(short, MADE, when)
    assert [one.when for one in booklet.entries] == sorted(when.values())
    with pdfplumber.open(io.BytesIO(booklet_as_pdf(booklet))) as pdf:
        text = "".join(page.extract_text() for page in pdf.pages)
    for part in ("#panic()", "=春季路演", "甲厅", "09:00", "东澜理工大学", "对接需求"):
        assert part in text
    assert booklet_as_pdf(booklet) == booklet_as_pdf(booklet)
    document = Document(io.BytesIO(booklet_as_docx(booklet)))
    said = "\n".join(one.text for one in document.paragraphs)
    assert "#panic()" in said
    assert "TRL 7" in said


def test_a_timetable_survives_being_written_down(short: Shortlist) -> None:
    kept = make_agenda(invited(short))
    assert agenda_of_json(agenda_as_json(kept), "x") == kept
    after, found = without(kept, "甲动力公司")
    assert agenda_of_json(agenda_as_json(after), "x") == after
    assert {one.kind for one in found.changes} == {"cancelled"}
    assert after.sequence == 1


def test_two_organisations_talk_about_everything_at_one_table(short: Shortlist) -> None:
    plan = make_agenda(invited(short)).plan
    pairs = [frozenset((one.host, one.guest)) for one in plan.requests]
    assert len(pairs) == len(set(pairs)) == 2 * len(plan.talks)
    doubled = invited(short)
    more = tuple(replace(one, also=("N2",)) for one in doubled.invitations.items)
    again = replace(doubled, invitations=replace(doubled.invitations, items=more))
    assert all(len(one.subjects) == 2 for one in make_agenda(again).plan.requests)


def test_who_has_no_name_is_called_by_the_record(scope: Scope) -> None:
    with scope.store.importing("achievement", "t") as batch:
        batch.put(replace(ACHIEVEMENTS[0], owner=""))
    text = '[event]\nsize = 1\ndate = 2026-12-05\n[candidates]\nmust = ["A1"]\n'
    short = make_shortlist(scope, read_plan(text.encode(), "x"))
    plan = make_agenda(invited(short)).plan
    assert {one.id: one.name for one in plan.parties}["A1"] == "成果 A1"
    assert len(list(shortlist_as_text(short))) > 3


def test_a_few_lines_tell_the_proof_and_who_is_on_stage(short: Shortlist) -> None:
    first, proof, *chosen, quotas = brief_lines(short)
    assert first == "【路演】=春季路演：6 项候选、3 条听众需求，选 3 项"
    assert proof.startswith("  结论：已证明最优")
    assert len(chosen) == 3
    assert any("→ N1 发动机叶片抗氧化涂层（" in line for line in chosen)
    counts = len(short.selection.quotas)
    assert quotas == f"  配额 {counts} 条，满足 {counts} 条"


def test_own_events_and_the_platforms_count_others_do_not(scope: Scope) -> None:
    store = scope.store
    settle(store, 2, 3)
    one, other = organiser(2), organiser(3)
    record_event(store, "平台的", date(2026, 1, 1), ["A1"])
    number = record_event(store, "自己的", date(2026, 2, 1), ["A1", "A2"], caller=one)
    record_event(store, "别人的", date(2026, 3, 1), ["A3"], caller=other)
    assert exposure(store, one).achievements == {"A1": 2, "A2": 1}
    assert exposure(store).achievements == {"A1": 2, "A2": 1, "A3": 1}
    assert not exposure(store, one).is_first(ACHIEVEMENTS[3])  # of the same institution as A1
    assert exposure(store, one).is_first(ACHIEVEMENTS[2])
    assert [event.title for event in past_events(store, one)] == ["自己的"]
    assert [event.title for event in past_events(store)] == ["别人的", "自己的", "平台的"]
    with pytest.raises(PastEventError, match=f"没有第 {number} 场"):
        forget_event(store, number, other)
    assert forget_event(store, number, one).achievements == 2
    assert exposure(store, one).achievements == {"A1": 1}
    pool = build_pool(scope, read_plan(PLAN.encode(), "x")).pool
    shown = {entrant.id: entrant.shown for entrant in pool.entrants}
    assert (shown["A1"], shown["A2"]) == (1, 0)
    first = {entrant.id: entrant.groups["first_time"] for entrant in pool.entrants}
    assert (first["A1"], first["A4"], first["A2"]) == (("否",), ("否",), ("是",))


def test_an_event_is_recorded_once_and_with_somebody_on_stage(scope: Scope) -> None:
    record_event(scope.store, "甲", date(2026, 1, 1), ["A1", "A1"])
    with pytest.raises(PastEventError, match="已经记过"):
        record_event(scope.store, "甲", date(2026, 1, 1), ["A2"])
    with pytest.raises(PastEventError, match="没有登台的成果"):
        record_event(scope.store, "乙", date(2026, 1, 1), [])
