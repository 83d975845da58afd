"""The industry of a record: section and division of GB/T 4754-2017.

In this order: a stated code; a stated name of the standard; a platform's wording (新材料), which
leaves a choice of divisions that the text decides; the text alone. The last two are inferences and
say how sure they are; a code in the column 行业代码 corrects them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matcher.fields.industry_model import shipped_model
from matcher.fields.industry_names import (
    division_codes,
    division_name,
    division_section,
    section_name,
    stated,
)
from matcher.fields.states import LONGEST_VALUE
from matcher.types import Record

How = Literal["stated", "narrowed", "inferred"]

DIVISION_SURE, SECTION_SURE = 0.5, 0.6
"""Below these confidences an inference is left out: an empty field misleads nobody."""
_WORDING_SURE = 0.9
"""Of a platform's wording that means one division."""


@dataclass(frozen=True, slots=True)
class ParsedIndustry:
    """An industry with its origin.

    Attributes:
        raw: What was stated, or empty.
        section: Letter of the section (门类), or empty.
        division: Two digits of the division (大类), or empty where only the section is sure.
        how: `stated`; `narrowed`, a stated wording that the text decided between; `inferred`.
        confidence: Of the division, or of the section where there is no division.
        section_confidence: Of the section.
    """

    raw: str
    section: str
    division: str
    how: How
    confidence: float
    section_confidence: float

    def as_json(self) -> dict[str, Any]:
        """Shape it for storing."""
        found: dict[str, Any] = {"raw": self.raw}
        if self.section:
            found |= {"section": self.section, "section_name": section_name(self.section)}
        if self.division:
            found |= {
                "division": self.division,
                "division_name": division_name(self.division),
                "code": self.section + self.division,
            }
        return found | {
            "how": self.how,
            "confidence": round(self.confidence, 3),
            "section_confidence": round(self.section_confidence, 3),
        }


def read_industry(record: Record) -> ParsedIndustry | None:
    """Read or infer the industry of a record; None where neither is sure enough."""
    raw = record.industry_code or record.industry
    for written in (record.industry_code, record.industry):
        section, divisions = stated(written[:LONGEST_VALUE]) if written else ("", frozenset[str]())
        if section and not divisions:
            return _within_section(raw, section, record)
        if len(divisions) == 1 and section:
            (division,) = divisions
            return ParsedIndustry(raw, section, division, "stated", 1.0, 1.0)
        if divisions:
            return _narrowed(raw, divisions, record)
    return _inferred(raw, record)


def _within_section(raw: str, section: str, record: Record) -> ParsedIndustry:
    guess = _guess(record, [code for code in division_codes() if division_section(code) == section])
    if guess is None or guess.confidence < DIVISION_SURE:
        return ParsedIndustry(raw, section, "", "stated", 1.0, 1.0)
    return ParsedIndustry(raw, section, guess.division, "narrowed", guess.confidence, 1.0)


def _narrowed(raw: str, divisions: frozenset[str], record: Record) -> ParsedIndustry | None:
    sections = {division_section(code) for code in divisions}
    sure = _WORDING_SURE if len(sections) == 1 else 0.0
    if len(divisions) == 1:
        (section,), (division,) = sections, divisions
        return ParsedIndustry(raw, section, division, "narrowed", sure, sure)
    guess = _guess(record, divisions)
    if guess is None:
        section = min(sections)
        return ParsedIndustry(raw, section, "", "narrowed", sure, sure) if sure else None
    if sure:
        guess = guess._replace(section_confidence=sure)
    return _sure_enough(raw, guess, "narrowed")


def _inferred(raw: str, record: Record) -> ParsedIndustry | None:
    guess = _guess(record, None)
    return None if guess is None else _sure_enough(raw, guess, "inferred")


def _sure_enough(raw: str, guess: "_Guess", how: How) -> ParsedIndustry | None:
    if guess.confidence >= DIVISION_SURE:
        section = division_section(guess.division)
        sure = max(guess.confidence, guess.section_confidence if section == guess.section else 0)
        return ParsedIndustry(raw, section, guess.division, how, guess.confidence, sure)
    if guess.section_confidence >= SECTION_SURE:
        sure = guess.section_confidence
        return ParsedIndustry(raw, guess.section, "", how, sure, sure)
    return None


class _Guess(NamedTuple):
    division: str
    confidence: float
    section: str
    section_confidence: float


def _guess(record: Record, among: Collection[str] | None) -> _Guess | None:
    """The likeliest division and section of a choice, None for all; by the words of a record."""
    model = shipped_model()
    wording = record.industry if among is None else ""
    shares = model.shares((record.title, record.text, wording))
    if shares is None:
        return None
    if among is not None:
        shares = shares * np.array([code in among for code in model.divisions])
        shares = shares / max(float(shares.sum()), 1e-12)
    best = int(shares.argmax())
    letters, places = _letters(model.divisions)
    sections = np.bincount(places, weights=shares)
    first = int(sections.argmax())
    return _Guess(
        model.divisions[best],
        model.confidence(float(shares[best])),
        letters[first],
        model.confidence(float(sections[first]), of_section=True),
    )


@lru_cache(maxsize=2)
def _letters(divisions: tuple[str, ...]) -> tuple[list[str], NDArray[np.int64]]:
    """Sections, and which of them each division belongs to."""
    sections = [division_section(code) for code in divisions]
    letters = sorted(set(sections))
    return letters, np.array([letters.index(letter) for letter in sections])
