import ast
import subprocess
import sys
from pathlib import Path

import pytest

import matcher.quantities
from matcher.errors import ResourceError
from matcher.quantities import magnitude
from matcher.quantities.spelling import spellings
from matcher.quantities.units import difference
from matcher.quantities.wording import lines_of, pattern

YEAR = 365.25 * 86400


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (5, "mm", 5e-3),
        (3, "微米", 3e-6),
        (1, "万吨/年", 1e7 / YEAR),
        (1, "兆帕", 1e6),
        (1, "Mpa", 1e6),
        (1, "kgf/cm²", 98066.5),
        (760, "mmHg", 101325),
        (25, "℃", 298.15),
        (25, "摄氏度", 298.15),
        (212, "℉", 373.15),
        (5, "℃/min", 5 / 60),
        (1, "W/(m·K)", 1),
        (1, "W·m-1·K-1", 1),
        (1, "W/m·K", 1),
        (1, "kJ/kg", 1000),
        (24, "m³/(m²·d)", 24 / 86400),
        (1, "L/m²·h", 1e-3 / 3600),
        (1, "千瓦时", 3.6e6),
        (1, "kW·h", 3.6e6),
        (15, "亩", 10000),
        (1, "公顷", 10000),
        (1, "元/吨", 1e-3),
        (1, "万元", 1e4),
        (60, "转/分", 2 * 3.141592653589793),
        (60, "rpm", 2 * 3.141592653589793),
        (1, "S/cm", 100),
        (1, "Ω·cm", 0.01),
        (1, "亿cfu/mL", 1e14),
        (1, "mg/100g", 1e-5),
        (6.5, "L/100km", 6.5e-8),
        (1, "MPa·m^1/2", 1e6),
        (1, "MPa·m½", 1e6),
        (1, "MPa√m", 1e6),
        (1, "%", 0.01),
        (1, "‰", 1e-3),
        (1, "ppm", 1e-6),
        (1, "成", 0.1),
        (2, "倍", 2),
        (3, "万", 30000),
        (7, "", 7),
        (1, "cm⁻¹", 100),
        (1, "/K", 1),
        (1, "g·cm⁻³", 1000),
        (1, "N/mm2", 1e6),
        (1, "kWh/吨", 3600),
        (1, "dB/km", 1e-3),
        (2, "度", 275.15),
        (1, "次/10万公里", 1e-8),
        (1, "m/s2", 1),
        (1, "cm^(-1)", 100),
        (1, "dB(A)", 1),
        (1, "%F.S.", 0.01),
        (1, "N.m", 1),
    ],
)
def test_a_unit_has_the_size_that_the_tables_give(value: float, unit: str, expected: float) -> None:
    found = magnitude(value, unit)
    assert found is not None
    assert found[0] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("兆帕", "kgf/cm²", True),
        ("℃", "K", True),
        ("%", "ppm", True),
        ("万吨/年", "kg/h", True),
        ("rpm", "Hz", False),
        ("次", "件", False),
        ("dB", "%", False),
        ("HRC", "HV", False),
        ("元/吨", "%", False),
        ("个百分点", "%", False),
        ("目", "μm", False),
        ("lx", "cd/m2", False),
    ],
)
def test_dimensions_are_equal_where_values_can_be_compared(
    one: str, other: str, alike: bool
) -> None:
    first, second = magnitude(1, one), magnitude(1, other)
    assert first is not None
    assert second is not None
    assert (first[1] == second[1]) == alike


@pytest.mark.parametrize("unit", ["吞", "mm/吞", "m^x", "/", "()", "A/B/C/D/E/F/G/H"])
def test_an_unknown_unit_has_no_size(unit: str) -> None:
    assert magnitude(1, unit) is None


def test_every_spelling_of_the_table_is_a_unit_of_pint() -> None:
    first, later = spellings()
    assert [unit for unit in first if magnitude(1, unit) is None] == []
    assert [unit for unit in later.keys() - first if magnitude(1, f"吨/{unit}") is None] == []


def test_a_difference_of_temperatures_has_no_offset() -> None:
    assert difference(5, "℃") == (5, "kelvin")
    assert difference(9, "℉") == (pytest.approx(5), "kelvin")
    assert difference(5, "吞") is None


def test_a_missing_table_is_told_in_chinese() -> None:
    with pytest.raises(ResourceError, match="重新安装"):
        lines_of("none.txt")
    with pytest.raises(ResourceError, match="nothing"):
        pattern("@nothing@")


def test_pint_is_loaded_only_to_convert() -> None:
    code = (
        "import sys; from matcher.quantities import find_indicators as f, magnitude as m;"
        "f('耐温不低于1200℃，粒径3~5μm，5千~2万次'); assert 'pint' not in sys.modules;"
        "m(1, 'mm'); assert 'pint' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_package_knows_nothing_of_the_rest_of_the_room() -> None:
    allowed = ("matcher.quantities", "matcher.errors")
    for path in Path(matcher.quantities.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            rooms = ("matcher", "indexing", "models", "service")
            assert all(n.startswith(allowed) for n in names if n.split(".")[0] in rooms), path
