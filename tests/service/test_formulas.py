import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fit import Fit
from matcher.types import Level
from service.formulas import defused, restored
from service.pairs import read_pairs, score_file


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /c calc'!A1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''@x"]
)
def test_what_would_run_gets_an_apostrophe(cell: str) -> None:
    assert defused(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["", "甲", "'甲", "-5", "+3.5", "-1e5", "-1,234.50", "-5%", 0.5, None]
)
def test_plain_texts_and_numbers_stay(cell: object) -> None:
    assert defused(cell) == cell


@given(st.text(st.sampled_from("'=+-@\t\r\n＝甲1.,\""), max_size=8))
def test_what_was_defused_comes_back(cell: str) -> None:
    written = defused(cell)
    assert restored(written) == cell
    out = io.StringIO(newline="")
    csv.writer(out).writerow([written, "x"])
    ((read, _),) = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert restored(read) == cell


def test_scores_of_pairs_are_written_defused_and_read_as_they_were(tmp_path: Path) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    rows = [
        ["need_title", "need_text", "achievement_title", "achievement_text", "=注"],
        ["=HYPERLINK(1)", "-2度", "甲", "-5", "@x"],
    ]
    with source.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    fit = Fit(base=0.0, contributions={}, probabilities=dict.fromkeys(Level, 0.25))
    score_file(source, out, lambda pairs: [fit] * len(pairs), lambda share, done: None)
    with out.open(encoding="utf-8-sig", newline="") as stream:
        written = list(csv.reader(stream))
    assert written[0][4] == "'=注"
    assert written[1][:5] == ["'=HYPERLINK(1)", "'-2度", "甲", "-5", "'@x"]
    (again,) = read_pairs(out)
    assert [again[name] for name in rows[0]] == rows[1]
