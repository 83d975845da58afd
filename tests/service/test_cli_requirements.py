"""What is understood of a need, on the screen and as JSON, with a stand-in reader."""

from pathlib import Path

import pytest

from tests.service_parts import NEEDS, Caller

TEXT = "求耐磨炉衬，耐温不低于1200℃，厚度3～5mm，成本低。"


def test_a_stored_need_is_read_point_by_point(duijie_indexed: Caller) -> None:
    answer = duijie_indexed.document("requirements", "--need", "N1")
    need = NEEDS[0]
    assert (answer["id"], answer["title"]) == (need.id, need.title)
    assert [one["id"] for one in answer["requirements"]] == ["r1", "r2", "r3"]
    for one in answer["requirements"]:
        start, end = one["span"]
        assert getattr(need, one["field"])[start:end] == one["text"] != ""
    life = answer["requirements"][2]
    assert life["text"] == "寿命不少于2000小时"
    assert life["kind"] == "indicator"
    assert {key: life[key] for key in ("comparator", "low", "high", "unit", "change")} == {
        "comparator": ">=",
        "low": 2000,
        "high": 2000,
        "unit": "小时",
        "change": "",
    }
    assert "comparator" not in answer["requirements"][1]


def test_a_text_is_read_for_people(duijie_new: Caller, tmp_path: Path) -> None:
    file = tmp_path / "需求.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    assert duijie_new("requirements", "--text", file) == 0
    lines = duijie_new.out.splitlines()
    assert "r1  效果  求耐磨炉衬" in lines
    assert "r2  指标  耐温不低于1200℃" in lines
    assert "          耐温 ≥ 1200 ℃" in lines
    assert "          厚度 3 至 5 mm" in lines
    assert "r4  效果  成本低" in lines
    assert duijie_new.err == ""


def test_standard_input_is_read(duijie_new: Caller) -> None:
    answer = duijie_new.document("requirements", "--text", "-", stdin=TEXT)
    assert answer["id"] == ""
    assert [one["text"] for one in answer["requirements"]] == [
        "求耐磨炉衬",
        "耐温不低于1200℃",
        "厚度3～5mm",
        "成本低",
    ]


def test_a_change_and_a_vague_number_are_told_in_words(duijie_new: Caller) -> None:
    assert duijie_new("requirements", "--text", "-", stdin="炉衬寿命提高20%以上，成本低") == 0
    assert "          炉衬寿命提高 ≥ 20 %" in duijie_new.out.splitlines()


def test_a_text_without_requirements_says_what_to_write(duijie_new: Caller) -> None:
    assert duijie_new("requirements", "--text", "-", stdin="……！") == 0
    assert "没有读出具体的要求" in duijie_new.out
    assert duijie_new.document("requirements", "--text", "-", stdin="！")["requirements"] == []


@pytest.mark.parametrize("options", [(), ("--need", "N1", "--text", "-")])
def test_exactly_one_need_is_asked_for(duijie_indexed: Caller, options: tuple[str, ...]) -> None:
    assert duijie_indexed("requirements", *options) == 2
    assert "--need 或 --text" in duijie_indexed.err
    assert duijie_indexed.out == ""


def test_a_need_that_is_not_there_is_named(duijie_indexed: Caller) -> None:
    assert duijie_indexed("requirements", "--need", "N99") == 2
    assert "N99" in duijie_indexed.err
    assert duijie_indexed("requirements", "--need", "A1") == 2  # an achievement has none


def test_nothing_to_read_is_refused(duijie_new: Caller, tmp_path: Path) -> None:
    assert duijie_new("requirements", "--text", "-", stdin=" \n") == 2
    assert "标准输入里没有文字" in duijie_new.err
    assert "Traceback" not in duijie_new.err
    empty = tmp_path / "空.txt"
    empty.write_text("\n", encoding="utf-8")
    assert duijie_new("requirements", "--text", empty) == 2
    assert "空.txt" in duijie_new.err
    assert duijie_new("requirements", "--text", tmp_path / "没有.txt") == 2
    assert "没有.txt" in duijie_new.err


def test_a_picture_in_the_text_does_not_shift_spans(duijie_new: Caller, tmp_path: Path) -> None:
    file = tmp_path / "n.txt"
    file.write_bytes("炉衬😀耐磨，成本低".encode())
    answer = duijie_new.document("requirements", "--text", file)
    assert [one["text"] for one in answer["requirements"]] == ["炉衬😀耐磨", "成本低"]
