"""What of a need is no requirement, and spans that are whole and said once."""

import pytest

from matcher.quantities import find_indicators
from matcher.requirements.background import is_background
from matcher.requirements.trim import is_repeated, once, whole


def marked(text):
    """The place between brackets, and the text without them."""
    start = text.index("[")
    end = text.index("]") - 1
    return text.replace("[", "").replace("]", ""), start, end


@pytest.mark.parametrize(
    "text",
    [
        "每套2万元，[每年采购约300套]。",
        "[起订量50台]，先付样品款。",
        "一、[考核]指标：产率高",
        "[合作方式]：委托开发",
        "现用[钛合金阀门]漏得快。想换一种。",
        "我们试过[双层喷涂]，没用。",
        "出口浓度忽高忽低，[氨逃逸超标]。",
        "[目前不良率3%]，客户意见大。",
        "[废渣含水率居高不下]，运费贵。",
    ],
)
def test_what_is_bought_used_tried_or_wrong_today_is_background(text):
    assert is_background(*marked(text))


@pytest.mark.parametrize(
    "text",
    [
        "希望[降低氨逃逸]，排放达标。",
        "[解决粉尘超标]的装置",
        "[年处理量3万吨]以上",
        "[采购价不超过200元]",
        "要求[耐磨性好]。",
        "目前不良率3%，要求[不良率降到0.5%以下]。",
        "[指标稳定]，寿命长",
    ],
)
def test_what_is_wished_is_none(text):
    assert not is_background(*marked(text))


def test_a_span_cuts_neither_a_word_nor_a_number_from_its_unit():
    text = "采用水凝胶涂层，耐压25MPa以上"
    words = [(0, 2), (2, 5), (3, 5), (5, 7)]
    numbers = find_indicators(text)
    assert whole(2, 4, words, numbers) == (2, 5)
    assert whole(4, 7, words, numbers) == (3, 7)
    assert whole(3, 7, words, numbers) == (3, 7)  # a word begins here
    start, end = whole(8, 12, [], numbers)
    assert text[start:end] == "耐压25MPa"
    assert whole(12, len(text), [], numbers)[0] == 10


def test_a_bare_number_takes_its_name_with_it():
    text = "涂层致密，附着力0级"
    start, end = whole(8, 10, [], find_indicators(text))
    assert text[start:end] == "附着力0级"


def test_the_same_is_said_once():
    assert is_repeated("温度 ≤80℃", ["耐磨", "温度≤80℃"])
    assert is_repeated("连续运行不堵塞的过滤装置", ["连续运行不堵塞过滤装置"])
    assert not is_repeated("温度≤80℃", ["温度≤90℃"])
    assert not is_repeated("耐酸", ["耐碱"])
    text = "温度≤80℃，温度≤80℃"
    assert text[: once(text, 0, len(text))] == "温度≤80℃"
    text = "温度≤80℃，温度≤80℃，无毒"
    assert once(text, 0, len(text)) == len(text)  # or 无毒 would be lost
    assert once("耐酸，耐碱", 0, 5) == 5
