from collections.abc import Sequence
from dataclasses import replace

import pytest

from matcher.duplicates import lexicon as lexicon_module
from matcher.duplicates.find import decisions, index_of
from matcher.duplicates.judge import Decision, Judge
from matcher.duplicates.lexicon import shipped_lexicon, stands_in
from matcher.duplicates.readable import readable, roughly_readable
from matcher.duplicates.reading import Reading
from matcher.duplicates.wording import lists
from matcher.errors import ResourceError
from matcher.types import Achievement, Record
from tests.duplicates.worlds import COPY, PICKER

JUDGE = Judge()
OTHER = Achievement(id="C1", title="高炉煤气干法脱硫剂", text="以赤泥为载体，硫容高，一年一换。")


class Records:
    def __init__(self, *records: Record) -> None:
        self.by_id = {record.id: record for record in records}

    def get_many(self, ids: Sequence[str]) -> list[Record]:
        return [self.by_id[id_] for id_ in ids if id_ in self.by_id]


def found(*records: Record, new: set[str] | None = None) -> list[Decision]:
    return list(decisions(index_of(records), Records(*records), JUDGE, new))


def test_a_search_gives_what_is_not_simply_different() -> None:
    (one,) = found(PICKER, COPY, OTHER)
    assert {one.left, one.right} == {"A1", "B1"}
    assert one.verdict == "same"


def test_a_search_for_new_records_leaves_old_pairs_alone() -> None:
    again = replace(PICKER, id="D1")
    pairs = [{one.left, one.right} for one in found(PICKER, COPY, again, new={"D1"})]
    assert {"A1", "B1"} not in pairs
    assert {"A1", "D1"} in pairs


def test_the_order_of_records_does_not_matter() -> None:
    again = replace(PICKER, id="D1", text=PICKER.text[:50])
    assert found(PICKER, COPY, again, OTHER) == found(OTHER, again, COPY, PICKER)


def test_a_record_that_went_away_meanwhile_is_passed_over() -> None:
    assert list(decisions(index_of([PICKER, COPY]), Records(PICKER), JUDGE)) == []


def test_progress_goes_up_to_one() -> None:
    shares: list[float] = []
    index = index_of([PICKER, COPY])
    list(decisions(index, Records(PICKER, COPY), JUDGE, progress=shares.append))
    assert shares == [0.0, 1.0]


def test_readable_texts_are_simplified_and_lose_what_is_invisible() -> None:
    assert readable("基於深度學習的蘋果採摘機器人") == "基于深度学习的苹果采摘机器人"
    assert roughly_readable("蘋\u200b果") == "苹果"


def test_the_last_number_of_a_text_that_was_cut_off_is_not_read() -> None:
    reading = Reading.of(replace(PICKER, text="压力0.6 MPa，温度12…"), shipped_lexicon())
    assert {name for name, _ in reading.all_marks.quantities} == {"Pa"}


def test_a_synonym_stands_for_a_word_and_a_stranger_does_not() -> None:
    assert stands_in("检测", "苹果糖度测定")
    assert stands_in("锂离子电池", "锂离子储能电子电池组")  # cut in another way
    assert not stands_in("锂离子电池", "锂电池")
    assert not stands_in("苹果", "草莓采摘机器人")


def test_words_that_distinguish_nothing_weigh_nothing() -> None:
    words = shipped_lexicon()
    assert words.weight("一种") == words.weight("技术") == words.weight("5kw") == 0
    assert words.weight("第二") == words.weight("一期") == 0
    assert words.weight("镧铈囮") == 0  # holds a damaged character
    assert 0 < words.weight("苹果") <= lexicon_module.MAX_WEIGHT


def test_a_missing_word_list_is_told() -> None:
    with pytest.raises(ResourceError, match=r"none\.txt"):
        lists._lines("none.txt")


def test_no_part_of_a_compound_is_lost() -> None:
    words = {token.word for token in shipped_lexicon().tokens("面向氧化锌生产")}
    assert "锌" in words
    assert "氧化锌" not in words
