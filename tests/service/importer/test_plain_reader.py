from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import DocumentError
from service.importer import plain
from tests.office_files import read_records, read_tables

CsvFile = Callable[..., Path]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_file_is_one_record_in_each_encoding(csv_file: CsvFile, encoding: str) -> None:
    text = "高温涂层的研究\r\n\r\n长期工作的陶瓷涂层。\r\n可以用于发动机。\r\n"
    assert read_records(csv_file(text, encoding, "x.txt")) == [
        {"title": "高温涂层的研究", "text": "长期工作的陶瓷涂层。\n可以用于发动机。"}
    ]


def test_several_records_begin_with_the_title_label(csv_file: CsvFile) -> None:
    text = (
        "附件\n1、需求名称：甲；所属行业：环保\n2、需求描述：一\n需求名称：乙\n需求描述：\n二\n三\n"
    )
    assert read_records(csv_file(text, name="x.txt")) == [
        {"需求名称": "甲", "所属行业": "环保", "需求描述": "一", "text": "附件"},
        {"需求名称": "乙", "需求描述": "二\n三"},
    ]


def test_a_line_above_the_labels_is_the_title_only_where_none_is_labelled(
    csv_file: CsvFile,
) -> None:
    labelled = read_records(csv_file("需求一则\n需求名称：甲\n需求描述：一", name="x.txt"))
    assert labelled == [{"其他内容": "需求一则", "需求名称": "甲", "需求描述": "一"}]
    unlabelled = read_records(csv_file("智能巡检\n需求描述：一", name="x.txt"))
    assert unlabelled == [{"title": "智能巡检", "需求描述": "一"}]


def test_a_sentence_that_mentions_a_telephone_is_no_label(csv_file: CsvFile) -> None:
    text = "题外话一则\n我们联系了三家。\n电话机的研制：很难。\n联系电话：138\n完。\n"
    (record,) = read_records(csv_file(text, name="x.txt"))
    assert record == {
        "title": "题外话一则",
        "text": "我们联系了三家。\n电话机的研制：很难。\n完。",
        "联系电话": "138",
    }


def test_words_apart_are_still_a_label(csv_file: CsvFile) -> None:
    (record,) = read_records(csv_file("项 目 名 称：甲\n单 位：乙公司", name="x.txt"))
    assert record == {"项目名称": "甲", "单位": "乙公司"}


def test_a_text_file_that_is_too_long_is_refused(
    csv_file: CsvFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "LONGEST", 100)
    with pytest.raises(DocumentError, match="超过 100 字"):
        read_tables(csv_file("甲\n" * 101, name="x.txt"))
