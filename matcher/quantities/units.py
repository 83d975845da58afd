"""Values in a common base, by way of pint."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.quantities.spelling import expression_of
from matcher.quantities.wording import lines_of

if TYPE_CHECKING:
    from pint import UnitRegistry


class _Conversion(NamedTuple):
    factor: float
    offset: float
    dimension: str


def magnitude(value: float, unit: str) -> tuple[float, str] | None:
    """Convert to base units.

    Args:
        value: in `unit`.
        unit: as written (万吨/年, W/(m·K), 兆帕); empty for a bare number.

    Returns:
        Value in SI base units (temperatures in kelvin, money in yuan) and the dimension: the base
        units' names, equal exactly where two values can be compared. None for an unknown unit.
    """
    found = _conversion(unit)
    return None if found is None else (value * found.factor + found.offset, found.dimension)


def difference(value: float, unit: str) -> tuple[float, str] | None:
    """Convert a difference to base units: as `magnitude`, but 5 ℃ is 5 kelvin."""
    found = _conversion(unit)
    return None if found is None else (value * found.factor, found.dimension)


@lru_cache(maxsize=4096)
def _conversion(unit: str) -> _Conversion | None:
    if not unit:
        return _Conversion(1.0, 0.0, "dimensionless")
    expression = expression_of("℃" if unit == "度" else unit)
    if expression is None:
        return None
    scale, name = expression
    registry = _registry()
    zero = 0.0
    if name.strip("()") in ("degC", "degF"):
        zero, one = (
            float(registry.Quantity(at, name.strip("()")).to("kelvin").magnitude)
            for at in (0.0, 1.0)
        )
        return _Conversion((one - zero) * scale, zero, "kelvin")
    # Within a compound a degree is a difference.
    name = name.replace("degC", "kelvin").replace("degF", "5/9*kelvin")
    base = (scale * registry.parse_units("dimensionless") * registry(name)).to_base_units()
    return _Conversion(float(base.magnitude), zero, str(base.units))


@cache
def _registry() -> "UnitRegistry[Any]":
    """Build pint's registry with our units, once, when the first value is converted (0.7 s)."""
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry()
    registry.load_definitions(lines_of("definitions.txt"))
    return registry
