import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.fields.trl import propose_trl, stage_level
from matcher.types import Achievement, Need

REACHED = [
    "",
    "已完成中试，吨水能耗下降两成|6|中试",
    "通过中试验证，产品得率提高|6|中试",
    "完成小试和中试，建成示范装置|7|示范装置",
    "正在开展中试，预计年底结束|5|中试",
    "已实现批量生产，累计销售三千台|9|批量生产",
    "本成果已在汽车座椅上批量使用|9|批量使用",
    "已在三家钢厂应用，吨钢节约成本12元|9|已在三家钢厂应用",
    "已推广三十万亩|9|已推广",
    "属于产业化阶段|9|产业化阶段",
    "建成千吨级示范线并稳定运行半年|8|稳定运行",
    "产品已取得三类医疗器械注册证|8|注册证",
    "新品种通过国家审定|8|通过国家审定",
    "目前小批量试制|8|小批量",
    "在两个县开展示范应用|7|示范应用",
    "大田示范面积达到两万亩|7|大田示范",
    "现场试验表明节电一成五|7|现场试验",
    "试运行三个月，指标稳定|7|试运行",
    "工程样机通过第三方检测|6|工程样机",
    "研制出样机一台，性能达到设计要求|5|样机",
    "制备出公斤级样品|5|公斤级",
    "目前仍处于实验室小试阶段，下一步计划中试|4|处于实验室小试阶段",
    "未开展现场试验，仅完成实验室验证|4|仅完成实验室",
    "动物实验表明抑瘤率达六成|4|动物实验",
    "原理样机已研制成功|4|原理样机",
    "完成概念验证，仿真结果与理论相符|3|概念验证",
    "设计方案阶段，尚未加工样机|2|设计方案阶段",
    "技术成熟度为6级|6|技术成熟度为6级",
    "技术成熟度达到第七级|7|技术成熟度达到第七级",
    "TRL 7，已装车试验|7|TRL 7",
    "",
]

NOT_REACHED = [
    "",
    "拟开展中试",
    "正在准备中试",
    "尚未中试",
    "计划明年实现量产",
    "适合规模化生产，成本低",
    "便于工业化量产",
    "可用于制备量产芯片",
    "满足量产节拍要求",
    "国外已量产同类产品，国内仍是空白",
    "传统工艺已广泛应用但能耗高",
    "与市场上已有产品相比，成本降低三成",
    "需要合作方提供中试场地",
    "寻求企业共同开展中试放大和示范应用",
    "希望找到愿意承担中试的企业",
    "样机尚未研制",
    "没有样机",
    "具备量产条件",
    "为产业化应用奠定基础",
    "具有广阔的产业化前景",
    "有望实现规模化应用",
    "若能落实资金，可在一年内投产",
    "项目计划分三期：小试、中试、示范",
    "解决了批量生产中的开裂难题",
    "在批量生产条件下良率下降",
    "距离产业化还有较大差距",
    "专利已授权，未产业化",
    "即将进入临床试验",
    "预期达到TRL 6",
    "从实验室走向产业化的关键瓶颈",
    "推动成果从样机走向示范",
    "中试条件成熟，等待投资",
    "可提供中试服务",
    "已发表论文三篇",
    "申请发明专利两项，授权一项",
    "",
]


@pytest.mark.parametrize(("text", "level", "phrase"), [line.split("|") for line in REACHED if line])
def test_what_has_been_reached_is_proposed_with_its_phrase(text, level, phrase):
    proposed = propose_trl(Achievement(id="A1", text=text))
    assert proposed is not None
    assert (proposed.level, proposed.evidence.text) == (int(level), phrase)
    assert 0.5 < proposed.confidence < 1


@pytest.mark.parametrize("text", [line for line in NOT_REACHED if line])
def test_plans_denials_wishes_and_others_work_do_not_count(text):
    assert propose_trl(Achievement(id="A1", text=text)) is None


def test_a_need_is_not_given_a_level():
    assert propose_trl(Need(id="N1", text="已完成中试，希望量产")) is None


def test_the_title_counts_where_the_text_says_nothing():
    proposed = propose_trl(Achievement(id="A1", title="中试装置", text="吨水能耗下降"))
    assert proposed is not None
    assert (proposed.level, proposed.evidence.field) == (6, "title")
    assert propose_trl(Achievement(id="A1", title="膜材料", text="")) is None


def test_the_highest_level_that_was_reached_counts():
    text = "实验室样品性能好。完成中试。示范应用两处。"
    proposed = propose_trl(Achievement(id="A1", text=text))
    assert proposed is not None
    assert proposed.level == 7
    assert proposed.as_json() == {
        "level": 7,
        "confidence": proposed.confidence,
        "evidence": {"field": "text", "span": [14, 18], "text": "示范应用"},
        "rule": "demonstration",
    }


def test_where_the_work_stands_outweighs_single_phrases():
    text = "同类设备批量生产多年。本成果处于实验室小试阶段。批量供货客户多。"
    proposed = propose_trl(Achievement(id="A1", text=text))
    assert proposed is not None
    assert proposed.level == 4


@pytest.mark.parametrize(
    ("stage", "level"),
    [
        ("实验室", 4),
        ("小试阶段", 4),
        (" 中试 ", 6),
        ("产业化", 9),
        ("未中试", None),
        ("拟产业化", None),
        ("高", None),
        ("", None),
        ("小试、中试", None),
        ("已完成小试并正在准备中试放大", None),
    ],
)
def test_a_stage_by_itself_has_a_level(stage, level):
    assert stage_level(stage) == level


PIECES = st.sampled_from(
    ["已完成", "中试", "拟", "，", "。", "样机", "量产", "TRL6", "实验室", "未", "甲"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_the_evidence_is_a_piece_of_the_text(text):
    proposed = propose_trl(Achievement(id="A1", title="题", text=text))
    if proposed is not None:
        span = proposed.evidence
        assert 1 <= proposed.level <= 9
        assert text[span.start : span.end] == span.text
