import math
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.quantities import find_indicators
from matcher.quantities.numbers import plain
from tests.matcher.quantities.reading import Expected, cases

CASES = [*cases("cases.txt"), *cases("cases_fields.txt")]


def test_the_table_of_cases_is_long_and_has_no_case_twice() -> None:
    texts = [text for text, _ in CASES]
    assert len(texts) >= 150
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_a_clause_is_read_as_a_person_reads_it(text: str, expected: list[Expected]) -> None:
    found = find_indicators(text)
    read = [(one.quantity, one.comparator, one.unit, one.change) for one in found]
    assert read == [(one.quantity, one.comparator, one.unit, one.change) for one in expected]
    for one, wanted in zip(found, expected, strict=True):
        if wanted.low is None:
            assert one.low is one.high is None
        else:
            assert (one.low, one.high) == pytest.approx((wanted.low, wanted.high), rel=1e-5)
        if wanted.span is not None:
            assert text[slice(*one.span)] == wanted.span


PIECES = st.sampled_from((Path(__file__).parent / "pieces.txt").read_text("utf-8").split("|"))
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=25).map("".join))


@settings(deadline=None)
@given(TEXTS)
def test_spans_are_ordered_inside_the_text_and_hold_their_values(text: str) -> None:
    end = 0
    for one in find_indicators(text):
        assert end <= one.span[0] <= one.value_span[0] < one.value_span[1] <= one.span[1]
        end = one.span[1]
    assert end <= len(text)


@settings(deadline=None)
@given(TEXTS)
def test_low_is_never_above_high_and_both_are_finite_or_missing(text: str) -> None:
    for one in find_indicators(text):
        assert (one.low is None) == (one.high is None)
        if one.low is not None and one.high is not None:
            assert -math.inf < one.low <= one.high < math.inf


@settings(deadline=None)
@given(TEXTS)
def test_the_name_is_part_of_the_text(text: str) -> None:
    for one in find_indicators(text):
        assert one.quantity in plain(text)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_plain_writing_keeps_every_offset(text: str) -> None:
    assert len(plain(text)) == len(text)


@settings(deadline=None)
@given(TEXTS, st.sampled_from(["耐温不低于1200℃", "粒径在3~5μm之间", "误差±0.1mm"]))
def test_a_clause_is_read_alike_in_any_surrounding(text: str, clause: str) -> None:
    alone = find_indicators(clause)[0]
    last = find_indicators(f"{text}。{clause}。")[-1]
    assert (last.quantity, last.comparator, last.low, last.high, last.unit) == (
        alone.quantity,
        alone.comparator,
        alone.low,
        alone.high,
        alone.unit,
    )


def test_conditions_are_kept_where_they_are_asked_for() -> None:
    text = "在1.2MPa下反应时间不少于3h"
    assert [one.unit for one in find_indicators(text)] == ["h"]
    kept = find_indicators(text, conditions=True)
    assert [(one.quantity, one.unit, one.high) for one in kept] == [
        ("", "MPa", 1.2),
        ("反应时间", "h", 3.0),
    ]


def test_the_subject_of_a_condition_does_not_reach_into_the_next_sentence() -> None:
    found = find_indicators("叶片在1100℃下工作。600℃下小于3%。")
    assert [one.quantity for one in found] == ["", ""]


HOSTILE = (
    *(
        " ",
        "1",
        "≥ ",
        "1 ",
        "1.",
        "1~",
        "1-",
        "1×10",
        "10^",
        "1,000",
        "±",
        "(",
        "1(",
        "W/(",
        "1m/m",
        "1m·",
    ),
    *(
        "一",
        "百分之",
        "三分之",
        "提高",
        "不低于",
        "的",
        "由1到",
        "比",
        "1%以上",
        "1≤a≤",
        "第1",
        "a1",
        "万",
        "1万",
        "在1℃下",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_page_of_anything_is_read_in_linear_time(piece: str) -> None:
    find_indicators("1 mm")  # tables are read once
    seconds = []
    for length in (1_000, 4_000):
        page = (piece * length)[:length]
        started = time.process_time()
        find_indicators(page)
        seconds.append(time.process_time() - started)
    assert seconds[1] < 8 * seconds[0] + 0.05
