import pytest

from matcher.text.repair import CONTEXTUAL, repair


def read(text):
    return repair(text, without=CONTEXTUAL).text


@pytest.mark.parametrize(
    ("submitted", "expected"),
    [
        ("ＰＥＴ薄膜，１２００℃", "PET薄膜，1200℃"),
        ("循环10⁶次", "循环10^6次"),
        ("浓度10⁻⁶mol", "浓度10^-6mol"),
        ("面积500㎡、m²", "面积500m2、m2"),
        ("氮化镓（GaN）", "氮化镓（GaN）"),
        ("石 墨 烯散热", "石墨烯散热"),
        ("水肥 一体化 系统", "水肥 一体化 系统"),
        ("零\u200b宽\ufeff字\u00ad符", "零宽字符"),
        ("全角\u3000空格\t制表", "全角 空格 制表"),
        ("e\u0301nergie", "énergie"),
        ("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
        ("坏字符\x00\x07", "坏字符"),
        ("⽯墨⽔处理", "石墨水处理"),
        ("⻩⾦、⻋⻔与⻅", "黄金、车门与见"),
        ("豈更車", "豈更車"),
        ("质量㎏", "质量kg"),
    ],
)
def test_a_text_is_read_in_its_usual_width_and_form(submitted, expected):
    assert read(submitted).text == expected


def test_a_span_goes_back_to_the_original():
    changed = read("膜厚１０⁶ｎｍ以下")
    at = changed.text.index("10^6")
    assert changed.original(at, at + 4) == (2, 5)
    assert changed.original(0, len(changed.text)) == (0, 9)


def test_an_empty_span_stays_empty():
    changed = read("薄膜")
    assert changed.original(1, 1) == (1, 1)
    assert changed.original(2, 2) == (2, 2)
    assert read("").original(0, 0) == (0, 0)


def test_a_mark_behind_a_plain_character_belongs_to_it():
    changed = read("一e\u0301二")
    assert changed.text == "一é二"
    assert changed.original(1, 2) == (1, 3)
