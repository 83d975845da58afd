import json
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matcher.fields import ParsedFields, read_fields
from matcher.fields.read import VERSION
from matcher.types import Achievement, Need

OFFERED = Achievement(
    id="A1",
    title="耐高温陶瓷涂层",
    text="已完成中试。",
    owner="浙江大学",
    transfer_modes=("技术许可", "合作开发"),
    price_wan=100.0,
    published=date(2024, 1, 1),
)


def test_a_record_is_read_with_what_was_written():
    raw = {"price_wan": "50-100万", "published": "2024年一季度", "transfer_modes": "技术许可/合作"}
    parsed = read_fields(OFFERED, raw).as_json()
    assert parsed["version"] == VERSION
    assert parsed["region"]["city"] == "杭州市"
    assert parsed["owner_type"]["kind"] == "高校"
    assert parsed["proposed_trl"]["level"] == 6
    assert parsed["transfer_modes"] == {"raw": "技术许可/合作", "modes": ["许可", "合作开发"]}
    assert (parsed["price_wan"]["low_wan"], parsed["price_wan"]["high_wan"]) == (50, 100)
    assert parsed["published"]["precision"] == "quarter"
    assert json.loads(json.dumps(parsed)) == parsed


def test_a_record_alone_is_read_as_far_as_it_goes():
    parsed = read_fields(OFFERED)
    assert parsed.transfer_modes is not None
    assert parsed.transfer_modes.modes == ("许可", "合作开发")
    assert (parsed.money, parsed.dates, parsed.trl) == ({}, {}, None)


def test_a_stated_level_is_kept_and_nothing_is_proposed_beside_it():
    parsed = read_fields(Achievement(id="A1", text="已完成中试。", trl=4), {"trl": "TRL4级"})
    assert parsed.proposed_trl is None
    assert parsed.trl is not None
    assert parsed.trl.as_json() == {"raw": "TRL4级", "value": 4}


def test_a_level_that_was_not_understood_is_kept_beside_the_proposal():
    parsed = read_fields(Achievement(id="A1", text="已完成中试。"), {"trl": "较成熟"})
    assert parsed.trl is not None
    assert (parsed.trl.raw, parsed.trl.value) == ("较成熟", None)
    assert parsed.proposed_trl is not None


def test_a_need_has_its_own_fields():
    need = Need(
        id="N1",
        title="涂层",
        text="要求已量产",
        organisation="苏州某某有限公司",
        cooperation="技术转让",
        min_trl=6,
    )
    raw = {"budget_wan": "面议", "deadline": "长期", "min_trl": "6级"}
    parsed = read_fields(need, raw).as_json()
    assert parsed["region"]["city"] == "苏州市"
    assert parsed["transfer_modes"]["modes"] == ["转让"]
    assert parsed["budget_wan"] == {"raw": "面议", "state": "negotiable"}
    assert parsed["deadline"] == {"raw": "长期", "state": "open"}
    assert parsed["trl"] == {"raw": "6级", "value": 6}
    assert not {"proposed_trl", "owner_type"} & set(parsed)


def test_an_empty_record_gives_nothing_but_the_version():
    assert ParsedFields().as_json() == {"version": VERSION}


def test_a_bare_amount_counts_in_the_unit_of_its_column():
    parsed = read_fields(OFFERED, {"price_wan": "5000"}, unit_wan=1e-4)
    assert parsed.money["price_wan"].value == 0.5


def test_a_cell_that_is_a_book_is_kept_and_not_read():
    book = "二" * 10_000
    record = replace(OFFERED, title=book, region=book, owner=book, industry=book, owner_type=book)
    raw = dict.fromkeys(("price_wan", "published", "trl"), book)
    parsed = read_fields(record, raw).as_json()
    assert parsed["price_wan"] == parsed["published"] == {"raw": book, "state": "unreadable"}
    assert "region" not in parsed


CELLS = st.text(max_size=20) | st.text("0123456789.-~万亿元年月日一二十百半内$季", max_size=12)


@given(CELLS, CELLS, CELLS, CELLS)
def test_whatever_stands_in_the_cells_becomes_json(amount, day, level, modes):
    raw = {"price_wan": amount, "published": day, "trl": level, "transfer_modes": modes}
    record = replace(OFFERED, region=level, owner=modes, owner_type=day, industry=amount)
    parsed = read_fields(record, raw).as_json()
    assert json.loads(json.dumps(parsed)) == parsed
    for name in ("price_wan", "published", "trl"):
        assert parsed.get(name, {"raw": raw[name]})["raw"] == raw[name]
        assert (name in parsed) == bool(raw[name])
