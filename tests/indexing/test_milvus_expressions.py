"""What a server is told: text only, so nothing has to be installed for it."""

from datetime import date

import numpy as np
import pytest

from indexing.filters import AnyOf, Equals, InRange, StartsWith
from indexing.milvus.expressions import BULKY, as_number, in_rows, narrowing, not_in_rows
from indexing.milvus.fields import entities
from indexing.milvus.mask import FilteredMask, filters_of
from indexing.milvus.narrow import LEAST_EF, LISTED, Narrowed, narrowed
from indexing.milvus.vector_cache import VectorCache
from indexing.rowset import RowSet
from tests.indexing.checks import rows_of, unit_vectors

KINDS = {"region": "text", "trl": "number", "modes": "texts", "posted": "date", "地区": "text"}
NONE = rows_of()


def clause(*filters) -> str:
    said = narrowing(filters, KINDS)
    return said.removeprefix("(").removesuffix(f" or {BULKY} == true)")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Equals("region", "江苏"), 'f_region in ["江苏"]'),
        (Equals("trl", 6), "f_trl in [6.0]"),
        (Equals("posted", "2026-01-31"), "f_posted in [739647.0]"),
        (Equals("modes", "许可"), 'array_contains_any(f_modes, ["许可"])'),
        (AnyOf("region", ["江苏", "浙江"]), 'f_region in ["江苏","浙江"]'),
        (AnyOf("modes", ["许可", "转让"]), 'array_contains_any(f_modes, ["许可","转让"])'),
        (StartsWith("region", "江"), 'f_region like "江%"'),
        (InRange("trl", 3, 7), "(f_trl > -1e+300 and f_trl >= 3.0 and f_trl <= 7.0)"),
        (InRange("trl", None, 7), "(f_trl > -1e+300 and f_trl <= 7.0)"),
        (InRange("posted", date(2026, 1, 31)), "(f_posted > -1e+300 and f_posted >= 739647.0)"),
    ],
)
def test_a_filter_becomes_an_expression(condition, said):
    assert clause(condition) == said
    assert narrowing([condition], KINDS).endswith(f" or {BULKY} == true)")


@pytest.mark.parametrize(
    "condition",
    [
        Equals("region", 'a" or row > 0 or "'),
        Equals("region", "back\\slash"),
        Equals("region", "line\nbreak"),
        Equals("region", ""),
        StartsWith("region", "5%"),
        StartsWith("region", "a_"),
        StartsWith("modes", "许"),
        AnyOf("region", []),
        AnyOf("region", [f"区{at}" for at in range(300)]),
        AnyOf("region", ["江苏", "it's"]),
        Equals("trl", float("nan")),
        Equals("posted", "yesterday"),
        Equals("地区", "江苏"),
        Equals("unknown", "江苏"),
        InRange("region", "a", "b"),
    ],
    ids=repr,
)
def test_what_cannot_be_said_for_sure_is_left_to_the_mask(condition):
    assert narrowing([condition], KINDS) == ""
    alone = narrowing([Equals("trl", 6)], KINDS)
    assert narrowing([condition, Equals("trl", 6)], KINDS) == alone


def test_few_runs_of_rows_are_ranges_and_many_a_list():
    assert in_rows(rows_of(3, 4, 5, 9)) == "((row >= 3 and row <= 5) or (row >= 9 and row <= 9))"
    assert in_rows(np.arange(0, 200, 2)).startswith("row in [0,2,4,")
    assert not_in_rows(rows_of(1, 7)) == "row not in [1,7]"


def present(count: int) -> RowSet:
    rows = RowSet()
    rows.add(np.arange(count))
    return rows


def test_without_a_mask_only_removed_rows_are_kept_away():
    assert narrowed(present(9), NONE, None, KINDS) == Narrowed("")
    assert narrowed(present(9), rows_of(4), None, KINDS).expression == "row not in [4]"
    many = narrowed(present(LISTED), np.arange(LISTED + 1), None, KINDS)
    assert many.expression == ""
    assert many.fetch(100) > 200  # half of what the server has is gone


def test_few_rows_are_listed_and_few_missing_ones_are_kept_away():
    count = 4 * LISTED
    few = np.arange(count) < 10
    said = narrowed(present(count), rows_of(count + 5), few, KINDS)
    assert said == Narrowed("((row >= 0 and row <= 9))", 10 / count)
    most = np.arange(count) != 7
    said = narrowed(present(count), rows_of(count + 5), most, KINDS)
    assert said.expression == f"row not in [7,{count + 5}]"
    short = np.ones(count - 2, dtype=bool)  # rows beyond a mask may not be answered either
    assert narrowed(present(count), NONE, short, KINDS).expression == (
        f"row not in [{count - 2},{count - 1}]"
    )


def test_half_of_many_rows_is_said_by_filters_and_else_by_asking_for_more():
    count = 4 * LISTED
    half = np.arange(count) % 2 == 0
    said = narrowed(present(count), NONE, FilteredMask.of(half, [Equals("trl", 6)]), KINDS)
    assert said.expression == f"(f_trl in [6.0] or {BULKY} == true)"
    assert said.fetch(116) == 116
    plain = narrowed(present(count), NONE, half, KINDS)
    assert plain.expression == ""
    assert plain.fetch(116) == int(116 * 2 * 1.25)


def test_the_fewer_rows_pass_the_more_are_kept_in_sight():
    assert Narrowed("").ef(116) == LEAST_EF
    assert Narrowed("").ef(400) == 800
    assert Narrowed("", share=0.1).ef(116) == 10 * LEAST_EF
    assert Narrowed("", share=0.0001).ef(116) == 50 * LEAST_EF


def test_a_mask_knows_its_filters_and_what_is_made_from_it_does_not():
    mask = FilteredMask.of(np.array([True, False]), [Equals("trl", 6)])
    assert filters_of(mask) == (Equals("trl", 6),)
    assert filters_of(~mask) == filters_of(mask | True) == filters_of(np.array(mask)) == ()
    mask[0] = False
    assert filters_of(mask) == (Equals("trl", 6),)


def test_what_no_field_holds_marks_its_row_as_bulky():
    values = {
        0: {"region": "江苏", "trl": 6, "modes": ["许可"], "posted": "2026-01-31"},
        1: {"region": "长" * 171},
        2: {"modes": ["一"] * 65},
        3: {"trl": float("inf")},
        4: {"region": "\ud800"},
        5: {},
        6: {"trl": float("nan")},
    }
    made = entities(np.arange(7), unit_vectors(7, 4, 1), values, KINDS)
    assert [one[BULKY] for one in made] == [False, True, True, True, True, False, False]
    assert made[0]["f_posted"] == date(2026, 1, 31).toordinal()
    assert (made[0]["f_region"], made[0]["f_modes"]) == ("江苏", ["许可"])
    assert made[5]["f_trl"] == made[6]["f_trl"] == -1e300
    assert "f_地区" not in made[0]


def test_a_date_is_its_ordinal_and_nonsense_is_none():
    assert as_number("date", date(1, 1, 2)) == as_number("date", "0001-01-02") == 2.0
    assert as_number("number", "6") is as_number("date", "6") is as_number("date", None) is None


def test_a_cache_forgets_what_was_not_asked_for_the_longest():
    cache = VectorCache(rows=2)
    a, b, c = unit_vectors(3, 4, 2)
    cache.put({1: a, 2: b})
    assert cache.get([1]).keys() == {1}
    cache.put({3: c})
    assert cache.get([1, 2, 3]).keys() == {1, 3}
    cache.forget([3, 9])
    assert cache.get([3]) == {}
