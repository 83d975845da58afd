"""Which number a requirement asks for, and how a plain value bounds it."""

import pytest

from matcher.quantities import asked_number, find_indicators

CASES = [
    # conditions before what is asked for
    ("150℃老化500h失重率<2%", "<", 2, "%"),
    ("-40℃放置7天容量保持率≥85%", ">=", 85, "%"),
    ("水深3米内测距误差不超过5厘米", "<=", 5, "厘米"),
    ("20MPa反复加压80次无鼓包", ">=", 80, "次"),
    # a plain value asks for at least, or at most, that
    ("使用寿命12年", ">=", 12, "年"),
    ("检出限0.02mg/L", "<=", 0.02, "mg/L"),
    ("耐温160℃", ">=", 160, "℃"),
    ("断头率下降40%", ">=", 40, "%"),
    ("每小时分拣5吨", ">=", 5, "吨/小时"),
    ("识别率98%", ">=", 98, "%"),
    ("-30℃启动", "<=", -30, "℃"),
    ("扫描分辨率600 dpi", ">=", 600, "dpi"),
    ("厚度0.2mm", "=", 0.2, "mm"),
    # what is withstood
    ("盐雾720小时不生锈", ">=", 720, "小时"),
    ("折叠20万次无裂纹", ">=", 20, "万次"),
    ("水煮2h后仍粘牢", ">=", 2, "h"),
    ("振动100小时不松动", ">=", 100, "小时"),
    # changes that must not be larger
    ("每台成本不增加50元以上", "<=", 50, "元"),
    ("色牢度不低于4级", ">=", 4, "级"),
    ("内毒素<0.1EU/mL", "<", 0.1, "EU/mL"),
    ("氨氮不高于2毫克每升", "<=", 2, "毫克每升"),
    ("残留为零", "<=", 0, ""),
]


@pytest.mark.parametrize(("text", "comparator", "value", "unit"), CASES)
def test_the_number_that_is_asked_for_is_told_from_its_conditions(text, comparator, value, unit):
    asked = asked_number(find_indicators(text), 0, len(text))
    assert asked is not None
    assert (asked.comparator, asked.high, asked.unit) == (comparator, pytest.approx(value), unit)


@pytest.mark.parametrize("text", ["附着力0级", "用于10.9级螺栓", "防护等级IP65", "阻燃V-1"])
def test_a_grade_that_is_only_named_is_no_number(text):
    assert asked_number(find_indicators(text), 0, len(text)) is None


def test_numbers_outside_of_the_words_are_left_alone():
    text = "膜厚不超过3μm，硬度不低于20GPa"
    numbers = find_indicators(text)
    assert asked_number(numbers, 0, 8).unit == "μm"
    assert asked_number(numbers, 9, len(text)).unit == "GPa"
    assert asked_number(numbers, 8, 9) is None


@pytest.mark.parametrize(
    ("text", "comparator"),
    [("含水率12%以下", "<"), ("含水率12%及以下", "<="), ("含水率12%以内", "<=")],
)
def test_below_leaves_its_number_out_unless_it_says_so(text, comparator):
    assert find_indicators(text)[0].comparator == comparator


def test_a_minus_behind_the_number_of_an_item_is_a_sign():
    text = "(3)-35℃可运行"
    assert find_indicators(text)[0].low == -35


@pytest.mark.parametrize("text", ["成立12年不断创新", "近3年未发生事故", "2种不同的材料"])
def test_times_gone_by_are_not_withstood(text):
    assert find_indicators(text) == []
