"""Plans are written as TOML, take other weights in any spelling, and refuse impossible values."""

import pytest

from service.roadshow.errors import PlanFileError
from service.roadshow.plan_file import read_plan
from service.roadshow.plan_text import document_of, plan_text, with_worth

EVENT = "[event]\nsize = 2\n"
NEW = {"strong": 9.0, "weak": 0.25}
AFTER = '\n# 谁来听\n[audience]\nfilters = ["province=江苏"]\n'


@pytest.mark.parametrize(
    "worth",
    [
        "",
        "[worth]\nstrong = 8.0\nrepeats = [\n  1.0,  # 第一次\n  0.5,\n]\n",
        "  [ worth ]   # 分值\nstrong = 8.0\n",
        '["worth"]\nstrong = 8.0\n',
        "['worth']\nstrong = 8.0\n",
        "[worth]\n# 都按通常的\n",
    ],
)
def test_weights_take_the_place_of_a_section_however_it_is_spelled(worth: str) -> None:
    text = f"# 我们的计划\n{EVENT}{worth}{AFTER}"
    after = with_worth(text, NEW)
    plan = read_plan(after.encode(), "x")
    assert plan.worth.model_dump(exclude_none=True) == NEW
    assert plan.audience.filters == ["province=江苏"]
    assert after.startswith("# 我们的计划\n[event]\n")
    assert "# 谁来听\n[audience]" in after
    assert with_worth(after, NEW) == after


@pytest.mark.parametrize(
    "worth", ["worth = { strong = 8.0 }\n", "worth.strong = 8.0\nworth.weak = 1.0\n"]
)
def test_weights_that_are_no_section_are_replaced_too(worth: str) -> None:
    plan = read_plan(with_worth(f"{worth}{EVENT}{AFTER}", NEW).encode(), "x")
    assert plan.worth.model_dump(exclude_none=True) == NEW
    assert (plan.event.size, plan.audience.filters) == (2, ["province=江苏"])


def test_what_only_looks_like_a_section_is_left_alone() -> None:
    query = '[candidates]\nquery = """\n[worth]\n涂层\n"""\n'
    plan = read_plan(with_worth(f"{EVENT}{query}", NEW).encode(), "x")
    assert plan.candidates.query == "[worth]\n涂层"
    assert plan.worth.strong == 9.0


def test_a_document_is_written_and_read_back() -> None:
    text = f'{EVENT}title = "甲\\"乙\\\\丙\\t"\ndate = 2026-12-05\n{AFTER}[agenda]\n'
    plan = read_plan(text.encode(), "x")
    again = read_plan(plan_text(document_of(plan)).encode(), "x")
    assert document_of(again) == document_of(plan)
    assert again.event.title == '甲"乙\\丙'


@pytest.mark.parametrize("digits", ["9" * 5000, "-" + "9" * 5000, "0x" + "f" * 5000, "9" * 20])
def test_an_overlong_number_is_a_mistake_with_its_line(digits: str) -> None:
    lists = f"[candidates]\n# {'7' * 5000}\nquery = '{'8' * 5000}'\nissued_list = {digits}\n"
    with pytest.raises(PlanFileError) as caught:
        read_plan(f"{EVENT}{lists}".encode(), "x")
    (mistake,) = caught.value.mistakes
    assert (mistake.line, mistake.rule) == (6, "candidates.issued_list")
    assert "整数太大" in mistake.message


def test_long_digits_in_texts_are_only_digits() -> None:
    plan = read_plan(f"{EVENT}[candidates]\nquery = '{'8' * 5000}'\n".encode(), "x")
    assert plan.candidates.query == "8" * 5000


@pytest.mark.parametrize(
    ("rules", "line", "rule"),
    [
        ("issued_list = 2147483648", 4, "candidates.issued_list"),
        ('must = ["A1", "A\\u00002"]', 4, "candidates.must[2]"),
        ('filters = []\n[audience.weights]\n"N\\u0000" = 2', 6, "audience.weights.N\0"),
    ],
)
def test_values_that_no_database_takes_are_told(rules: str, line: int, rule: str) -> None:
    with pytest.raises(PlanFileError) as caught:
        read_plan(f"{EVENT}[candidates]\n{rules}\n".encode(), "x")
    assert [(one.line, one.rule) for one in caught.value.mistakes] == [(line, rule)]
