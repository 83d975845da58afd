"""The repair as a whole: order, switches, the log and the way back."""

import pytest

from matcher.text.repair import MARKS, RULES, Change, repair, repair_fingerprint, undo

GARBLED = "本項目攻克了薄膜涂布的關鍵技術，荿果已茬三家企業轉囮，20233月底前投产。"
CLEAN = "本项目攻克了薄膜涂布的关键技术，成果已在三家企业转化，2023年3月底前投产。"


def test_a_garbled_text_reads_as_it_was_meant():
    assert repair(GARBLED).text.text == CLEAN


def test_a_repair_can_be_undone_from_its_log():
    repaired = repair(GARBLED)
    assert undo(repaired.text.text, repaired.changes) == GARBLED


def test_each_change_tells_what_stood_where_and_who_changed_it():
    repaired = repair(GARBLED)
    for change in repaired.changes:
        assert GARBLED.startswith(change.before, change.offset)
        assert repaired.text.text.startswith(change.after, change.at)
        assert 0 < change.confidence <= 1
    assert {change.rule for change in repaired.changes} == {"variants", "traditional", "dates"}
    year = next(change for change in repaired.changes if change.rule == "dates")
    assert (year.before, year.after) == ("3", "3年")
    assert year.offset == GARBLED.index("33月")


def test_a_clean_text_is_left_alone():
    repaired = repair(CLEAN)
    assert repaired.text.text == CLEAN
    assert repaired.changes == ()
    assert repaired.marks == ()


def test_what_was_repaired_needs_no_repair():
    assert repair(repair(GARBLED).text.text).changes == ()


def test_a_rule_that_is_switched_off_does_nothing():
    assert repair(GARBLED, without={rule.name for rule in RULES}).text.text == GARBLED
    kept = repair(GARBLED, without={"variants"}).text.text
    assert "荿" in kept
    assert "关键技术" in kept


def test_a_mark_that_is_switched_off_is_not_set():
    text = "薄膜涂布工艺。\n随机推荐"
    assert [mark.rule for mark in repair(text).marks] == ["boilerplate"]
    assert repair(text, without={"boilerplate"}).marks == ()


def test_every_rule_has_a_name_of_its_own_and_a_reason():
    every = [*RULES, *MARKS]
    assert len({rule.name for rule in every}) == len(every)
    assert all(rule.title and rule.reason for rule in every)


def test_disguises_are_folded_before_traditional_is_converted():
    # The other way round OpenCC makes plutonium of it.
    assert (
        repair("成果在鈈涉及商業秘密的前提下公開").text.text == "成果在不涉及商业秘密的前提下公开"
    )


def test_a_log_of_another_text_is_refused():
    repaired = repair(GARBLED)
    with pytest.raises(ValueError, match="does not belong"):
        undo("另一段文字" * 20, repaired.changes)
    with pytest.raises(ValueError, match="does not belong"):
        undo(
            "甲乙", [Change(0, "丙", 0, "甲", "variants", 1.0), Change(1, "丁", 0, "甲", "x", 1.0)]
        )


def test_the_content_leaves_boilerplate_out_and_still_leads_back():
    text = "首頁 > 成果\n钙钛矿叠层电池效率达到百分之三十。\n随机推荐"
    content = repair(text).content
    assert content.text.strip() == "钙钛矿叠层电池效率达到百分之三十。"
    at = content.text.index("钙钛矿")
    start, end = content.original(at, at + 3)
    assert text[start:end] == "钙钛矿"


def test_a_text_of_nothing_but_boilerplate_keeps_it():
    assert repair("暂无").content.text == "暂无"


def test_the_fingerprint_names_version_and_tables():
    assert repair_fingerprint().startswith("repair@")
    assert repair_fingerprint() == repair_fingerprint()
