"""The garbling that the repair is measured with, held to what it says of itself."""

from random import Random

import pytest

from benchmarks.corruption import LEVELS, Level, garble, tables
from benchmarks.corruption.passages import misdecode, often_torn

CLEAN = (
    "本项目开发了一种新型传感器,可以连续监测管道的压力和温度。该设备于2018年6月完成中试,"
    "处理能力为 50 kg/h,能耗降低三成。企业希望与高校合作,解决高温合金焊接时容易开裂的问题。"
) * 20
ONE_BY_ONE = {
    "variants": ({"martian", "traditional", "lookalike"}, Level(variants=0.05, punctuation=0)),
    "punctuation": ({"punctuation"}, Level(variants=0, punctuation=1)),
    "traditional": ({"whole"}, Level(variants=0, punctuation=0, traditional=1)),
    "dates": ({"date"}, Level(variants=0, punctuation=0, dates=1)),
    "misread": ({"misread"}, Level(variants=0, punctuation=0, misread=0.05)),
    "boilerplate": ({"boilerplate"}, Level(variants=0, punctuation=0, boilerplate=1)),
    "mojibake": ({"mojibake"}, Level(variants=0, punctuation=0, mojibake=1)),
}


@pytest.mark.parametrize("number", LEVELS)
def test_the_same_seed_garbles_alike_and_another_does_not(number: int) -> None:
    one, again, other = (garble(CLEAN, LEVELS[number], Random(seed)) for seed in (3, 3, 4))
    assert one == again
    assert one.text != other.text


@pytest.mark.parametrize("number", LEVELS)
def test_cells_join_to_both_texts_and_give_the_clean_one_back(number: int) -> None:
    garbled = garble(CLEAN, LEVELS[number], Random(number))
    spans = list(garbled.spans())
    assert "".join(garbled.text[start:end] for start, end, _ in spans) == garbled.text
    assert "".join(cell.right for cell in garbled.cells) == garbled.right
    assert "".join(c.lost or c.right for c in garbled.cells if c.kind != "boilerplate") == CLEAN
    assert all(cell.written == cell.right for cell in garbled.cells if not cell.kind)


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_each_share_does_what_it_is_named_for(name: str) -> None:
    kinds, level = ONE_BY_ONE[name]
    garbled = garble(CLEAN, level, Random(0))
    assert {cell.kind for cell in garbled.cells} - {""} == kinds
    assert garbled.text != CLEAN


def test_shares_are_kept_to() -> None:
    garbled = garble(CLEAN, Level(variants=0.05, punctuation=0.6), Random(0))
    kinds = [cell.kind for cell in garbled.cells]
    disguised = sum(kind in ("martian", "traditional", "lookalike") for kind in kinds)
    assert disguised == pytest.approx(0.05 * len(CLEAN), abs=1)
    marks = sum(char in "。,；，;" for char in CLEAN)
    assert 0.45 * marks < kinds.count("punctuation") < 0.75 * marks


def test_levels_grow_heavier() -> None:
    def wrong(number: int) -> int:
        garbled = garble(CLEAN, LEVELS[number], Random(1))
        return sum(cell.written != (cell.lost or cell.right) for cell in garbled.cells)

    assert wrong(1) < wrong(2) < wrong(3)


def test_a_replaced_string_begins_a_word_and_tears_different_ones() -> None:
    text = "建立推广体系,推动转移转化;加快转移转化,服务转移转让;完善转移转让。"
    assert "转移转化" not in often_torn(text, 2)
    torn = often_torn("加快成果转移转化,推进成果转移转让,鼓励成果转移转化。", 3)
    assert torn == ["成果转移转"]
    assert often_torn("加快成果转移转化,推进成果转移转让。", 3) == []


def test_every_pair_of_the_tables_is_a_change() -> None:
    for listed in (tables.martian(), tables.lookalikes(), tables.shapes(), tables.kangxi()):
        assert all(
            disguises and standard not in disguises for standard, disguises in listed.items()
        )
    assert sum(map(len, tables.martian().values())) >= 400


def test_misread_bytes_come_back() -> None:
    seen = {misdecode("氮化镓功率器件", Random(seed)) for seed in range(20)}
    assert None not in seen
    assert len(seen) >= 2
    assert "氮化镓功率器件" not in seen
