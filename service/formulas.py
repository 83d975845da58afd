"""Cells that a spreadsheet program would run as formulas, written so that it shows them instead.

A csv that people open in Excel must not carry out what a stranger wrote into a title. The remedy
is an apostrophe before the cell (OWASP, CSV Injection); reading takes it away again. A cell that
has such an apostrophe of its own gets a second one, so that nothing is lost on the way.
"""

import re
from typing import TypeVar

T = TypeVar("T")

_BEGINS = r"[=+\-@\t\r\n＝＋－＠]"
_RISKY = re.compile(rf"'*{_BEGINS}")
_DEFUSED = re.compile(rf"'+{_BEGINS}")
_NUMBER = re.compile(r"[+-]?(?:\d[\d,]*)?\.?\d+(?:[eE][+-]?\d+)?%?")


def defused(cell: T) -> T | str:
    """Make a cell safe to open in a spreadsheet program; plain numbers and others stay."""
    if isinstance(cell, str) and _RISKY.match(cell) and not _NUMBER.fullmatch(cell):
        return "'" + cell
    return cell


def restored(cell: str) -> str:
    """Undo `defused`."""
    return cell[1:] if _DEFUSED.match(cell) else cell
