"""Ways in which one record comes to look like another: what re-posting does to a text."""

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import opencc

from matcher.text.sentences import sentences
from matcher.types import Achievement

Edit = Callable[[Achievement, random.Random], Achievement]


@cache
def tables() -> dict[str, Any]:
    """Read the word tables, templates and boilerplate that were written for this measurement."""
    file = Path(__file__).with_name("duplicates_tables.json")
    return dict(json.loads(file.read_text(encoding="utf-8")))


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def split(text: str) -> list[str]:
    """Sentences with what ends them."""
    return [text[start:end] for start, end in sentences(text)]


def reword(text: str, rng: random.Random, share: float) -> str:
    """Put other words for a share of those that the table knows."""
    for word, others in tables()["rewording"].items():
        parts = text.split(word)
        for at in range(1, len(parts)):
            chosen = rng.choice(others) if rng.random() < share else word
            parts[at] = chosen + parts[at]
        text = "".join(parts)
    return text


def reworded_title(one: Achievement, rng: random.Random) -> Achievement:
    """Other words, another order, something before or behind."""
    title = reword(one.title, rng, 0.7)
    parts = re.split(r"[及与和]", title)
    if len(parts) == 2 and min(map(len, parts)) >= 4 and rng.random() < 0.5:
        title = f"{parts[1]}与{parts[0]}"
    if rng.random() < 0.4:
        title = rng.choice(tables()["prefixes"]) + title
    if rng.random() < 0.5:
        title += rng.choice(tables()["suffixes"])
    return replace(one, title=title)


def shortened_title(one: Achievement, rng: random.Random) -> Achievement:
    """Leave out a part of a title of two parts."""
    parts = [part for part in re.split(r"[及与和（]", one.title) if len(part) >= 6]
    return replace(one, title=rng.choice(parts)) if len(parts) > 1 else reworded_title(one, rng)


def reworded_text(one: Achievement, rng: random.Random) -> Achievement:
    """Other words in the sentences."""
    return replace(one, text=reword(one.text, rng, 0.6))


def dropped(one: Achievement, rng: random.Random) -> Achievement:
    """Leave out up to half of the sentences."""
    pieces = split(one.text)
    kept = [piece for piece in pieces if rng.random() > 0.35][: len(pieces)]
    least = max(1, len(pieces) // 2)
    if len(kept) < least:
        kept = [pieces[at] for at in sorted(rng.sample(range(len(pieces)), least))]
    return replace(one, text="".join(kept))


def reordered(one: Achievement, rng: random.Random) -> Achievement:
    """The sentences in another order."""
    pieces = split(one.text)
    rng.shuffle(pieces)
    return replace(one, text="".join(pieces))


def traditional(one: Achievement, rng: random.Random) -> Achievement:
    """Traditional characters, of Taiwan or of Hong Kong."""
    convert = _converter(rng.choice(["s2t", "s2tw", "s2hk"])).convert
    return replace(one, title=convert(one.title), text=convert(one.text), owner=convert(one.owner))


def garbled(one: Achievement, rng: random.Random) -> Achievement:
    """Variant characters, lost punctuation, blanks between characters."""

    def damage(text: str, share: float) -> str:
        found = []
        for char in text:
            if char in "，。；、" and rng.random() < share:
                continue
            if rng.random() < share:
                char = tables()["variants"].get(char, char)
            blank = char > "\u4e00" and rng.random() < share / 8
            found.append(char + (" " if blank else ""))
        return "".join(found)

    return replace(one, title=damage(one.title, 0.25), text=damage(one.text, 0.3))


def boilerplate(one: Achievement, rng: random.Random) -> Achievement:
    """What a site puts around a text."""
    lines = rng.sample(tables()["boilerplate"], 4)
    return replace(one, text="\n".join([*lines[:2], one.text, *lines[2:]]))


def introduced(one: Achievement, rng: random.Random) -> Achievement:
    """A long introduction of the owner before the text."""
    lines = rng.sample(tables()["long_boilerplate"], 2)
    return replace(one, text="".join([*lines, one.text]))


def truncated(one: Achievement, rng: random.Random) -> Achievement:
    """The beginning of a text, as lists show it."""
    return replace(one, text=one.text[: int(len(one.text) * rng.uniform(0.35, 0.7))] + "…")


def title_only(one: Achievement, rng: random.Random) -> Achievement:
    """No text; the title may be reworded a little."""
    return replace(reworded_title(one, rng) if rng.random() < 0.4 else one, text="")


def untitled(one: Achievement, rng: random.Random) -> Achievement:
    """The title stands in the text."""
    joined = (f"{one.title}\n{one.text}", f"{one.text}{one.title}", one.text)
    return replace(one, title="", text=rng.choice(joined))


def other_year(one: Achievement, rng: random.Random) -> Achievement:
    """Posted again later, otherwise nearly the same."""
    text = reword(one.text, rng, 0.1)
    return replace(one, text=text, published=date(2026, rng.randint(1, 12), 3))


def other_units(one: Achievement, rng: random.Random) -> Achievement:
    """Units written out, full-width digits."""
    text = one.text
    for unit, name in tables()["units"].items():
        text = re.sub(rf"(?<=\d)\s*{unit}(?![A-Za-z/·])", name, text)
    if rng.random() < 0.5:
        text = text.translate({ord("0") + at: "０１２３４５６７８９"[at] for at in range(10)})
    return replace(one, text=text)


def combined(one: Achievement, rng: random.Random) -> Achievement:
    """Several at once."""
    for edit in rng.sample([reworded_title, reworded_text, dropped, reordered, boilerplate], 3):
        one = edit(one, rng)
    return traditional(one, rng) if rng.random() < 0.3 else one


EDITS: Mapping[str, Edit] = {
    edit.__name__: edit
    for edit in (
        *(reworded_title, shortened_title, reworded_text, dropped, reordered, traditional),
        *(garbled, boilerplate, introduced, truncated, title_only, untitled, other_year),
        *(other_units, combined),
    )
}
