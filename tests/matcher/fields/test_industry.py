import hashlib
import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.errors import ResourceError
from matcher.fields import industry_model
from matcher.fields.industry import DIVISION_SURE, SECTION_SURE, read_industry
from matcher.fields.industry_model import IndustryModel, Vocabulary, shipped_model
from matcher.fields.industry_names import division_name, division_section, section_name, stated
from matcher.types import Achievement, Need

VACCINE = Achievement(
    id="A1", title="猪用亚单位疫苗", text="抗原高密度发酵表达，佐剂配伍，免疫保护率高"
)
VAGUE = Achievement(id="A1", title="甲", text="乙丙")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("C27", "C27"),
        ("c27", "C27"),
        ("27", "C27"),
        ("2710", "C27"),
        ("C2710", "C27"),
        ("C27医药制造业", "C27"),
        ("(C27) 医药制造业", "C27"),
        ("Ｃ２７", "C27"),
        ("医药制造业", "C27"),
        ("通用设备制造", "C34"),
        ("软件和信息技术服务业", "I65"),
        ("软件信息技术", "I65"),
        ("铁路、船舶、航空航天和其他运输设备制造业", "C37"),
        ("铁路船舶航空航天和其他运输设备", "C37"),
        ("农业", "A01"),
        ("制造业/医药制造业", "C27"),
        ("制造业>医药制造业", "C27"),
        ("C", "C"),
        ("C 制造业", "C"),
        ("制造业", "C"),
        ("农、林、牧、渔业", "A"),
        ("信息传输、软件和信息技术服务业", "I"),
        ("01", "A01"),
    ],
)
def test_codes_and_names_of_the_standard_are_read(written, code):
    section, divisions = stated(written)
    assert (section, divisions) == (code[0], {code[1:]} if code[1:] else set())


@pytest.mark.parametrize(
    ("written", "divisions"),
    [
        ("生物医药", "27"),
        ("生物医药产业", "27"),
        ("医药制造", "27"),
        ("食品", "13 14 15"),
        ("软件", "65"),
        ("新一代信息技术", "39 63 64 65"),
        ("电子信息", "39 63 65"),
        ("新材料领域", "26 28 29 30 31 32"),
        ("节能环保", "35 42 46 77"),
        ("医药制造业；食品制造业", "14 27"),
        ("生物医药、食品", "13 14 15 27"),
    ],
)
def test_a_platform_s_wording_means_a_choice_of_divisions(written, divisions):
    assert stated(written)[1] == set(divisions.split())


@pytest.mark.parametrize(
    "written", ["其他", "综合", "X99", "C99", "A27", "999", "Cat", "——", "高校"]
)
def test_what_is_no_industry_means_nothing(written):
    assert stated(written) == ("", frozenset())


def test_a_stated_code_corrects_everything_else():
    record = replace(VACCINE, industry="软件", industry_code="C35")
    parsed = read_industry(record)
    assert parsed is not None
    assert (parsed.section, parsed.division, parsed.how) == ("C", "35", "stated")
    assert parsed.confidence == parsed.section_confidence == 1
    assert parsed.raw == "C35"


def test_a_code_that_is_none_leaves_the_industry_in_force():
    parsed = read_industry(replace(VACCINE, industry="食品制造业", industry_code="Z1"))
    assert parsed is not None
    assert (parsed.division, parsed.how) == ("14", "stated")


def test_a_wording_with_one_division_is_nearly_sure():
    parsed = read_industry(replace(VAGUE, industry="生物医药"))
    assert parsed is not None
    assert (parsed.division, parsed.how, parsed.confidence) == ("27", "narrowed", 0.9)


def test_the_text_decides_between_the_divisions_of_a_wording():
    ceramics = Achievement(id="A1", title="氮化硅陶瓷烧结", text="陶瓷粉体烧成", industry="新材料")
    steel = Achievement(id="A2", title="高炉炼铁与连铸", text="钢坯冷轧带钢", industry="新材料")
    found = [read_industry(one) for one in (ceramics, steel)]
    assert [one and (one.division, one.how) for one in found] == [
        ("30", "narrowed"),
        ("31", "narrowed"),
    ]
    software = read_industry(replace(ceramics, industry="软件；食品"))
    assert software is None or software.division in ("65", "13", "14", "15", "")


def test_a_wording_within_one_section_is_sure_of_the_section_at_least():
    parsed = read_industry(replace(VAGUE, industry="新材料"))
    assert parsed is not None
    assert (parsed.section, parsed.division) == ("C", "")
    assert read_industry(replace(VAGUE, industry="节能环保")) is None


def test_a_stated_section_is_narrowed_by_the_text_or_left_alone():
    parsed = read_industry(replace(VACCINE, industry="制造业"))
    assert parsed is not None
    assert (parsed.section, parsed.division, parsed.how) == ("C", "27", "narrowed")
    assert parsed.section_confidence == 1
    parsed = read_industry(replace(VAGUE, industry="C"))
    assert parsed is not None
    assert (parsed.section, parsed.division, parsed.how) == ("C", "", "stated")


def test_a_text_alone_gives_an_inference_with_its_confidence():
    parsed = read_industry(VACCINE)
    assert parsed is not None
    shown = parsed.as_json()
    assert json.loads(json.dumps(shown)) == shown
    assert (shown["code"], shown["division_name"], shown["how"], shown["raw"]) == (
        "C27",
        "医药制造业",
        "inferred",
        "",
    )
    assert DIVISION_SURE <= shown["confidence"] < 1
    assert shown["section_confidence"] >= shown["confidence"]


def test_an_unknown_wording_is_kept_raw_and_read_with_the_text():
    parsed = read_industry(replace(VACCINE, industry="兽用生物制品方向"))
    assert parsed is not None
    assert (parsed.raw, parsed.how, parsed.division) == ("兽用生物制品方向", "inferred", "27")


@pytest.mark.parametrize("record", [VAGUE, Need(id="N1", title="求合作")])
def test_a_text_that_says_nothing_of_its_trade_stays_without_one(record):
    assert read_industry(record) is None


def test_where_only_the_section_is_sure_only_the_section_is_given():
    mixed = Need(id="N1", title="材料表面处理设备与助剂", text="工件 部件 加工")
    parsed = read_industry(mixed)
    assert parsed is not None
    if not parsed.division:
        assert parsed.confidence >= SECTION_SURE
    assert parsed.section == "C"


def test_names_come_from_the_standard():
    assert (section_name("A"), division_name("01"), division_section("97")) == (
        "农、林、牧、渔业",
        "农业",
        "T",
    )
    assert (section_name("Z"), division_name("99"), division_section("99")) == ("", "", "")


TOY = IndustryModel(
    divisions=("01", "27"),
    rows={"水稻": 0, "疫苗": 1, "猪用疫苗": 2},
    weights=np.array([[100, -100], [-50, 50], [-100, 100]], dtype=np.int8),
    scales=np.array([0.01, 0.02, 0.01], dtype=np.float32),
    idf=np.array([1, 1, 2], dtype=np.float32),
    bias=np.array([0.5, 0], dtype=np.float32),
    calibration=np.array([[1.0, 0.0], [2.0, 0.5]]),
)


def test_shares_are_the_softmax_of_weighed_words():
    damped = np.array([1 + np.log(2), 1.0, 2.0])  # 水稻 twice, 疫苗, 猪用疫苗 with idf 2
    weights = np.array([[1, -1], [-1, 1], [-1, 1]])
    scores = damped @ weights / np.linalg.norm(damped) + np.array([0.5, 0])
    expected = np.exp(scores) / np.exp(scores).sum()
    found = TOY.shares(["水稻与水稻", "猪用疫苗"])
    assert found == pytest.approx(expected, abs=1e-6)


def test_without_a_known_word_there_are_no_shares():
    assert TOY.shares(["水", "稻"]) is None
    assert TOY.shares([]) is None


def test_confidence_grows_with_the_share_by_the_fitted_curve():
    assert TOY.confidence(0.3) == pytest.approx(0.3)
    odds = 2 * np.log(0.3 / 0.7) + 0.5
    assert TOY.confidence(0.3, of_section=True) == pytest.approx(1 / (1 + np.exp(-odds)))
    assert TOY.confidence(0) < TOY.confidence(0.5) < TOY.confidence(1)


def test_a_model_is_read_back_as_it_was_written():
    again = IndustryModel.parse(TOY.packed())
    assert again.rows == TOY.rows
    assert (again.shares(["水稻疫苗"]) == TOY.shares(["水稻疫苗"])).all()
    assert TOY.packed() == again.packed()


@given(
    st.text("甲乙丙", max_size=20), st.sets(st.text("甲乙丙", min_size=2, max_size=4), max_size=8)
)
def test_every_place_of_every_word_is_counted(text, words):
    expected = {
        word: count
        for word in words
        if (count := sum(text.startswith(word, at) for at in range(len(text))))
    }
    assert Vocabulary(words).count([text]) == expected


def test_the_shipped_model_knows_every_division_and_is_small():
    model = shipped_model()
    assert len(model.divisions) == 97
    assert all(division_name(code) for code in model.divisions)
    assert len(model.packed()) < 300_000


def test_missing_weights_are_told_so(monkeypatch, tmp_path):
    monkeypatch.setattr(industry_model.resources, "files", lambda package: tmp_path)
    with pytest.raises(ResourceError, match="重新安装"):
        shipped_model.__wrapped__()


def test_the_card_names_the_shipped_weights():
    folder = resources.files("matcher.fields") / "data"
    card = json.loads((folder / "industry.card.json").read_text("utf-8"))
    packed = (folder / card["name"]).read_bytes()
    assert card["sha256"] == hashlib.sha256(packed).hexdigest()
    assert card["words"] == len(shipped_model().rows)
