"""What a character in disguise may stand for: the tables behind the rule `variants`."""

import re
from collections.abc import Mapping
from functools import cache

from matcher.text.repair.lists import lines_of
from matcher.text.repair.ngrams import background_ngrams
from matcher.text.repair.traditional import simplify_characters

_COMMON = 13.0
"""-log P of a character up to which its Traditional form is met in any Traditional text."""


@cache
def _rows() -> list[list[str]]:
    return [line.split("\t") for line in lines_of("variants.tsv")]


@cache
def standards() -> Mapping[str, Mapping[str, str]]:
    """Disguise -> standard -> letter of the source."""
    found = {}
    for char, pairs, _ in _rows():
        found_here = dict(zip(pairs[::2], pairs[1::2], strict=True))
        simple = simplify_characters(char)
        if simple != char:
            # What the character is in Traditional text is one more thing that it may stand for,
            # and where that is a common one (噸, 給) only the hand-written list says otherwise.
            if _is_common(simple):
                found_here = {one: letter for one, letter in found_here.items() if letter == "l"}
            found_here[simple] = "t"
        found[char] = found_here
    return found


@cache
def plain_traditional() -> frozenset[str]:
    """Characters whose simplified form is so common that Traditional text is full of them."""
    return frozenset(
        char
        for char, found in standards().items()
        if any(letter == "t" and _is_common(simple) for simple, letter in found.items())
    )


def _is_common(char: str) -> bool:
    model = background_ngrams()
    return model.knows(char) and model.rarity(char) <= _COMMON


@cache
def relatives() -> Mapping[str, str]:
    """Character -> well-known members of its family."""
    families = {}
    for line in lines_of("families.txt"):
        heads, _, members = line.partition(":")
        families.update(dict.fromkeys(heads, members.strip()))
    return {char: families[radical] for char, _, radical in _rows() if radical}


@cache
def known_pairs() -> frozenset[str]:
    """Pairs with a suspect character that clean texts have: 化镓, 汾河."""
    return background_ngrams().pairs_with(frozenset(standards()))


@cache
def suspects() -> re.Pattern[str]:
    """Any character that may be a disguise."""
    return re.compile(f"[{''.join(map(re.escape, standards()))}]")
