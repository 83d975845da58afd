"""What a column is about, told from its heading."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from matcher.fields.writing import usual_writing
from matcher.types import Side
from service.store.rows import FIELDS

_ASIDE = re.compile(r"[(\[【<].*?[)\]】>]")
_DECORATION = re.compile(r"[\s*:;、.·_\-()\[\]【】<>]+")
_NUMBERING = re.compile(r"^[一二三四五六七八九十\d]{1,2}[、.．)]\s*")
_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_UNITS = {"元": 1e-4, "人民币元": 1e-4, "千元": 0.1, "亿元": 1e4, "亿": 1e4}
"""Units that a heading may name for money, in 万元; anything else counts as 万元."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Known headings.

    Attributes:
        fields: For each side, the normalised heading and its field.
        personal_parts: A heading that contains one of these is about a person.
        personal_words: A heading that has one of these English words is about a person.
    """

    fields: Mapping[Side, Mapping[str, str]]
    personal_parts: tuple[str, ...]
    personal_words: frozenset[str]


@lru_cache(maxsize=1)
def known() -> Headings:
    """Read the list of headings that comes with the package."""
    listed = json.loads(files("service.importer").joinpath("headings.json").read_text("utf-8"))
    sides: tuple[Side, ...] = ("need", "achievement")
    by_side: dict[Side, Mapping[str, str]] = {}
    for side in sides:
        names = {
            normalise(alias): name for name, aliases in listed[side].items() for alias in aliases
        }
        # The contract's own names win over every alias.
        by_side[side] = names | {normalise(name): name for name in FIELDS[side]}
    personal = listed["personal"]
    return Headings(by_side, tuple(personal["contains"]), frozenset(personal["words"]))


def normalise(heading: str) -> str:
    """Strip a heading of case, blanks, numbering, brackets and marks, in the usual writing."""
    text = usual_writing(heading).strip().lower()
    return _DECORATION.sub("", _NUMBERING.sub("", text))


def field_of(side: Side, heading: str) -> str | None:
    """Return the field that a heading stands for, None for an unknown one.

    What stands in brackets (`预算（万元）`, `名称（必填）`) is left out at the second try.
    """
    names = known().fields[side]
    text = usual_writing(heading)
    return names.get(normalise(text)) or names.get(normalise(_ASIDE.sub("", text)))


def is_personal(heading: str) -> bool:
    """Tell whether a column holds names, numbers or addresses of persons, which are not kept."""
    text = usual_writing(heading)
    if any(part in text for part in known().personal_parts):
        return True
    words = _WORD.findall(_CAMEL.sub(" ", text).lower())
    return not known().personal_words.isdisjoint(words)


def unit_wan(heading: str) -> float:
    """Return the unit that a heading like `预算（元）` gives a bare number, in 万元."""
    text = usual_writing(heading)
    for aside in _ASIDE.findall(text):
        unit = aside[1:-1].removeprefix("单位").lstrip(":").strip()
        if unit in _UNITS:
            return _UNITS[unit]
    return 1.0
