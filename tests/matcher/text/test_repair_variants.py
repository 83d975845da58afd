import pytest

from matcher.text.repair import repair


def mended(text):
    return repair(text).text.text


@pytest.mark.parametrize(
    ("garbled", "clean"),
    [
        ("依托国镓大学科技园建设中试基地", "依托国家大学科技园建设中试基地"),
        ("建立健铨成果评价机制", "建立健全成果评价机制"),
        ("处于国际湔沿水平", "处于国际前沿水平"),
        ("面向产业创新Φ心征集", "面向产业创新中心征集"),
        ("推动技术转迻和成果转囮", "推动技术转移和成果转化"),
        ("這項技術嘚優勢", "这项技术的优势"),
    ],
)
def test_a_disguise_is_folded_where_the_words_around_say_so(garbled, clean):
    assert mended(garbled) == clean


@pytest.mark.parametrize(
    "text",
    [
        "中国镓产量占全球的大部分",
        "氮化镓外延片与砷化镓探测器",
        "钶钽铁矿的选矿流程",
        "鈈的萃取分离工艺"[1:],
        "钢管Φ50mm，壁厚3mm",
        "孔径Φ=12毫米",
        "汾河流域水质监测",
        "茭白采后保鲜",
        "李悝变法",
        "昇腾处理器适配",
        "萬向集团的传动轴",
        "乾隆年间瓷器的釉料",
        "陈喆课题组",
    ],
)
def test_a_rare_character_in_its_place_stays(text):
    assert mended(text) == text


def test_an_element_keeps_its_meaning_when_it_is_simplified():
    assert mended("鈈的萃取分离工艺") == "钚的萃取分离工艺"
    assert mended("鈳铁合金的冶炼") == "钶铁合金的冶炼"


def test_a_text_full_of_disguises_needs_less_evidence_for_the_next():
    # 部汾 alone is doubtful; beside others it is not.
    doubtful = "登记汇茭后统一公布"
    certain = f"{doubtful}，科技荿果转囮嘚新模式，噺材料嘚研发，推動技术转迻"
    assert mended(doubtful) == doubtful
    assert mended(certain).startswith("登记汇交后")


def test_confidence_says_how_sure_a_fold_is():
    sure, *_ = repair("科技荿果的转化与推广").changes
    assert sure.rule == "variants"
    assert sure.confidence > 0.9
