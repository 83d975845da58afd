"""The levels: 1 light, 2 as a rewritten web page that was measured, 3 heavy."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from benchmarks.corruption import characters, passages
from benchmarks.corruption.cells import Cell, Garbled


@dataclass(frozen=True, slots=True)
class Level:
    """How much is garbled, as shares in [0, 1].

    Attributes:
        variants: Of all characters: Traditional, chat-language and look-alike ones.
        punctuation: Of the commas and full stops: lost.
        traditional: Of the texts: Traditional throughout.
        replaced: Of the texts: a string replaced by a longer one, if one occurs often.
        dates: Of the dates: without their 年.
        misread: Of all characters: taken for one of a similar shape.
        odd: Of the places where they could be: full width, radicals, doubled characters; of the
            clauses, a tenth of it: blown apart; of the characters, a hundredth: an invisible one.
        boilerplate: Of the texts: with headers, footers and lists of departments.
        mojibake: Of the texts: read in a wrong encoding, and nothing else.
    """

    variants: float
    punctuation: float
    traditional: float = 0.0
    replaced: float = 0.0
    dates: float = 0.0
    misread: float = 0.0
    odd: float = 0.0
    boilerplate: float = 0.0
    mojibake: float = 0.0


LEVELS: Mapping[int, Level] = {
    1: Level(variants=0.003, punctuation=0.2, odd=0.02),
    2: Level(
        variants=0.01,
        punctuation=0.6,
        traditional=0.33,
        replaced=1.0,
        dates=1.0,
        odd=0.05,
        boilerplate=0.5,
    ),
    3: Level(
        variants=0.03,
        punctuation=0.9,
        traditional=0.33,
        replaced=1.0,
        dates=1.0,
        misread=0.01,
        odd=0.2,
        boilerplate=1.0,
        mojibake=0.1,
    ),
}
FEWEST = 3
"""Places of a string from which on it may be replaced."""


def garble(text: str, level: Level, rng: Random) -> Garbled:
    """Garble a text; the same `rng` state gives the same result."""
    if rng.random() < level.mojibake:
        written = passages.misdecode(text, rng)
        if written is not None:
            return Garbled.of([Cell(text, written, "mojibake")])
    cells = [Cell(char, char) for char in text]
    if rng.random() < level.traditional:
        passages.to_traditional(cells, rng)
    if rng.random() < level.replaced:
        passages.replace_string(cells, FEWEST, rng)
    passages.break_dates(cells, level.dates, rng)
    characters.put_variants(cells, level.variants, rng)
    characters.misread(cells, level.misread, rng)
    characters.put_radicals(cells, level.odd, rng)
    characters.double(cells, level.odd / 10, rng)
    characters.widen(cells, level.odd, rng)
    characters.blow_apart(cells, level.odd / 10, rng)
    characters.hide(cells, level.odd, rng)
    passages.lose_punctuation(cells, level.punctuation, rng)
    if rng.random() < level.boilerplate:
        cells = passages.add_boilerplate(cells, rng)
    return Garbled.of(cells)
