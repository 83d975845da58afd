"""Each rule beside `characters` and `variants` by itself."""

from itertools import pairwise

import pytest

from matcher.text.offsets import OffsetText
from matcher.text.repair import replaced
from matcher.text.repair.boilerplate import find_boilerplate
from matcher.text.repair.dates import find_broken_dates
from matcher.text.repair.doubled import find_doubled
from matcher.text.repair.mojibake import find_mojibake
from matcher.text.repair.punctuation import find_lost_punctuation, likely_break
from matcher.text.repair.replaced import find_replaced
from matcher.text.repair.traditional import find_traditional


def apply(find, text):
    return OffsetText.unchanged(text).edited(find(text)).text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("氣體分離膜與滲透汽化", "气体分离膜与渗透汽化"),
        ("乾燥機與乾隆瓷器，瞭解瞭望", "干燥机与乾隆瓷器，了解瞭望"),
        ("加強薄膜材料研究", "加强薄膜材料研究"),
        ("干燥机与显著效果", "干燥机与显著效果"),
        ("乾式变压器的绕组", "乾式变压器的绕组"),
        ("昇腾芯片与萬向节", "昇腾芯片与萬向节"),
    ],
)
def test_traditional_is_converted_with_its_phrases_and_names_stay(text, expected):
    assert apply(find_traditional, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("技術(shù)服務（wù）平台", "技術服務平台"),
        ("機(机)械加工", "機械加工"),
        ("服务(WTO)，电压(kv)，行(hang)", "服务(WTO)，电压(kv)，行(hang)"),
        ("温度（高）与压力（低）", "温度（高）与压力（低）"),
    ],
)
def test_a_character_said_twice_is_said_once(text, expected):
    assert apply(find_doubled, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20166月底前完成，201612月验收", "2016年6月底前完成，2016年12月验收"),
        ("2016年6月、120166月、编号2016", "2016年6月、120166月、编号2016"),
        ("201613月", "201613月"),
    ],
)
def test_a_year_that_runs_into_its_month_is_parted_from_it(text, expected):
    assert apply(find_broken_dates, text) == expected


@pytest.mark.parametrize(
    ("wrong", "right"), [("latin-1", "utf-8"), ("latin-1", "gb18030"), ("gb18030", "utf-8")]
)
def test_bytes_read_in_the_wrong_encoding_are_brought_back(wrong, right):
    text = "高温超导材料的制备法"
    garbled = text.encode(right).decode(wrong)
    assert apply(find_mojibake, garbled) == text
    assert apply(find_mojibake, f"项目：{garbled}") == f"项目：{text}"


@pytest.mark.parametrize(
    "text", ["Größe naïve café", "±0.5 µm × 3", "Ångström—“quoted”…", "©2020 Müller & Söhne"]
)
def test_latin_letters_that_mean_themselves_stay(text):
    assert find_mojibake(text) == []


SENTENCES = (
    "本区大力推进{}移转化，支持企业与高校共建{}化基地，完善{}化的服务体系。"
    "鼓励各类机构参与{}移转化，落实{}化的奖励办法，建立{}化统计制度。"
    "对重大{}化项目给予资助，促进{}移转化与产业升级相结合，营造{}化的良好氛围。"
)


def test_a_string_replaced_all_over_a_text_is_taken_back():
    text = SENTENCES.replace("{}", "某市先进技术成果转化")
    assert apply(find_replaced, text) == SENTENCES.replace("{}", "技术成果转")


def test_a_replaced_string_is_found_by_the_character_that_it_doubles():
    text = (
        "针对薄板件的{}艺研究，建立了{}艺数据库。结果表明{}艺参数对结合强度影响显著，"
        "优化后的{}艺使孔隙率明显降低。该{}艺已用于阀体修复，{}艺成本下降，"
        "与传统方法相比{}艺效率更高，为{}艺的推广提供了依据。"
    )
    garbled = text.replace("{}", "新一代激光熔覆工艺")
    assert apply(find_replaced, garbled) == text.replace("{}", "激光熔覆工")


def test_a_string_that_is_only_frequent_stays():
    text = SENTENCES.replace("{}化", "技术成果转化").replace("{}移", "技术成果转移")
    assert find_replaced(text) == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("您现在的位置是:首页 > 成果库\n钙钛矿电池。", ["您现在的位置是:首页 > 成果库"]),
        ("钙钛矿电池。\n我要回帖\n随机推荐", ["我要回帖", "随机推荐"]),
        ("完善评价制度。(市科委、市财政局、市教委)", ["(市科委、市财政局、市教委)"]),
        ("膜材料(聚酰胺、聚砜)性能好", []),
        ("未提供。", ["未提供。"]),
        ("成果简介：暂无", ["成果简介：暂无"]),
        ("成果网 | 一种耐磨涂层", ["成果网 | "]),
        ("责任编辑：某某", ["责任编辑：某某"]),
    ],
)
def test_what_says_nothing_of_the_thing_is_marked(text, marked):
    assert [text[start:end] for start, end in find_boilerplate(text)] == marked


def test_a_paragraph_that_comes_again_is_marked_the_second_time():
    line = "该技术已在多家企业推广应用并取得效益"
    text = f"{line}\n其他内容\n{line}"
    assert find_boilerplate(text) == [(len(text) - len(line), len(text))]


LONG = (
    "本项目研制了一种新型耐高温复合涂层材料采用等离子喷涂方法制备"
    "结果表明涂层的结合强度和抗热震性能均有明显提高"
)


def test_places_of_lost_punctuation_are_found_in_long_stretches():
    places = [start for start, end in find_lost_punctuation(LONG) if start == end]
    assert {LONG.index("结果表明"), LONG.index("涂层的")} & set(places)
    assert find_lost_punctuation(LONG[:40]) == []


def test_the_likeliest_break_is_the_one_before_a_new_clause():
    at = likely_break(LONG, 20, len(LONG) - 5)
    assert at in {LONG.index("结果表明"), LONG.index("涂层的")}
    assert likely_break("甲乙丙", 1, 1) is None


def test_edits_of_two_suspected_strings_never_overlap(monkeypatch):
    text = "甲乙丙丁戊己庚辛，" * 20
    found = ["丙丁戊己", "甲乙丙丁", "己庚辛"]
    monkeypatch.setattr(replaced, "_suspects", lambda _text: found)
    monkeypatch.setattr(replaced, "_original", lambda _text, string, at: string[1:] if at else None)
    monkeypatch.setattr(replaced._Place, "gain", lambda *_args: 1.0)
    edits = find_replaced(text)
    assert len(edits) == 20
    assert all(one.end <= other.start for one, other in pairwise(edits))
