"""Reads the table of hand-written cases."""

import re
from pathlib import Path
from typing import NamedTuple

_ONE = re.compile(
    r"(?:\[(?P<span>.*)\] )?(?P<name>.*?) ?(?P<op>>=|<=|>|<|=|~|range|pm) "
    r"(?P<low>[^ ]+?)(?:\.\.(?P<high>[^ ]+))? (?P<unit>[^ ]+)(?: (?P<change>up|down))?"
)


class Expected(NamedTuple):
    span: str | None
    quantity: str
    comparator: str
    low: float | None
    high: float | None
    unit: str
    change: str


def cases(name: str) -> list[tuple[str, list[Expected]]]:
    read = []
    for line in (Path(__file__).parent / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            text, _, right = line.partition(" =>")
            read.append((text, [_expected(text, one) for one in right.split(" | ") if one.strip()]))
    return read


def _expected(text: str, written: str) -> Expected:
    found = _ONE.fullmatch(written.strip())
    assert found, written
    low = None if found["low"] == "?" else float(found["low"])
    high = float(found["high"]) if found["high"] else low
    span = text if found["span"] == "*" else found["span"]
    unit = "" if found["unit"] == "-" else found["unit"]
    name = "" if found["name"] == "-" else found["name"]
    return Expected(span, name, found["op"], low, high, unit, found["change"] or "")
