"""What holds for every text: the way back, the order of the log, and that a repair ends."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corruption import LEVELS, garble
from benchmarks.repairing.invariants import violations
from matcher.text.repair import MARKS, RULES, repair, undo

ODD = (
    "的化囮镓Φ轉術發乾隆\u3000\u200b\u00a0\ufeff\u00ad⽯㎏ﬁⅢ①½²₂（）()，。,.\n\r\t 2016年6月底20166"
    "é\u0301ùōæ°®åŒ–锛銆鐨\U00020000\U0001f600\ue000\x00\x1b服務(wù)石 墨 烯首页>责任编辑:无"
)
WORDS = [
    *("科技成果转化", "我国高校科技成果转化", "移转化", "神经网络", "氮化镓", "技術服務", "鈈需要"),
    *("石 墨 烯", "20166月", "２０１８", "責任編輯:某某", "(市科委、市教委)", "未提供", "\n", "。"),
]
SENTENCES = (
    "本项目开发了一种新型传感器,可以连续监测管道的压力和温度。",
    "该设备于2018年6月完成中试,处理能力为 50 kg/h,能耗降低三成。",
    "企业希望与高校合作,解决高温合金在焊接过程中容易开裂的问题。",
    "采用神经网络对缺陷进行识别,神经网络的参数由遗传算法优化,神经网络的层数为五层。",
)
texts = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from(ODD), max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=60).map("".join),
    st.text(st.characters(min_codepoint=0x20000, max_codepoint=0x2FA1F), max_size=12),
)


@st.composite
def garbled(draw: st.DrawFn) -> str:
    clean = "".join(draw(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8)))
    level = LEVELS[draw(st.sampled_from(sorted(LEVELS)))]
    return garble(clean, level, Random(draw(st.integers(0, 10**6)))).text


@given(st.one_of(texts, garbled()))
@settings(max_examples=150, deadline=None)
def test_every_repair_can_be_undone_and_says_what_it_did(text: str) -> None:
    repaired = repair(text)
    assert repaired.original == text
    assert violations(repaired) == []


@pytest.mark.parametrize("name", [rule.name for rule in RULES])
@given(text=texts)
@settings(max_examples=25, deadline=None)
def test_each_rule_by_itself_keeps_to_it(name: str, text: str) -> None:
    others = [rule.name for rule in RULES if rule.name != name]
    repaired = repair(text, without=others)
    assert violations(repaired) == []
    assert {change.rule for change in repaired.changes} <= {name}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
@given(text=texts)
@settings(max_examples=25, deadline=None)
def test_the_edits_of_a_rule_are_in_order_and_apart(rule, text: str) -> None:  # type: ignore[no-untyped-def]
    at = 0
    for edit in rule.find(text):
        assert at <= edit.start < edit.end <= len(text)
        at = edit.end


@given(garbled())
@settings(max_examples=40, deadline=None)
def test_repairing_again_and_again_comes_to_an_end(text: str) -> None:
    # What was mended is better evidence for the rest, so a second repair may find more.
    for _ in range(4):
        before, text = text, repair(text).text.text
    assert text == before


@given(texts)
@settings(max_examples=60, deadline=None)
def test_plain_forms_are_reached_at_once(text: str) -> None:
    others = [rule.name for rule in RULES if rule.name != "characters"]
    once = repair(text, without=others).text.text
    assert repair(once, without=others).text.text == once


@given(texts)
@settings(max_examples=60, deadline=None)
def test_nothing_is_done_without_any_rule(text: str) -> None:
    names = [rule.name for rule in (*RULES, *MARKS)]
    repaired = repair(text, without=names)
    assert repaired.text.text == text
    assert repaired.changes == repaired.marks == ()


def test_a_log_of_another_text_is_refused() -> None:
    repaired = repair("国镓重点实验室开展转囮研究")
    assert repaired.changes
    with pytest.raises(ValueError, match="does not belong"):
        undo("别的文本与日志没有关系呢", repaired.changes)
