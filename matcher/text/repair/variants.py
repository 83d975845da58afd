"""Rule `variants`: characters in disguise (转囮, 国镓大学), folded where their words say so.

A noisy channel (Kernighan, Church & Gale 1990): a character r in its context is either right or
stands for a common character c,

    log-odds(c) = log P(context with c) - log P(context with r) + log g + log P(r | c),

with g the share of disguised characters, guessed low at first and then from the text itself, and
P(r | c) by how well attested the disguise is (`disguises.py`). 氮化镓 keeps its 镓 because the
model of clean texts (`ngrams.py`) knows 化镓 and not 化家; a text that shows no other disguise
needs more evidence than one that is full of them. The numbers below were chosen on abstracts that
the model had not seen: recall of made-up disguises against changes of clean text.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from matcher.text.offsets import Edit
from matcher.text.repair.context import Context
from matcher.text.repair.disguises import known_pairs, plain_traditional, standards, suspects
from matcher.text.repair.gb2312 import GB2312
from matcher.text.repair.ngrams import NgramModel, background_ngrams
from matcher.text.repair.protection import guards, protected_places
from matcher.text.repair.traditional import is_traditional, simplify_characters, traditional_share

FEWEST_ODDS = 0.5
"""Log-odds from which on a character is folded."""
_CLEAN_SHARE = 1e-3
_PRIOR_TEXT = 300.0
"""Characters of clean text that the first guess of g counts for."""
_MOST_SHARE = 0.03
_CHANNEL = {"l": math.log(0.2), "p": math.log(0.05), "s": math.log(0.01), "t": 0.0}
_NEAR_WEIGHT = 0.3
"""How much the trigrams count beside the tiling, for a character of GB 2312."""
_TOPIC = 2.0
"""Nats of evidence more for each further place of a character, in a text without disguises."""
_ORDINARY = 1.5
"""Nats of evidence more for a character of GB 2312 in such a text: most are rare words."""
_FIRST = 1.5
"""Nats of evidence more for the first character of a text."""
_CALM = 2.0
"""Up to how many times the share of clean texts a text counts as one without disguises."""
_BOUND = 2.5
"""Nats by which 中 attracts its neighbour where Φ stands for it."""
_ROUNDS = 3
_REACH = 4


@dataclass(frozen=True, slots=True)
class _Judged:
    at: int
    after: str
    odds: float


def find_variants(text: str) -> list[Edit]:
    """Find disguised characters; none in a text whose characters are all ordinary."""
    spots = [found.start() for found in suspects().finditer(text)]
    if not spots:
        return []
    # In a text without any disguise, a pair that clean texts have is right.
    doubtful = [at for at in spots if not _is_known_pair(text, at)]
    if not doubtful:
        return []
    if is_traditional(text):
        ordinary = plain_traditional()
        spots = [at for at in spots if text[at] not in ordinary]
        doubtful = [at for at in doubtful if text[at] not in ordinary]
    hidden = protected_places(text)
    # Neighbours are read as simplified: the model knows no Traditional text.
    plain = simplify_characters(text)
    noise = math.log(traditional_share(text, standards().keys()))
    folded: dict[int, _Judged] = {}
    for _ in range(_ROUNDS):
        # Kinds, not places: one character twenty times is no sign of garble.
        disguised = len({text[one.at] for one in folded.values() if one.after != plain[one.at]})
        chances = {"t": noise, "g": math.log(_share(disguised, len(text)))}
        current = _put(plain, folded)
        places = [at for at in (spots if disguised else doubtful) if at not in hidden]
        judged = {one.at: one for one in _judge(text, current, places, chances)}
        if judged.keys() == folded.keys():
            break
        folded = judged
    return [
        Edit(one.at, one.at + 1, one.after, _confidence(one.odds))
        for one in sorted(folded.values(), key=lambda one: one.at)
        if one.after != plain[one.at]  # plain Traditional, and the next rule's work
    ]


def _is_known_pair(text: str, at: int) -> bool:
    pairs = known_pairs()
    return text[at - 1 : at + 1] in pairs or text[at : at + 2] in pairs


def _judge(
    text: str, current: str, places: list[int], chances: Mapping[str, float]
) -> Iterator[_Judged]:
    seen = Counter(text[at] for at in places)
    calm = chances["g"] < math.log(_CALM * _CLEAN_SHARE)
    for at in places:
        if _is_sign(text, at):
            continue
        start, end = max(0, at - _REACH), min(len(text), at + _REACH)
        context = Context(current[start:at], current[at + 1 : end])
        # What comes again and again in a text that is otherwise clean is its topic: 髌骨, 糯小麦.
        doubt = _TOPIC * (seen[text[at]] - 1) if calm else 0.0
        if calm and text[at] in GB2312:
            doubt += _ORDINARY
        if start == at and text[at] in GB2312:
            doubt += _FIRST  # nothing on the left is no evidence: names stand there
        best = _best(context, text[at], chances, doubt)
        if best is not None:
            yield _Judged(at, *best)


def _best(
    context: Context, char: str, chances: Mapping[str, float], doubt: float
) -> tuple[str, float] | None:
    """Find the standard that a character most likely stands for, with its log-odds.

    None where the character itself is likelier; the cheap tests come first.
    """
    itself = context.near(char)
    guard = guards().get(char, 0.0) + doubt
    best = ("", -math.inf)
    for standard, source in standards()[char].items():
        chance = _CHANNEL[source] + (chances["t"] if source == "t" else chances["g"] - guard)
        near = context.near(standard)
        odds = near - itself + chance
        if odds >= FEWEST_ODDS and char in GB2312:
            tiled = context.tiled(standard) - context.tiled(char) + chance
            odds = min(odds, _NEAR_WEIGHT * odds + (1 - _NEAR_WEIGHT) * tiled)
        if odds >= FEWEST_ODDS:
            odds = min(odds, near + chance - context.near_family(char))
        if odds > best[1]:
            best = (standard, odds)
    return best if best[1] >= FEWEST_ODDS else None


def _is_sign(text: str, at: int) -> bool:
    """Tell whether Φ stands for a quantity (Φ50, 磁通量Φ) and not for 中 (Φ心, 之Φ)."""
    if text[at] not in "Φφ":
        return False
    model = background_ngrams()
    behind, before = text[at + 1 : at + 2], text[max(0, at - 1) : at]
    # 中试 is the word of this field, and rare elsewhere.
    bound = behind == "试" or (
        "\u4e00" <= behind <= "\u9fff" and _attraction(model, "中", behind) > _BOUND
    )
    return not bound and not (before in "之其集空" and _attraction(model, before, "中") > _BOUND)


def _attraction(model: NgramModel, one: str, other: str) -> float:
    """Log P(other | one) - log P(other): above 0 where they stand together more than by chance."""
    return model.score(one + other, 1, 2) + model.rarity(other) if one and other else -math.inf


def _put(plain: str, folded: Mapping[int, _Judged]) -> str:
    if not folded:
        return plain
    chars = list(plain)
    for at, one in folded.items():
        chars[at] = one.after
    return "".join(chars)


def _share(folded: int, length: int) -> float:
    return min(_MOST_SHARE, (folded + _CLEAN_SHARE * _PRIOR_TEXT) / (length + _PRIOR_TEXT))


def _confidence(odds: float) -> float:
    return round(1 / (1 + math.exp(-min(odds, 30))), 3)
