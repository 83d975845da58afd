from collections.abc import Iterator
from pathlib import Path

import pytest

from matcher.types import Side
from service.errors import NoRecognisedColumnError, UnknownColumnError, UnknownFieldError
from service.importer.headings import field_of, is_personal, known, unit_wan
from service.importer.mapping import ColumnMap, map_tables, parse_choices, recogniser
from service.importer.tables import Row, Table
from service.store.rows import FIELDS


@pytest.mark.parametrize(
    ("side", "heading", "field"),
    [
        ("need", "需求名称", "title"),
        ("need", "项目名称", "title"),
        ("achievement", "项目名称", "title"),
        ("need", "技术需求描述", "text"),
        ("need", "技术需求", "title"),
        ("need", "技术需求（描述）", "text"),
        ("achievement", "成果简介", "text"),
        ("need", "单位名称", "organisation"),
        ("achievement", "单位名称", "owner"),
        ("achievement", "完成单位", "owner"),
        ("need", "预算", "budget_wan"),
        ("need", "投入资金（万元）", "budget_wan"),
        ("achievement", "转让价格(元)", "price_wan"),
        ("need", "技术成熟度", "min_trl"),
        ("achievement", "技术成熟度", "trl"),
        ("achievement", "转让方式", "transfer_modes"),
        ("achievement", "合作方式", "transfer_modes"),
        ("need", "合作方式", "cooperation"),
        ("need", "发布日期", "posted"),
        ("achievement", "发布日期", "published"),
        ("need", " * 需求 名称：", "title"),
        ("need", "一、需求名称", "title"),
        ("need", "1. 需求名称", "title"),
        ("need", "Title", "title"),
        ("need", "budget_wan", "budget_wan"),
        ("need", "Budget Wan", "budget_wan"),
        ("need", "所在地区\n（省市）", "region"),
        ("achievement", "項目名稱", "title"),
        ("achievement", "轉讓價格（萬元）", "price_wan"),
        ("need", "投入预算", "budget_wan"),
        ("achievement", "编码", "id"),
        ("achievement", "项目", "title"),
        ("achievement", "详细介绍", "text"),
        ("achievement", "TRL等级", "trl"),
        ("need", "备注", None),
        ("need", "", None),
        ("achievement", "需求名称", None),
    ],
)
def test_headings_are_recognised(side: Side, heading: str, field: str | None) -> None:
    assert field_of(side, heading) == field


@pytest.mark.parametrize("side", ["need", "achievement"])
def test_every_field_of_the_contract_is_its_own_heading(side: Side) -> None:
    for field in FIELDS[side]:
        assert field_of(side, field) == field
        assert field_of(side, field.upper()) == field


def test_every_listed_heading_names_a_field_that_exists() -> None:
    for side, names in known().fields.items():
        assert set(names.values()) == set(FIELDS[side])


@pytest.mark.parametrize(
    "heading",
    ["联系人", "联系电话", "手机号", "邮箱", "电子邮件", "E-mail", "Phone", "contactPerson", "QQ号",
     "项目负责人", "contact_name", "tel", "微信", "姓名", "第一完成人", "聯繫人", "聯絡電話",
     "联络人", "電郵", "負責人"],
)  # fmt: skip
def test_personal_headings_are_recognised(heading: str) -> None:
    assert is_personal(heading)


@pytest.mark.parametrize("heading", ["备注", "intelligence", "hotel", "成果来源", "remark"])
def test_other_headings_are_not_personal(heading: str) -> None:
    assert not is_personal(heading)


def test_no_heading_of_a_field_is_personal() -> None:
    for names in known().fields.values():
        assert not [heading for heading in names if is_personal(heading)]


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("预算（万元）", 1.0),
        ("预算", 1.0),
        ("预算（元）", 1e-4),
        ("预算(单位：元)", 1e-4),
        ("投资[亿元]", 1e4),
        ("预算（估计）（元）", 1e-4),
    ],
)
def test_a_heading_may_name_its_unit(heading: str, unit: float) -> None:
    assert unit_wan(heading) == unit


def table(*columns: str, name: str = "") -> Table:
    rows: Iterator[Row] = iter([])
    return Table(name, columns, rows, lambda: 1.0)


def test_columns_get_their_role() -> None:
    columns = ColumnMap("need", ["需求名称", "联系人", "备注", "预算（元）"], {})
    assert {name: column.role for name, column in columns.items()} == {
        "需求名称": "field",
        "联系人": "personal",
        "备注": "extra",
        "预算（元）": "field",
    }
    assert columns.fields == {"需求名称": "title", "预算（元）": "budget_wan"}
    assert columns.personal == ["联系人"]
    assert columns["预算（元）"].convert("50000") == 5.0
    assert columns["截止日期"].field == "deadline"  # a column that turns up later
    assert columns.is_usable


def test_what_the_user_chose_wins() -> None:
    columns = ColumnMap("need", ["需求名称", "联系单位"], {"联系单位": "organisation"})
    assert columns["联系单位"].field == "organisation"
    assert ColumnMap("need", ["备注"], {"备注": "text"}).is_usable
    assert not ColumnMap("need", ["备注"], {}).is_usable


def test_choices_are_parsed() -> None:
    assert parse_choices(["名 称=title", "a=b=text"], "need") == {"名 称": "title", "a=b": "text"}
    assert parse_choices([], "need") == {}


@pytest.mark.parametrize("entry", ["名称", "名称=", "=title", "名称=owner", "名称=Title"])
def test_a_bad_choice_is_refused_with_the_fields_that_exist(entry: str) -> None:
    with pytest.raises(UnknownFieldError, match="organisation"):
        parse_choices([entry], "need")


def test_a_chosen_column_counts_as_recognised() -> None:
    recognise = recogniser("need", {"某列": "title"})
    assert recognise(" 某列 ")
    assert recognise("需求名称")
    assert not recognise("别的")


def test_a_chosen_column_must_be_in_one_of_the_tables() -> None:
    tables = [table("需求名称"), table("名称", "备注", name="二")]
    assert len(map_tables(Path("x.xlsx"), tables, "need", {"备注": "text"})) == 2
    with pytest.raises(UnknownColumnError, match=r"“无此列”.*需求名称、名称、备注"):
        map_tables(Path("x.xlsx"), tables, "need", {"无此列": "text"})


def test_tables_without_title_and_text_fall_away() -> None:
    tables = [table("编号", name="一"), table("需求名称", name="二")]
    (used,) = map_tables(Path("x.xlsx"), tables, "need", {})
    assert used[0].name == "二"
    with pytest.raises(NoRecognisedColumnError, match=r"编号.*title.*--map"):
        map_tables(Path("x.xlsx"), tables[:1], "need", {})
