import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.text.normalise import normalise

ANY_TEXT = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("石墨烯 ，。10⁶℃㎡ＡＢ①\u200b\u3000\n\tﬁe\u0301")
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("submitted", "read"),
    [
        ("ＰＥＴ薄膜，１２００℃", "PET薄膜，1200℃"),
        ("循环10⁶次", "循环10^6次"),
        ("面积500㎡、m²", "面积500m2、m2"),
        ("氮化镓（GaN）", "氮化镓（GaN）"),
        ("石 墨 烯散热", "石墨烯散热"),
        ("水肥 一体化 系统", "水肥 一体化 系统"),
        ("零\u200b宽\ufeff字\u00ad符", "零宽字符"),
        ("全角\u3000空格\t制表", "全角 空格 制表"),
        ("e\u0301nergie", "énergie"),
        ("第一行\r\n第二行", "第一行\n\n第二行"),
        ("坏字符\x00\x07", "坏字符"),
    ],
)
def test_a_text_is_read_in_its_usual_width_and_form(submitted, read):
    assert normalise(submitted).text == read


@given(ANY_TEXT)
def test_every_character_knows_where_it_came_from(text):
    changed = normalise(text)
    assert len(changed.text) == len(changed.starts) == len(changed.ends)
    for start, end in zip(changed.starts, changed.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(changed.starts) == sorted(changed.starts)


@given(ANY_TEXT)
def test_what_is_normalised_stays_as_it_is(text):
    once = normalise(text).text
    twice = normalise(once).text
    assert normalise(twice).text == twice


def test_a_span_goes_back_to_the_original():
    changed = normalise("膜厚１０⁶ｎｍ以下")
    at = changed.text.index("10^6")
    assert changed.original(at, at + 4) == (2, 5)
    assert changed.original(0, len(changed.text)) == (0, 9)


def test_an_empty_span_stays_empty():
    changed = normalise("薄膜")
    assert changed.original(1, 1) == (1, 1)
    assert changed.original(2, 2) == (2, 2)
    assert normalise("").original(0, 0) == (0, 0)
