"""What pydantic finds wrong with a plan, in Chinese, with the line and the nearest known key."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from service.roadshow.errors import Mistake
from service.roadshow.toml_lines import Path

_QUOTED = re.compile(r"'[^']+'")
_TYPES = {
    "string_type": "文字（加双引号）",
    "int_type": "整数",
    "float_type": "数字",
    "bool_type": "true 或 false",
    "list_type": '列表，例如 ["A0001", "A0002"]',
    "dict_type": "一节，例如 [名称] 下面的“键 = 值”",
    "model_type": "一节，例如 [名称] 下面的“键 = 值”",
    "date_type": "日期，例如 2026-12-05（不加引号）",
}
_BOUNDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda bound: f"不能小于 {bound['ge']:g}",
    "greater_than": lambda bound: f"要大于 {bound['gt']:g}",
    "less_than_equal": lambda bound: f"不能大于 {bound['le']:g}",
    "string_too_long": lambda bound: f"最多 {bound['max_length']:,} 字",
    "too_long": lambda bound: f"最多 {bound['max_length']:,} 项",
    "too_short": lambda bound: f"至少 {bound['min_length']} 项",
    "literal_error": lambda bound: "只能是 " + "、".join(_QUOTED.findall(bound["expected"])),
    "finite_number": lambda bound: "要是有限的数",
}


def mistake_of(
    problem: Mapping[str, Any], base: Path, lines: Mapping[Path, int], known: Iterable[str]
) -> Mistake:
    """Shape one of pydantic's errors.

    Args:
        problem: the error.
        base: the section that was validated.
        lines: where everything stands.
        known: keys of the section.
    """
    return mistake_at(lines, (*base, *problem["loc"]), _said(problem, list(known)))


def mistake_at(lines: Mapping[Path, int], path: Path, message: str) -> Mistake:
    """Make a mistake of what stands at a path, or of the nearest thing around it."""
    place = path
    while place and place not in lines:
        place = place[:-1]
    return Mistake(lines.get(place, 0), rule_of(path), message)


def rule_of(path: Path) -> str:
    """Name a rule as people count: `quota[2].least` is that of the second one."""
    told = ""
    for part in path:
        told += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if told else part
    return told


def _said(problem: Mapping[str, Any], known: list[str]) -> str:
    kind, bound = str(problem["type"]), problem.get("ctx") or {}
    if kind == "missing":
        return "没有写，请补上。"
    if kind == "extra_forbidden":
        return unknown(str(problem["loc"][-1]), known)
    given = shown(problem["input"])
    if kind in _BOUNDS:
        return f"{given} 不能用，{_BOUNDS[kind](bound)}。"
    if kind in _TYPES:
        return f"{given} 不能用，要写{_TYPES[kind]}。"
    if kind in ("empty_text", "amount", "choice", "clock"):  # our own, in Chinese already
        return f"{given} 不能用，{problem['msg']}。"
    return f"{given} 不能用，请对照 docs/roadshow.md 改正。"


def unknown(key: str, known: Iterable[str]) -> str:
    """Say that nobody knows a key, and which one may have been meant."""
    names = list(known)
    near = get_close_matches(key, names, n=1, cutoff=0.5)
    asked = f"是不是想写 {near[0]}？" if near else ""
    return f"没有这个键。{asked}可用的有：{'、'.join(names)}。"


def shown(given: object) -> str:
    """Show what was written, short enough for a line."""
    text = str(given) if not isinstance(given, str) else f"“{given}”"
    return text if len(text) <= 40 else f"{text[:39]}…"
