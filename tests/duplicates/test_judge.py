import math
from dataclasses import replace
from datetime import date

import pytest

from benchmarks.duplicates_edits import EDITS
from matcher.duplicates.judge import Decision, Judge
from matcher.types import Achievement, Need
from tests.duplicates.worlds import BODY, COPY, PICKER

JUDGE = Judge()


def judged(left: Achievement | Need, right: Achievement | Need) -> Decision:
    return JUDGE(JUDGE.read(left), JUDGE.read(replace(right, id="Z")))


def test_a_reworded_title_and_fewer_sentences_in_another_order_are_the_same() -> None:
    decision = judged(PICKER, COPY)
    assert decision.verdict == "same"
    assert "单位相同" in decision.reasons
    assert decision.reasons[1].startswith("较短的正文 ")


def test_an_identical_record_is_the_same_and_says_why() -> None:
    decision = judged(PICKER, PICKER)
    assert decision.verdict == "same"
    assert decision.reasons == ("标题相同", "正文 100% 相同", "单位相同")


@pytest.mark.parametrize("edit", ["traditional", "garbled", "boilerplate", "reworded_text"])
def test_what_re_posting_does_to_a_text_makes_no_other_thing_of_it(edit: str) -> None:
    import random

    edited = EDITS[edit](PICKER, random.Random(3))
    assert edited != PICKER
    assert judged(PICKER, edited).verdict == "same"


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("储能变流器XX型号A 5kW", "储能变流器XX型号A 10kW", "5kW ≠ 10kW"),
        ("智慧灌区建设（一期）", "智慧灌区建设（二期）", "1期 ≠ 2期"),
        ("YX-300真空泵", "YX-500真空泵", "YX300 ≠ YX500"),
        ("2024年设备更新需求", "2025年设备更新需求", "2024 ≠ 2025"),
        ("高温合金时效炉", "低温合金时效炉", "高 ≠ 低"),
    ],
)
def test_contradicting_marks_of_titles_make_two_things_of_one_text(
    one: str, other: str, reason: str
) -> None:
    decision = judged(replace(PICKER, title=one), replace(PICKER, title=other))
    assert decision.verdict == "different"
    (told,) = decision.reasons
    assert told.startswith("不是同一条：")
    assert reason.lower() in told.lower()


def test_another_product_in_the_same_words_is_another_thing() -> None:
    other = replace(PICKER, title="山地果园草莓采摘机器人")
    decision = judged(PICKER, other)
    assert decision.verdict != "same"
    assert any("“苹果”≠“草莓”" in reason for reason in decision.reasons)


def test_other_figures_under_the_same_title_are_another_thing() -> None:
    text = BODY.replace("6 s", "11 s").replace("3%", "8%").replace("92%", "71%")
    decision = judged(PICKER, replace(PICKER, text=text))
    assert decision.verdict == "different"
    assert "6s ≠ 11s" in decision.reasons[0]


def test_another_product_named_only_in_the_text_is_not_merged() -> None:
    left = replace(PICKER, title="果园采摘机器人", text="识别苹果并采收。" + BODY)
    right = replace(left, text="识别葡萄并采收。" + BODY)
    decision = judged(left, right)
    assert decision.verdict != "same"
    assert any("“苹果”≠“葡萄”" in reason for reason in decision.reasons)


def test_a_title_alone_is_the_same_as_the_full_record_but_not_as_its_like() -> None:
    assert judged(replace(PICKER, text=""), PICKER).verdict == "same"
    like = replace(PICKER, title="山地果园柑橘采摘机器人", text="")
    assert judged(PICKER, like).verdict != "same"


def test_a_title_that_says_nothing_does_not_join_two_texts() -> None:
    left = Need(id="N1", title="技术需求", text="高炉煤气脱硫剂寿命太短，希望延长到一年。")
    right = Need(id="N2", title="技术需求", text="求购奶牛发情监测项圈，要求续航三年。")
    assert judged(left, right).verdict == "different"


def test_a_need_that_was_posted_again_is_the_same_and_the_dates_are_told() -> None:
    first = Need(id="N1", title="高炉煤气脱硫剂", text=BODY, posted=date(2023, 3, 1))
    decision = judged(first, replace(first, posted=date(2025, 5, 1)))
    assert decision.verdict == "same"
    assert "日期不同（2023-03-01、2025-05-01）" in decision.reasons


def test_the_same_text_under_an_unlike_title_is_shown_to_a_person() -> None:
    title = "基于点云补全的末端位姿规划"
    decision = judged(PICKER, replace(PICKER, title=title, owner=""))
    assert decision.verdict == "maybe"


def test_records_without_titles_are_told_by_their_texts() -> None:
    left, right = replace(PICKER, title=""), replace(PICKER, title="")
    assert judged(left, right).reasons[0] == "都没有标题"
    assert judged(left, PICKER).reasons[0] == "只有一条有标题"
    assert judged(left, PICKER).verdict == "same"


def test_two_titles_without_texts_say_so_and_owners_that_differ_count() -> None:
    left, right = replace(PICKER, text=""), replace(PICKER, text="", owner="别处农机有限公司")
    decision = judged(left, right)
    assert decision.reasons == ("标题相同", "都没有正文", "单位不同")
    assert decision.verdict == "maybe"  # two companies may want the same
    assert judged(left, replace(left, owner="")).verdict == "same"
    assert decision.probability < judged(left, left).probability


@pytest.mark.parametrize("other", [COPY, replace(PICKER, id="C", text=""), replace(COPY, title="")])
def test_the_answer_is_the_same_both_ways_round(other: Achievement) -> None:
    first, second = JUDGE.read(PICKER), JUDGE.read(other)
    one, back = JUDGE(first, second), JUDGE(second, first)
    assert (one.probability, one.verdict, one.reasons) == (
        back.probability,
        back.verdict,
        back.reasons,
    )
    assert (one.left, one.right) == (back.right, back.left)


def test_an_empty_record_is_judged_without_error() -> None:
    decision = judged(Achievement(id="A"), Achievement(id="B"))
    assert 0 <= decision.probability <= 1
    assert math.isfinite(decision.probability)
