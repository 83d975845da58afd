import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.sentences import MAX_SENTENCE, sentences


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("耐温达到1200℃。寿命长于5000小时！", ["耐温达到1200℃。", "寿命长于5000小时！"]),
        (
            "thickness of 0.5 mm. 薄膜要求耐磨",
            ["thickness of 0.5 mm.", "薄膜要求耐磨"],
        ),
        ("膜厚控制在1.25以内;硬度大于9H", ["膜厚控制在1.25以内;", "硬度大于9H"]),
        (
            "技术指标如下1、强度不低于45MPa2、伸长率不低于200%",
            ["技术指标如下", "1、强度不低于45MPa2、伸长率不低于200%"],
        ),
        (
            "要求：（1）导热系数不小于5；（2）击穿电压高",
            ["要求：（1）导热系数不小于5；", "（2）击穿电压高"],
        ),
        (
            "【成果简介】一种涂层\n【应用】用于船舶外壳",
            ["【成果简介】一种涂层", "【应用】用于船舶外壳"],
        ),
        ("他说“可行。”随后开始试制", ["他说“可行。”", "随后开始试制"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert cut(text) == expected


def test_a_text_without_punctuation_is_cut_into_pieces_of_bounded_length():
    pieces = cut("高强度耐腐蚀合金" * 60)
    assert len(pieces) >= 4
    assert all(len(piece) <= MAX_SENTENCE for piece in pieces)


def test_a_long_sentence_is_cut_at_its_commas():
    clause = "采用多级逆流萃取并在低温下真空浓缩"
    pieces = cut("，".join([clause] * 12))
    assert all(piece.rstrip("，").split("，")[0] == clause for piece in pieces)


def test_an_empty_text_has_no_sentences():
    assert sentences("") == []
    assert sentences(" \n ") == []


@given(st.text(alphabet=st.sampled_from("高强度合金，。;.!\n 1、2)（3）【】abc"), max_size=400))
def test_sentences_cover_all_but_blanks_and_never_overlap(text):
    spans = sentences(text)
    covered = set()
    for start, end in spans:
        assert start < end
        assert not text[start].isspace()
        assert not text[end - 1].isspace()
        assert covered.isdisjoint(range(start, end))
        covered.update(range(start, end))
    assert all(text[at].isspace() for at in set(range(len(text))) - covered)
    assert spans == sorted(spans)
