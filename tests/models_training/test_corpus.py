import pytest

from models.training.corpus import read_pairs, read_texts
from models.training.errors import TrainingInputError


def test_texts_and_pairs_are_read_in_order(tmp_path):
    one, two = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    one.write_text('{"text": "甲"}\n\n{"text": "乙", "more": 1}\n', encoding="utf-8")
    two.write_text('{"text": "丙"}', encoding="utf-8")
    assert read_texts([one, two]) == ["甲", "乙", "丙"]
    two.write_text('{"left": "丁", "right": "戊"}\n', encoding="utf-8")
    assert read_pairs([two]) == [("丁", "戊")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"title": "甲"}', "字段 text 应为非空文字"),
        ('{"text": " "}', "字段 text 应为非空文字"),
        ('{"text": 3}', "字段 text 应为非空文字"),
        ("[1]", "字段 text 应为非空文字"),
        ("{", "不是 JSON"),
    ],
)
def test_a_bad_line_is_named_with_file_and_number(tmp_path, line, problem):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"text": "甲"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(TrainingInputError, match=problem) as raised:
        read_texts([path])
    assert raised.value.line == 2
    assert f"{path} 第 2 行" in str(raised.value)


def test_an_unreadable_file_is_named(tmp_path):
    with pytest.raises(TrainingInputError, match="无法读取") as raised:
        read_texts([tmp_path / "none.jsonl"])
    assert raised.value.line is None
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TrainingInputError, match="无法读取"):
        read_texts([binary])
