import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.quantities import Indicator, compare, find_indicators, same_quantity

TABLE = (Path(__file__).parent / "comparisons.txt").read_text("utf-8").splitlines()
LINES = [line for line in TABLE if line.strip() and not line.startswith("#")]


def one(text: str) -> Indicator:
    (indicator,) = find_indicators(text)
    return indicator


@pytest.mark.parametrize("line", LINES)
def test_an_offer_is_judged_as_a_person_judges_it(line: str) -> None:
    required, _, rest = line.partition(" | ")
    offered, _, judged = rest.partition(" => ")
    relation, ratio = judged.split()
    found = compare(one(required), one(offered))
    assert found.relation == relation
    if ratio != "-":
        assert found.ratio == pytest.approx(float(ratio), rel=1e-4, abs=1e-9)


def test_a_unit_that_nobody_knows_is_unrelated() -> None:
    strange = Indicator("强度", ">=", 3.0, 3.0, "吞/闪", (0, 1), (0, 1))
    assert compare(strange, strange).relation == "unrelated"


VALUES = st.floats(0.01, 1e6)
NAMES = st.sampled_from(["拉伸强度", "误差", "处理量", "粒径", "响应时间"])
UNITS = st.sampled_from(["MPa", "mm", "吨/年", "%", "℃", "", "dB"])


def indicator(name: str, comparator: str, value: float, unit: str, change: str = "") -> Indicator:
    return Indicator(name, comparator, value, value, unit, (0, 1), (0, 1), change)  # type: ignore[arg-type]


@settings(deadline=None)
@given(NAMES, st.sampled_from([">=", "<=", ">", "<", "=", "~"]), VALUES, UNITS)
def test_what_is_required_meets_itself(name: str, comparator: str, value: float, unit: str) -> None:
    required = indicator(name, comparator, value, unit)
    assert compare(required, required).relation == "met"


@settings(deadline=None)
@given(VALUES, VALUES, st.sampled_from(["MPa", "吨/年", "mm"]))
def test_a_lower_bound_is_met_from_its_value_on(asked: float, given_: float, unit: str) -> None:
    found = compare(
        indicator("拉伸强度", ">=", asked, unit), indicator("拉伸强度", "=", given_, unit)
    )
    ratio = given_ / asked
    if abs(ratio - 1) < 1e-6 or abs(ratio - 0.8) < 1e-6:
        return
    assert found.relation == ("met" if ratio > 1 else "short" if ratio > 0.8 else "against")
    assert found.ratio == pytest.approx(ratio)


@settings(deadline=None)
@given(VALUES, VALUES)
def test_an_upper_bound_is_the_mirror_of_a_lower_one(asked: float, given_: float) -> None:
    upper = compare(
        indicator("响应时间", "<=", asked, "s"), indicator("响应时间", "=", given_, "s")
    )
    lower = compare(
        indicator("响应时间", ">=", given_, "s"), indicator("响应时间", "=", asked, "s")
    )
    if abs(asked / given_ - 0.8) > 1e-6:
        assert upper.relation == lower.relation
    assert upper.ratio == pytest.approx(lower.ratio)


@settings(deadline=None)
@given(VALUES, st.sampled_from([("MPa", "兆帕", 1.0), ("MPa", "GPa", 1e-3), ("mm", "μm", 1e3)]))
def test_the_unit_does_not_change_the_verdict(value: float, pair: tuple[str, str, float]) -> None:
    unit, other, factor = pair
    required = indicator("拉伸强度", ">=", 100.0, unit)
    found = compare(required, indicator("拉伸强度", "=", value, unit))
    same = compare(required, indicator("拉伸强度", "=", value * factor, other))
    if abs(value - 100) > 1e-6 and abs(value - 80) > 1e-6:
        assert found.relation == same.relation
    assert found.ratio == pytest.approx(same.ratio)


@settings(deadline=None)
@given(NAMES, NAMES)
def test_likeness_of_names_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    assert 0 <= same_quantity(a, b) <= 1
    assert same_quantity(a, b) == same_quantity(b, a)
    assert same_quantity(a, a) == 1


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ("耐温", "长期使用温度", 0.75, 1),
        ("抗拉强度", "拉伸强度", 0.9, 1),
        ("检测限", "LOD", 0.9, 1),
        ("去除率", "氨氮去除率", 0.5, 0.9),
        ("氨氮去除率", "总磷去除率", 0, 0.5),
        ("平均粒径", "粒径", 1, 1),
        ("能耗", "成本", 0, 0.3),
        ("", "成本", 0.5, 0.5),
        ("花序长", "花序长度", 0.5, 1),
        ("花序长", "含糖", 0, 0),
    ],
)
def test_names_of_one_quantity_are_known(a: str, b: str, low: float, high: float) -> None:
    assert low <= same_quantity(a, b) <= high


def test_a_vague_number_cannot_be_compared() -> None:
    vague = one("灵敏度提高几个数量级")
    assert compare(vague, one("灵敏度提高2个数量级")).relation == "unrelated"


def test_an_endless_bound_never_gives_an_endless_ratio() -> None:
    found = compare(indicator("误差", "<=", 0.0, "mm"), indicator("误差", "=", 0.1, "mm"))
    assert found.ratio is None or math.isfinite(found.ratio)


@pytest.mark.parametrize(("offer", "said"), [("满量程160 MPa", "met"), ("满量程100 MPa", "short")])
def test_a_full_scale_covers_a_range_from_nought(offer: str, said: str) -> None:
    [required], [offered] = find_indicators("量程0～140 MPa"), find_indicators(offer)
    assert compare(required, offered, likeness=1.0).relation == said
