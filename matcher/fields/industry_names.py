"""What a stated industry means: names and codes of GB/T 4754-2017, and platforms' wording."""

import re
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from matcher.fields.resources import read_json
from matcher.fields.writing import usual_writing

_CODE = re.compile(r"\(?([a-t])?(\d{2})(\d{1,2})?\)?(?:[^\d].*)?|\(?([a-t])\)?(?:[^a-z].*)?", re.I)
_PARTS = re.compile(r"[;；、，,/|>\n]+|(?<=[^\x00-\x7f])-|及|和|与")
_ENDS = re.compile(r"(?:产业|行业|领域|技术|业|工业|类|制造|及其?应用)$")


@lru_cache(maxsize=4096)
def stated(written: str) -> tuple[str, frozenset[str]]:
    """Read a stated industry: its section where it is exact, and the divisions it can mean."""
    text = re.sub(r"\s+", "", usual_writing(written))
    whole = _meaning(text)
    if whole.exact or whole.divisions:
        return whole.section, whole.divisions
    parts = [_meaning(part) for part in _PARTS.split(text) if part]
    finer = [part for part in parts if part.divisions]
    divisions = frozenset(code for part in finer for code in part.divisions)
    # Of 制造业/医药制造业 the finer part counts, of several industries all of them.
    sections = {part.section for part in finer or parts if part.section}
    exact = len(sections) == 1 and all(part.exact for part in finer)
    return (sections.pop() if exact and len(divisions) < 2 else ""), divisions


class _Meaning(NamedTuple):
    """What a wording means; `section` is empty unless it is one of the standard's own."""

    section: str = ""
    divisions: frozenset[str] = frozenset()
    exact: bool = False


def _meaning(text: str) -> _Meaning:
    """A name or code of the standard, else a platform's wording, else a shortened name."""
    return (
        _named(_unmarked(text), _names())
        or _coded(text)
        or _worded(text)
        or _named(_plain(text), _short_names())
        or _Meaning()
    )


def _named(name: str, names: Mapping[str, str]) -> _Meaning | None:
    code = names.get(name)
    if code is None:
        return None
    if code.isalpha():
        return _Meaning(code, frozenset(), True)
    return _Meaning(division_section(code), frozenset((code,)), True)


def _coded(text: str) -> _Meaning | None:
    found = _CODE.fullmatch(text)
    if not found:
        return None
    letter, digits, _, alone = found.groups()
    if alone:
        named = _unmarked(text[1:].lstrip(")")) in ("", _unmarked(section_name(alone.upper())))
        return _Meaning(alone.upper(), frozenset(), True) if named else None
    section = division_section(digits)
    if not section or (letter and letter.upper() != section):
        return None
    return _Meaning(section, frozenset((digits,)), True)


def _worded(text: str) -> _Meaning | None:
    wording: Mapping[str, list[str]] = listed()["wording"]
    for form in (text, _ENDS.sub("", text), text + "业"):
        if form in wording:
            return _Meaning(divisions=frozenset(wording[form]))
    return None


def section_name(letter: str) -> str:
    """Name of a section; empty for an unknown letter."""
    return str(listed()["sections"].get(letter, ""))


def division_name(code: str) -> str:
    """Name of a division of two digits; empty for an unknown one."""
    return str(listed()["divisions"].get(code, ("", ""))[1])


def division_section(code: str) -> str:
    """Letter of a division's section; empty for an unknown division."""
    return str(listed()["divisions"].get(code, ("",))[0])


def _unmarked(name: str) -> str:
    """Platforms write 铁路船舶航空航天 for 铁路、船舶、航空航天."""
    return re.sub(r"[、,，()和]", "", name)


def _plain(name: str) -> str:
    """A name without its marks and its 业; but 其他 alone is not 其他制造业."""
    short = re.sub(r"(?:制造|服务)?业?$", "", _unmarked(name))
    return name if short in ("", "其他") else short


@cache
def _names() -> dict[str, str]:
    """Sections and divisions by their names; 农业 and such are divisions."""
    sections = {_unmarked(name): code for code, name in listed()["sections"].items()}
    divisions = listed()["divisions"].items()
    return sections | {_unmarked(name): code for code, (_, name) in divisions}


@cache
def _short_names() -> dict[str, str]:
    return {_plain(name): code for name, code in _names().items()}


@cache
def listed() -> Any:
    """Read the shipped names, once. Raises ResourceError."""
    return read_json("industries.json")


def division_codes() -> Collection[str]:
    """Codes of all divisions, of two digits."""
    codes: Collection[str] = listed()["divisions"].keys()
    return codes
