from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexing.columns import Columns
from indexing.errors import ColumnError, CorruptIndexError, DuplicateRowError, FilterError
from indexing.filters import AnyOf, Equals, InRange, StartsWith
from tests.indexing.checks import rows_of

KINDS = {"region": "text", "trl": "number", "deadline": "date", "modes": "texts"}

RECORDS = {
    0: {"region": "江苏省苏州市", "trl": 6, "deadline": "2026-03-01", "modes": ["转让", "许可"]},
    1: {"region": "江苏省", "trl": 9.0, "deadline": date(2026, 12, 31), "modes": ("作价入股",)},
    3: {"region": "浙江省杭州市", "trl": np.float32(2), "modes": []},
    4: {},
    8: {"region": "", "trl": None, "deadline": None, "modes": ["许可"]},
}


@pytest.fixture
def columns() -> Columns:
    filled = Columns(KINDS)
    for row, values in RECORDS.items():
        filled.set(row, values)
    return filled


def passing(columns: Columns, *filters) -> list[int]:
    return np.flatnonzero(columns.mask(filters)).tolist()


CASES = [
    ([], [0, 1, 3, 4, 8]),
    ([Equals("region", "江苏省")], [1]),
    ([Equals("region", "")], [8]),
    ([Equals("region", "没有")], []),
    ([StartsWith("region", "江苏")], [0, 1]),
    ([StartsWith("region", "")], [0, 1, 3, 8]),
    ([AnyOf("region", ["江苏省", "浙江省杭州市"])], [1, 3]),
    ([AnyOf("region", [])], []),
    ([Equals("trl", 6)], [0]),
    ([AnyOf("trl", [2, 9, 5])], [1, 3]),
    ([InRange("trl", 6)], [0, 1]),
    ([InRange("trl", None, 6)], [0, 3]),
    ([InRange("trl", 6, 6)], [0]),
    ([InRange("trl", 7, 3)], []),
    ([InRange("trl")], [0, 1, 3]),
    ([InRange("deadline", "2026-03-01")], [0, 1]),
    ([InRange("deadline", "2026-03-02")], [1]),
    ([InRange("deadline", None, date(2026, 12, 30))], [0]),
    ([Equals("deadline", "2026-12-31")], [1]),
    ([Equals("modes", "许可")], [0, 8]),
    ([AnyOf("modes", ["转让", "作价入股"])], [0, 1]),
    ([StartsWith("modes", "作价")], [1]),
    ([StartsWith("region", "江苏"), InRange("trl", None, 6), Equals("modes", "许可")], [0]),
]


@pytest.mark.parametrize(("filters", "expected"), CASES)
def test_a_mask_passes_exactly_the_rows_that_meet_every_filter(columns, filters, expected):
    assert passing(columns, *filters) == expected


@pytest.mark.parametrize(("filters", "expected"), CASES)
def test_what_was_saved_filters_the_same(columns, filters, expected, folder):
    columns.save(folder)
    assert passing(Columns.load(folder), *filters) == expected


def test_a_row_that_is_set_again_keeps_none_of_its_old_values(columns):
    columns.set(0, {"trl": 1})
    assert passing(columns, Equals("trl", 1)) == [0]
    assert passing(columns, StartsWith("region", "江苏")) == [1]
    assert len(columns) == 5


def test_numbers_of_rows_can_be_looked_up(columns):
    found = columns.numbers("trl", rows_of(3, 0, 4, 900))
    np.testing.assert_array_equal(found, [2, 6, np.nan, np.nan])
    for name in ("region", "colour"):
        with pytest.raises(FilterError, match=f"没有名为“{name}”的数字字段"):
            columns.numbers(name, rows_of(0))


def test_removed_rows_pass_nothing(columns):
    assert columns.remove(rows_of(0, 8, 70)) == 2
    assert passing(columns) == [1, 3, 4]
    assert passing(columns, Equals("modes", "许可")) == []
    assert passing(columns, InRange("trl")) == [1, 3]


def test_values_are_counted_among_the_rows_that_are_there_and_allowed(columns, folder):
    columns.remove(rows_of(1))
    columns.save(folder)
    for each in (columns, Columns.load(folder)):
        assert each.counts("modes") == {"转让": 1, "许可": 2}
        assert each.counts("region", np.arange(4) == 3) == {"浙江省杭州市": 1}
        assert each.counts("trl") == {6.0: 1, 2.0: 1}
        assert each.counts("deadline") == {date(2026, 3, 1): 1}
        np.testing.assert_array_equal(each.numbers("trl", rows_of(0, 1)), [6, np.nan])
        with pytest.raises(FilterError, match="没有名为“colour”"):
            each.counts("colour")


def test_a_loaded_column_goes_on_with_what_it_holds(columns, folder):
    columns.save(folder)
    loaded = Columns.load(folder)
    loaded.set(9, {"region": "江苏省", "trl": 1, "modes": ["入股"]})
    loaded.remove(rows_of(0))
    again = folder / "again"
    again.mkdir()
    loaded.save(again)
    for each in (loaded, Columns.load(again)):
        assert passing(each, Equals("region", "江苏省")) == [1, 9]
        assert passing(each, Equals("modes", "入股")) == [9]
        assert passing(each, Equals("modes", "转让")) == []


def test_texts_that_no_row_has_any_more_are_not_saved(columns, folder):
    columns.remove(rows_of(0, 1))
    columns.save(folder)
    assert "苏州" not in (folder / "columns.json").read_text("utf-8").encode().decode(
        "unicode_escape"
    )
    assert passing(Columns.load(folder), Equals("region", "浙江省杭州市")) == [3]


def test_empty_columns_are_saved_and_filled_later(folder):
    Columns(KINDS).save(folder)
    loaded = Columns.load(folder)
    assert passing(loaded) == []
    assert passing(loaded, Equals("trl", 1), StartsWith("region", "江")) == []
    loaded.set(5, {"trl": 1})
    assert passing(loaded, Equals("trl", 1)) == [5]


def test_rows_that_stand_twice_in_one_call_are_refused(columns):
    with pytest.raises(DuplicateRowError):
        columns.put(rows_of(20, 20), [columns.read({}), columns.read({})])


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            Equals("colour", "红"),
            "没有名为“colour”的筛选字段；可用字段：region（文字）、trl（数字）",
        ),
        (InRange("region", "a"), "“region”是文字，不能按范围筛选"),
        (InRange("modes", 1), "“modes”是文字列表，不能按范围筛选"),
        (StartsWith("trl", "1"), "“trl”是数字，不能按开头匹配"),
        (StartsWith("region", 1), "应与文字比较"),
        (Equals("region", 3), "应与文字比较"),
        (Equals("trl", "6"), "应为数字"),
        (AnyOf("trl", [1, date(2026, 1, 1)]), "应为数字"),
        (InRange("deadline", "明天"), "写成 2026-01-31 的样子"),
        (InRange("deadline", None, 20260101), "应为日期"),
    ],
)
def test_a_filter_that_a_column_cannot_answer_is_explained(columns, condition, said):
    with pytest.raises(FilterError) as caught:
        columns.mask([condition])
    assert said in str(caught.value)
    assert "modes（文字列表）" in str(caught.value)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"colour": "红"}, "没有名为“colour”的筛选字段"),
        ({"region": ["江苏"]}, "应为文字"),
        ({"region": 3}, "应为文字"),
        ({"modes": "许可"}, "应为文字列表"),
        ({"modes": [1]}, "应为文字列表"),
        ({"modes": 1}, "应为文字列表"),
        ({"trl": "6"}, "“trl”是数字，不能存入 '6'：应为数字"),
        ({"deadline": "2026-13-01"}, "2026-01-31"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_and_changes_nothing(columns, values, said):
    with pytest.raises(ColumnError) as caught:
        columns.set(0, values)
    assert said in str(caught.value)
    assert passing(columns, StartsWith("region", "江苏")) == [0, 1]


@pytest.mark.parametrize("name", ["columns.json", "present.npy", "000-000.npy", "001-000.npy"])
def test_a_missing_file_is_named(columns, name, folder):
    columns.save(folder)
    (folder / name).unlink()
    with pytest.raises(CorruptIndexError, match=name):
        Columns.load(folder)


@pytest.mark.parametrize(
    "content", ["[]", '{"kinds": {"a": "colour"}}', '{"kinds": {"a": "text"}, "values": {"a": []}}']
)
def test_content_that_does_not_fit_together_is_damage(content, folder):
    columns = Columns({"a": "text"})
    columns.set(0, {"a": "x"})
    columns.save(folder)
    (folder / "columns.json").write_text(content)
    with pytest.raises(CorruptIndexError):
        Columns.load(folder)


values = st.fixed_dictionaries(
    {
        "region": st.none() | st.sampled_from(["江苏", "江苏苏州", "浙江"]),
        "trl": st.none() | st.integers(1, 4),
        "modes": st.none() | st.lists(st.sampled_from("甲乙丙"), max_size=3),
    }
)
changes = st.lists(st.tuples(st.integers(0, 12), st.none() | values), max_size=20)


@given(changes=changes, low=st.integers(1, 4), mode=st.sampled_from("甲乙丙丁"))
@settings(max_examples=80, deadline=None)
def test_any_sequence_of_changes_filters_like_a_dict(changes, low, mode):
    columns, model = Columns({**KINDS}), {}
    for row, new in changes:
        if new is None:
            assert columns.remove(rows_of(row)) == (row in model)
            model.pop(row, None)
        else:
            columns.set(row, new)
            model[row] = new

    def expected(meets) -> list[int]:
        return sorted(row for row, record in model.items() if meets(record))

    assert passing(columns, InRange("trl", low)) == expected(lambda r: (r["trl"] or 0) >= low)
    assert passing(columns, Equals("modes", mode)) == expected(lambda r: mode in (r["modes"] or ()))
    assert passing(columns, StartsWith("region", "江苏")) == expected(
        lambda r: (r["region"] or "").startswith("江苏")
    )
    assert len(columns) == len(model)
