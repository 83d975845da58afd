"""Forms and documents of any shape: nothing that stands in them gets lost."""

from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.importer.documents import source_of
from service.importer.forms import OTHER, is_form, records_of
from service.importer.grids import Grid, filled_down
from service.importer.labels import cleaned, is_label, parts_of
from service.importer.mapping import recogniser
from service.importer.prose import Paragraph

KNOWN = recogniser("need", {})

LABELS = ["需求名称", "需求描述", "所属行业", "联系人", "电话", "预算", "合作方式"]
texts = st.sampled_from(
    [*LABELS, "", "特长", "甲公司", "一段话，很长。" * 3, "需求名称：乙", "12", "说明"]
)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    width, height = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    rows = draw(
        st.lists(st.lists(texts, min_size=width, max_size=width), min_size=height, max_size=height)
    )
    regions = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 3))):
        top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
        bottom, right = draw(st.integers(top, height - 1)), draw(st.integers(left, width - 1))
        places = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if len(places) > 1 and taken.isdisjoint(places):
            taken |= places
            regions.append((top, left, bottom, right))
            for row, column in places - {(top, left)}:
                rows[row][column] = ""
    return Grid(rows, regions)


def words(text: object) -> set[str]:
    """The pieces of a cell, with the label of `label：value` apart."""
    return {
        one for line in str(text).splitlines() for one in line.replace("：", " ").split() if one
    }


@settings(max_examples=150, deadline=None)
@given(grids())
def test_every_cell_of_a_form_is_a_label_or_part_of_a_value(grid: Grid) -> None:
    records = records_of(grid, KNOWN)
    if not records:
        return
    read = {
        one for record in records for pair in record.items() for part in pair for one in words(part)
    }
    for row in grid.rows:
        for cell in row:
            assert words(cell) <= read or is_label(str(cell), KNOWN), (cell, records)


blocks = st.lists(
    st.one_of(
        grids(),
        st.builds(Paragraph, texts.filter(bool), st.one_of(st.none(), st.integers(0, 3))),
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(blocks)
def test_a_document_of_any_shape_is_read(found: list[Paragraph | Grid]) -> None:
    source = source_of(found, KNOWN, "文件名")
    read = ""
    for table in source.tables:
        read += " ".join(table.columns)
        for row in table.rows:
            assert set(row.cells) <= set(table.columns)
            assert row.position >= 1
            read += " ".join(map(str, row.cells.values()))
    lines = [
        str(cell)
        for one in found
        for cell in ([one.text] if isinstance(one, Paragraph) else chain(*one.rows))
    ]
    # What was not read is told, but for labels without a value.
    for line in lines:
        is_read = all(word in read for word in words(line))
        assert source.notes or is_read or is_label(line, KNOWN), (line, read)


@pytest.mark.parametrize(
    "rows",
    [
        [["需求名称", "特长", "甲公司", "", "需求描述"]],
        [["需求名称", "特长", "", ""], ["所属行业", "农业", "", ""], ["甲公司", "", "说明", "12"]],
    ],
)
def test_what_is_no_label_and_has_no_value_is_kept_as_a_text(rows: list[list[str]]) -> None:
    [record] = records_of(Grid(rows), KNOWN)
    assert (record["需求名称"], record[OTHER]) == ("特长", "甲公司")


@settings(max_examples=100, deadline=None)
@given(grids())
def test_filling_down_changes_only_blank_cells_of_merged_rows(grid: Grid) -> None:
    numbered = [(at, row, "") for at, row in enumerate(grid.rows, start=1)]
    filled = [*filled_down(iter(numbered), grid.regions)]
    assert [at for at, _, _ in filled] == [at for at, _, _ in numbered]
    below = {
        (row, left): grid.rows[top][left]
        for top, left, bottom, _ in grid.regions
        for row in range(top + 1, bottom + 1)
    }
    for at, (_, cells, _) in enumerate(filled):
        for column, cell in enumerate(cells):
            before = grid.rows[at][column]
            if (at, column) in below and any(grid.rows[at]):
                assert cell == (before or below[at, column])
            else:
                assert cell == before


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["需求名称", "描述"], ["甲", "一"]], False),
        ([["序号", "需求名称", "备注"], ["1", "甲", "x"]], False),
        ([["需求名称", "甲"], ["描述", "一"]], True),
        ([["需求名称", "甲"]], True),
        ([["需求名称", "甲"], ["联系人", "张三"]], True),
        ([["单位名称", "联系人", "电话", "需求名称"], ["甲", "张", "1", "乙"]], False),
        ([["联系人", "张三"], ["电话", "1"]], False),
        ([["甲", "乙"], ["丙", "丁"]], False),
    ],
)
def test_a_form_has_labels_in_many_rows_and_a_list_in_one(
    rows: list[list[str]], expected: bool
) -> None:
    assert is_form(Grid(rows), KNOWN) is expected


HEAD = ["序号", "需求名称", "需求描述", "所属行业", "预算"]
FULL = ["1", "甲", "一", "农业", "5"]


@pytest.mark.parametrize(
    "rows",
    [
        [["需求汇总表"], ["单位：万元  日期：2025年6月"], HEAD, FULL, ["2", "乙", "二", "农业"]],
        [["单位：万元"], HEAD, FULL],
        [HEAD, FULL, ["2", "乙", "二"], ["联系人：张三  电话：1"]],
        [HEAD, ["1", "甲", "技术指标：一", "农业", "5"], ["2", "乙", "背景：二"]],
    ],
)
def test_a_label_beside_its_value_does_not_make_a_list_a_form(rows: list[list[str]]) -> None:
    assert records_of(Grid(rows), KNOWN) == []


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD[1:], FULL[1:], ["合作方式", "技术许可"]],
        [HEAD[1:], FULL[1:], ["合作方式"], ["技术许可"]],
        [["需求名称：丙"], ["合作方式：许可"], HEAD[1:], FULL[1:]],
        [HEAD[1:], ["合作方式：许可"]],
    ],
)
def test_labels_of_their_own_rows_make_a_form(rows: list[list[str]]) -> None:
    assert is_form(Grid(rows), KNOWN)


def test_huge_grids_are_no_forms() -> None:
    assert not is_form(Grid([["需求名称", *["x"] * 100]]), KNOWN)
    assert not is_form(Grid([["需求名称", "x"]], [(0, 0, 0, 1)] * 6000), KNOWN)


def test_a_numbered_or_framed_label_is_a_label() -> None:
    assert [*parts_of("（一）需求名称：甲", KNOWN)] == [("需求名称", "甲")]
    assert [*parts_of("【需求描述】：一", KNOWN)] == [("需求描述", "一")]
    assert [*parts_of("见说明：一", KNOWN)] == [("", "见说明：一")]
    assert cleaned("3、 预 算：") == "预算"


def test_labels_are_searched_in_time_that_grows_with_the_text() -> None:
    from time import process_time

    for text in ("甲 " * 200_000, "甲" * 400_000, "a；" * 200_000, "预" + " " * 400_000):
        started = process_time()
        assert len([*parts_of(text, KNOWN)]) == 1
        assert process_time() - started < 3
