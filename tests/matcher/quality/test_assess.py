from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.quality import assess
from matcher.quality.aspects import aspects
from matcher.text.repair import repair
from matcher.types import Achievement, Need, Record
from tests.described import FULL_ACHIEVEMENT, FULL_NEED


def values(record: Record) -> dict[str, float]:
    return {part.aspect: part.value for part in assess(record).parts}


def test_a_full_description_gets_everything_and_no_advice() -> None:
    for record in (FULL_NEED, FULL_ACHIEVEMENT):
        assessment = assess(record)
        assert set(values(record).values()) == {1.0}
        assert assessment.score == pytest.approx(1.0)
        assert assessment.advice == ()
        assert assessment.defects == ()


def test_an_empty_description_gets_nothing_and_advice_for_each_aspect() -> None:
    for record in (
        Need(id="N1", title="技术需求"),
        Achievement(id="A1", title="关于科技成果的项目"),
    ):
        assessment = assess(record)
        assert assessment.score == 0.0
        assert len(assessment.advice) == len(assessment.parts)


def test_the_weights_of_each_side_add_up_to_one() -> None:
    for side in ("need", "achievement"):
        assert sum(one.weights[side] for one in aspects().all) == pytest.approx(1.0)
        assert all(one.advice[side] for one in aspects().of(side))


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("indicators", "寿命不少于2000小时，厚度0.2～0.3mm，结合强度≥40MPa"),
        ("method", "采用热障涂层"),
        ("application", "用于燃气轮机一级叶片"),
        ("problem", "目前的涂层容易剥落"),
        ("goal", "希望延长大修间隔"),
        ("maturity", "已完成中试"),
        ("cooperation", "愿意联合开发"),
        ("budget", "预算约200万元"),
    ],
)
def test_what_a_need_says_counts_for_its_aspect_and_is_shown(aspect: str, text: str) -> None:
    record = Need(id="N1", title="涂层", text=f"甲。{text}。")
    (part,) = (one for one in assess(record).parts if one.aspect == aspect)
    assert part.value == 1.0
    assert part.advice == ""
    assert part.evidence is not None
    assert part.evidence.text == record.text[part.evidence.start : part.evidence.end]
    assert part.evidence.text in text
    without = assess(replace(record, text="甲。"))
    assert values(record)[aspect] > {one.aspect: one.value for one in without.parts}[aspect]


@pytest.mark.parametrize(
    ("aspect", "text"),
    [
        ("effect", "能耗比传统工艺低"),
        ("effect", "精度优于进口设备"),
        ("cases", "已在两家电厂应用"),
        ("ip", "已授权发明专利"),
    ],
)
def test_what_an_achievement_says_counts_for_its_aspect(aspect: str, text: str) -> None:
    assert values(Achievement(id="A1", title="涂层", text=text))[aspect] == 1.0
    assert values(Achievement(id="A1", title="涂层", text="甲乙丙"))[aspect] == 0.0


@pytest.mark.parametrize(
    ("record", "aspect", "field"),
    [
        (Need(id="N1", title="甲", min_trl=6), "maturity", "min_trl"),
        (Need(id="N1", title="甲", cooperation="委托"), "cooperation", "cooperation"),
        (Need(id="N1", title="甲", budget_wan=0.0), "budget", "budget_wan"),
        (Achievement(id="A1", title="甲", ip="软著"), "ip", "ip"),
        (
            Achievement(id="A1", title="甲", transfer_modes=("转让",)),
            "cooperation",
            "transfer_modes",
        ),
    ],
)
def test_a_filled_field_counts_for_its_aspect(record: Record, aspect: str, field: str) -> None:
    (part,) = (one for one in assess(record).parts if one.aspect == aspect)
    assert (part.value, part.field, part.evidence) == (1.0, field, None)


def test_the_heading_of_a_form_is_no_goal() -> None:
    assert values(Need(id="N1", text="需求内容：涂层"))["goal"] == 0.0


def test_length_counts_from_a_few_words_to_enough_of_them() -> None:
    def length(characters: int) -> float:
        return values(Need(id="N1", text="石" * characters))["length"]

    assert [length(n) for n in (0, 20, 85, 150, 900)] == [0.0, 0.0, 0.5, 1.0, 1.0]


def test_evidence_is_cut_out_of_the_submitted_text_not_of_the_repaired_one() -> None:
    record = Need(id="N1", text="膜厚 ≥ ５０ μm，用於燃料電池。\u200b現有材料容易剝落，技術轉移。")
    shown = {one.aspect: one.evidence for one in assess(record).parts if one.evidence}
    assert shown["application"].text == "用於燃料電池"
    assert "５０ μm" in shown["indicators"].text


def test_boilerplate_is_not_read() -> None:
    footer = "技术支持：联合开发平台"
    assert values(Need(id="N1", text="涂层容易剥落\n联合开发"))["cooperation"] == 1.0
    assessment = assess(Need(id="N1", text=f"涂层容易剥落，希望解决\n{footer}"))
    assert {one.aspect: one.value for one in assessment.parts}["cooperation"] == 0.0
    (defect,) = assessment.defects
    assert defect.name == "boilerplate"
    assert defect.share == pytest.approx(len(footer) / len(f"涂层容易剥落，希望解决\n{footer}"))


@pytest.mark.parametrize("text", ["详见附件", "（见附件）。", "无", "N/A", "---", "测试"])
def test_a_placeholder_halves_the_score(text: str) -> None:
    assessment = assess(Need(id="N1", title="叶片抗氧化", text=text))
    (defect,) = assessment.defects
    assert (defect.name, defect.loss) == ("placeholder", 0.5)
    assert assessment.score == pytest.approx(0.06 / 2)
    assert assessment.advice[0] == defect.advice


def test_garbled_characters_lower_the_score_by_five_times_their_share() -> None:
    text = FULL_NEED.text.replace("涂层", "塗層", 1)
    clean, garbled = assess(FULL_NEED), assess(replace(FULL_NEED, text=text))
    (defect,) = garbled.defects
    assert defect.name == "garble"
    assert defect.share == pytest.approx(2 / (len(text) + len(FULL_NEED.title)))
    assert garbled.score == pytest.approx(clean.score * (1 - 5 * defect.share))
    wide = assess(replace(FULL_NEED, text=FULL_NEED.text.replace("0.2", "０.２")))
    assert wide.defects == ()


def test_a_text_that_was_repaired_already_gives_the_same() -> None:
    read: dict[Any, Any] = {"title": repair(FULL_NEED.title), "text": repair(FULL_NEED.text)}
    assert assess(FULL_NEED, read) == assess(FULL_NEED)


def test_advice_begins_with_what_helps_most() -> None:
    assessment = assess(replace(FULL_NEED, text="现用涂层容易剥落，希望解决", budget_wan=None))
    by_advice = {part.advice: part.lost for part in assessment.parts if part.advice}
    lost = [by_advice[words] for words in assessment.advice]
    assert lost == sorted(lost, reverse=True)
    assert assessment.advice[0].startswith("写出要达到的指标")


words = st.lists(
    st.sampled_from(
        [
            *"，。\n ",
            "石 墨 烯",
            "≥50MPa",
            "用于电池",
            "無塵",
            "暂无",
            "目前容易",
            "采用酸洗法",
            "\u200b",
        ]
    ),
    max_size=10,
).map("".join)


@settings(max_examples=80, deadline=None)
@given(title=words, text=words, is_need=st.booleans())
def test_scores_are_shares_and_evidence_is_the_records_own(
    title: str, text: str, is_need: bool
) -> None:
    record: Record = (Need if is_need else Achievement)(id="1", title=title, text=text)
    assessment = assess(record)
    assert 0 <= assessment.score <= 1 + 1e-9
    for part in assessment.parts:
        assert 0 <= part.value <= 1
        assert (part.value == 1) == (part.advice == "")
        if part.evidence is not None:
            own = getattr(record, part.evidence.field)
            assert own[part.evidence.start : part.evidence.end] == part.evidence.text != ""
    kept = 1.0
    for defect in assessment.defects:
        kept *= 1 - defect.loss
    parts = sum(part.weight * part.value for part in assessment.parts)
    assert assessment.score == pytest.approx(parts * kept)
    assert len(assessment.advice) == sum(p.value < 1 for p in assessment.parts) + len(
        assessment.defects
    )
